import { join } from "node:path";
import type { Toolkit } from "@store/core";
import type { AdoptedSegment } from "./adopted-segment.js";
import { ChangeReader, type Effect } from "./change-reader.js";
import type { Directory } from "./directory.js";
import {
  batchBegan,
  batchGoesOn,
  FrameKind,
  frameKind,
  frameSequence,
  markValue,
} from "./frame.js";
import { FrameScanner } from "./frame-scanner.js";
import type { LogFiles } from "./log-files.js";
import { LossCount } from "./loss-count.js";
import { MANIFEST } from "./manifest.js";
import type { DamagedRange } from "./repair-report.js";
import { isSegmentName, SEGMENT_HEADER_BYTES, type Segment } from "./segment.js";
import type { Source } from "./source.js";

/** More changes than are ever lost together. */
const MANY_CHANGES = 2 ** 32;

/**
 * Brings a directory to the state that the log describes. A batch takes effect when all its frames were seen.
 *
 * What isn't a valid frame is damage where it was on disk: in a segment that is sealed, below a mark, or before changes
 * that came later. Where it may never have got there it is the torn tail: the log ends.
 */
export class Replay {
  /** Bytes behind the end of the log. */
  tornBytes = 0;
  readonly losses: LossCount;
  readonly #source: Source;
  readonly #changes: ChangeReader;
  readonly #error: Toolkit["error"];
  /** The name of the segment that is gone through, or was last; and where that was stopped. */
  #file = MANIFEST;
  #stoppedAt = 0;
  /** The batch whose last frame wasn't seen yet. */
  #batch: { readonly start: number; readonly effects: Effect[] } | undefined;
  /** Where logs ended, as long as nothing came later. */
  #ends: DamagedRange[] = [];

  /**
   * @param mayRepair whether to go on where something is damaged, instead of throwing `STORE_CORRUPT`
   * @param start what a hint has brought into the directory
   */
  constructor(
    source: Source,
    files: LogFiles,
    directory: Directory,
    { error }: Toolkit,
    mayRepair: boolean,
    start: { readonly sequence: number; readonly liveBytes: number } = NOTHING,
  ) {
    this.#source = source;
    this.#error = error;
    const corrupt = (file: string, offset: number) => this.#corrupt(file, offset);
    this.#changes = new ChangeReader(files, directory, start.liveBytes, corrupt);
    this.losses = new LossCount(start.sequence, (file, offset) => {
      if (!mayRepair) throw corrupt(file, offset);
    });
    for (const { file, from, to } of source.damaged) {
      this.losses.damage(file, from, to);
      // How many changes it had, nobody knows.
      if (isSegmentName(file)) this.losses.lose(1);
    }
  }

  /** Bytes of the frames that the directory points to. */
  get liveBytes(): number {
    return this.#changes.liveBytes;
  }

  /** The number of the last change. */
  get sequence(): number {
    return this.losses.sequence;
  }

  /**
   * Goes through the frames of a segment from `start` on. Afterwards its `length` is where its frames end.
   * @returns up to where it is known to be on disk
   */
  segment(adopted: AdoptedSegment, start: number): number {
    const { segment, length, until, damaged, missing, isEndLost } = adopted;
    if (damaged !== undefined) this.losses.damage(damaged.file, damaged.from, damaged.to);
    let durable = 0;
    if (segment !== undefined) {
      segment.length = length;
      if (segment.covers === 0) this.losses.leaveBase(this.#file, this.#stoppedAt);
      else if (start === SEGMENT_HEADER_BYTES) this.losses.enterBase();
      this.#file = segment.name;
      durable = Math.min(this.#frames(segment, start, until), segment.length);
    }
    if (missing !== undefined) this.losses.damage(missing.file, missing.from, missing.to);
    if (isEndLost) this.losses.loseEnd();
    return durable;
  }

  /** After the last segment. */
  finish(): void {
    const { losses } = this;
    const { sequence } = this.#source;
    losses.leaveBase(this.#file, this.#stoppedAt);
    if (sequence > this.sequence) {
      this.#goOn();
      losses.reach(sequence, this.#file, this.#stoppedAt);
    }
    losses.finish();
  }

  #frames(segment: Segment, start: number, until: number): number {
    const scanner = new FrameScanner(segment, start, segment.length);
    let durable = segment.isSealed ? segment.length : start;
    for (;;) {
      while (scanner.next()) {
        const { buffer, at, offset } = scanner;
        const kind = frameKind(buffer, at);
        if (kind === FrameKind.sync) {
          durable = Math.max(durable, markValue(buffer, at));
        } else if (segment.covers === 0 && frameSequence(buffer, at) >= until) {
          segment.length = offset;
          return durable;
        }
        this.#frame(segment, scanner, kind);
      }
      const from = scanner.offset;
      this.#stoppedAt = from;
      if (scanner.isAtEnd && this.#batch === undefined) return durable;
      if (!segment.isSealed && (scanner.isAtEnd || !scanner.isBelowMark())) {
        this.#end(segment, from);
        return durable;
      }
      this.#dropBatch(from);
      if (scanner.isAtEnd) return durable;
      const isFound = scanner.resync(this.#highestNumber());
      this.losses.damage(this.#file, from, isFound ? scanner.nextOffset : segment.length);
      if (!isFound) return durable;
    }
  }

  #frame(segment: Segment, scanner: FrameScanner, kind: number): void {
    const { buffer, at, length, offset } = scanner;
    const { losses } = this;
    const file = this.#file;
    const sequence = frameSequence(buffer, at);
    const hasBegun = batchBegan(buffer, at);
    if (!hasBegun) this.#dropBatch(offset);
    if (kind === FrameKind.sync) {
      losses.reach(sequence, file, offset);
      return;
    }
    if (kind === FrameKind.end) {
      losses.endBase(sequence, markValue(buffer, at), file, offset);
      return;
    }
    this.#goOn();
    if (segment.covers > 0) {
      losses.baseRecord();
    } else if (!losses.change(sequence, file, offset)) {
      losses.damage(file, offset, offset + length);
      return;
    }
    if (hasBegun && this.#batch === undefined) {
      // What the batch began with is lost.
      losses.damage(file, offset, offset + length);
      losses.lose(1);
      return;
    }
    const effect = this.#changes.read(segment, scanner, kind);
    if (effect === undefined) throw this.#newer(file, offset);
    this.#add(effect, offset, batchGoesOn(buffer, at));
  }

  #add(effect: Effect, offset: number, goesOn: boolean): void {
    if (this.#batch === undefined && !goesOn) {
      effect();
      return;
    }
    this.#batch ??= { start: offset, effects: [] };
    this.#batch.effects.push(effect);
    if (goesOn) return;
    for (const each of this.#batch.effects) each();
    this.#batch = undefined;
  }

  /** The log ends here, unless there are changes in a later segment. */
  #end(segment: Segment, offset: number): void {
    const from = this.#batch?.start ?? offset;
    this.losses.sequence -= this.#batch?.effects.length ?? 0;
    this.#batch = undefined;
    this.tornBytes += segment.length - from;
    this.#ends.push({ file: segment.name, from, to: segment.length });
    segment.length = from;
  }

  /** What comes later is on disk: then what ended the log before was, too. */
  #goOn(): void {
    if (this.#ends.length === 0) return;
    for (const { file, from, to } of this.#ends) this.losses.damage(file, from, to);
    this.#ends = [];
    this.tornBytes = 0;
  }

  /** Forgets the batch, whose other frames are lost. */
  #dropBatch(to: number): void {
    if (this.#batch === undefined) return;
    const { start, effects } = this.#batch;
    this.#batch = undefined;
    this.losses.damage(this.#file, start, to);
    this.losses.lose(effects.length);
  }

  /** No frame has a higher one. */
  #highestNumber(): number {
    const { isManifestLost, sequence } = this.#source;
    if (isManifestLost) return Number.POSITIVE_INFINITY;
    return Math.max(sequence, this.sequence) + MANY_CHANGES;
  }

  #corrupt(file: string, offset: number): Error {
    return this.#error(
      "STORE_CORRUPT",
      `${this.#pathOf(file)} is damaged at byte ${offset}; open the table with repair: true to keep what is good`,
    );
  }

  #newer(file: string, offset: number): Error {
    return this.#error(
      "STORE_NEWER_FORMAT",
      `${this.#pathOf(file)} has a change of a kind that this version doesn't know, at byte ${offset}. The files are untouched`,
    );
  }

  #pathOf(file: string): string {
    return join(this.#source.directory, file);
  }
}

const NOTHING = { sequence: 0, liveBytes: 0 };
