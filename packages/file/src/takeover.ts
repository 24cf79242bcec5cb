import { ActiveSegment } from "./active-segment.js";
import { BaseWriter } from "./base-writer.js";
import { copyLive } from "./copy-live.js";
import type { Directory } from "./directory.js";
import { batchGoesOn, FrameKind, frameKind } from "./frame.js";
import { FrameScanner } from "./frame-scanner.js";
import type { LogFiles } from "./log-files.js";
import { MoveTable } from "./move-table.js";
import type { Environment } from "./platform/environment.js";
import { blocking, runBlocking } from "./platform/syncing.js";
import type { Replay } from "./replay.js";
import { SEGMENT_HEADER_BYTES, type Segment } from "./segment.js";

/** So much of small logs is written together with the next one, so that their number stays small. */
const MERGE_BYTES = 2 ** 22;
const SMALL_LOG_BYTES = 2 ** 16;
/** Where there is a hint, only when there are more of them. */
const MANY_LOGS = 16;
/** While frames are carried, so much is on the way at a time. */
const CARRY_BYTES = 2 ** 22;

/** What is in the segments of a source. */
export interface Replayed {
  readonly replay: Replay;
  readonly segments: readonly Segment[];
  /** Up to where each segment is known to be on disk. */
  readonly durable: ReadonlyMap<Segment, number>;
  /** The hint that was linked into the new epoch; whether the directory was filled from it. */
  readonly hint: string | null;
  readonly isHinted: boolean;
}

/**
 * Makes a new epoch count: begins the segment that will be written, brings all else to disk, writes the manifest. Until
 * then nothing of earlier epochs has changed.
 */
export class Takeover {
  readonly #environment: Environment;
  readonly #tableDirectory: string;
  readonly #files: LogFiles;
  readonly #directory: Directory;

  constructor(
    environment: Environment,
    tableDirectory: string,
    files: LogFiles,
    directory: Directory,
  ) {
    this.#environment = environment;
    this.#tableDirectory = tableDirectory;
    this.#files = files;
    this.#directory = directory;
  }

  /** Begins a table in which nothing is. */
  create(): ActiveSegment {
    return this.#begin([], 0);
  }

  /**
   * Begins the new segment with what is in the segments, but not known to be on disk, and with the last logs while they
   * are small.
   */
  carryOver({ replay, segments, durable, hint: linked, isHinted }: Replayed): ActiveSegment {
    const kept: Segment[] = [];
    const carried: { readonly segment: Segment; readonly from: number }[] = [];
    const firstOpen = segments.findIndex(({ isSealed }) => !isSealed);
    for (const [index, segment] of segments.entries()) {
      if (segment.isEmpty) continue;
      const isLater = firstOpen >= 0 && index > firstOpen;
      const from = isLater ? SEGMENT_HEADER_BYTES : (durable.get(segment) as number);
      if (from > SEGMENT_HEADER_BYTES) kept.push(segment);
      if (from < segment.length) carried.push({ segment, from });
    }
    let carriedBytes = carried.reduce((sum, { segment, from }) => sum + segment.length - from, 0);
    // To merge logs that a hint covers, they must be read, and another hint be written.
    const hint = isHinted && kept.length <= MANY_LOGS ? linked : null;
    for (let last = kept.at(-1); hint === null && last !== undefined; last = kept.at(-1)) {
      const isSmall = last.length <= Math.max(SMALL_LOG_BYTES, carriedBytes);
      if (last.covers > 0 || !isSmall || carriedBytes + last.length > MERGE_BYTES) break;
      kept.pop();
      if (carried[0]?.segment === last) carried.shift();
      carried.unshift({ segment: last, from: SEGMENT_HEADER_BYTES });
      carriedBytes += last.length;
    }
    const moves = new MoveTable();
    const active = this.#begin(
      kept,
      replay.sequence,
      (next) => {
        for (const { segment, from } of carried) this.#carry(segment, from, next, moves);
        for (const { segment, from } of carried) segment.length = from;
        for (const segment of segments) segment.isSealed = true;
      },
      hint,
    );
    if (carried.length > 0) {
      runBlocking(this.#directory.relocate((position) => moves.find(position)));
    }
    const dropped = segments.filter((segment) => !kept.includes(segment));
    this.#files.remove(dropped, hint === null ? linked : null);
    this.#files.forget(dropped);
    return active;
  }

  #carry(segment: Segment, from: number, next: ActiveSegment, moves: MoveTable): void {
    const { fileSystem } = this.#environment;
    const scanner = new FrameScanner(segment, from, segment.length);
    while (scanner.next()) {
      const { buffer, at, length, offset } = scanner;
      if (frameKind(buffer, at) === FrameKind.sync) continue;
      moves.add(segment.positionOf(offset), next.segment.positionOf(next.end));
      next.stageCopy(buffer, at, length);
      if (next.end - next.durable >= CARRY_BYTES && !batchGoesOn(buffer, at)) {
        next.write();
        fileSystem.sync(next.segment.file);
        next.markDurable(next.size);
      }
    }
    next.write();
  }

  /** Begins the new segment behind all that is left of the segments, which is written together anew. */
  rewrite({ replay, segments, hint }: Replayed): ActiveSegment {
    const files = this.#files;
    const { liveBytes, sequence } = replay;
    const ids = BaseWriter.idsFor(liveBytes);
    const firstId = files.reserveIds(ids);
    const writer = new BaseWriter(files, firstId - 1, sequence, firstId, firstId + ids);
    const moves = new MoveTable();
    const syncing = blocking(this.#environment.fileSystem);
    for (const segment of segments) {
      runBlocking(copyLive(segment, this.#directory, writer, moves, syncing, () => true));
    }
    runBlocking(writer.finish(syncing));
    const active = this.#begin(writer.segments, sequence);
    runBlocking(this.#directory.relocate((position) => moves.find(position)));
    files.remove(segments, hint);
    files.forget(segments);
    return active;
  }

  /** Creates the segment that will be written, and makes the new epoch count. */
  #begin(
    kept: readonly Segment[],
    sequence: number,
    fill: (next: ActiveSegment) => void = () => {},
    hint: string | null = null,
  ): ActiveSegment {
    const { fileSystem } = this.#environment;
    const files = this.#files;
    const active = new ActiveSegment(fileSystem, files.create(), sequence);
    fill(active);
    fileSystem.sync(active.segment.file);
    fileSystem.syncDirectory(files.directory);
    const options = { hint, sequence: active.sequence };
    runBlocking(files.publish([...kept, active.segment], blocking(fileSystem), options));
    fileSystem.syncDirectory(this.#tableDirectory);
    active.markDurable(active.size);
    return active;
  }
}
