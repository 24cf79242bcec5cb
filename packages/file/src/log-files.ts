import { join } from "node:path";
import type { TableType, Toolkit } from "@store/core";
import { closedError } from "./closed-error.js";
import { MANIFEST, type Manifest, replaceManifest, TYPE_NUMBERS } from "./manifest.js";
import type { Claim } from "./ownership/claim.js";
import { bestEffort } from "./platform/best-effort.js";
import type { Environment } from "./platform/environment.js";
import type { DiskSteps, Syncing } from "./platform/syncing.js";
import { writeFully } from "./platform/whole-file.js";
import {
  FORMAT_VERSION,
  MAX_SEGMENT_INDEX,
  SEGMENT_HEADER_BYTES,
  SEGMENT_SPAN,
  Segment,
  type SegmentIdentity,
  segmentHeader,
  segmentName,
} from "./segment.js";

/** Which table the files are of. */
export interface TableIdentity {
  readonly name: string;
  readonly type: TableType;
  /** 32 hexadecimal digits. */
  readonly uuid: string;
}

/** Where the files are, and the right to write there. */
export interface Epoch {
  readonly directory: string;
  readonly lease: Pick<Claim["lease"], "guard" | "verify">;
}

/**
 * The files of a table in the directory of its epoch: its open segments, and the manifest that names them.
 *
 * 1. `segments` are those of the newest manifest that was written, in the order in which they are replayed; the last
 *    one is being written.
 * 2. A file that a manifest may name is removed only after another manifest took its place for certain.
 * 3. Names in the directory change only while it is the owner's: somebody may have put another in its place (I5).
 */
export class LogFiles {
  readonly environment: Environment;
  readonly directory: string;
  readonly table: TableIdentity;
  readonly error: Toolkit["error"];
  readonly lease: Epoch["lease"];
  /** The file with the copy of the key directory, if there is one. */
  hint: string | null = null;
  /** The changes up to this number were on disk when the manifest was written. */
  #sequence = 0;
  #segments: readonly Segment[] = [];
  /** By index, as positions name them. */
  readonly #open: (Segment | undefined)[] = [];
  #nextIndex = 0;
  #nextId = 1;
  /** Counts the manifests that were begun. */
  #version = 0;
  #isClosed = false;

  constructor(
    environment: Environment,
    { directory, lease }: Epoch,
    table: TableIdentity,
    error: Toolkit["error"],
  ) {
    this.environment = environment;
    this.directory = directory;
    this.lease = lease;
    this.table = table;
    this.error = error;
  }

  get segments(): readonly Segment[] {
    return this.#segments;
  }

  get isClosed(): boolean {
    return this.#isClosed;
  }

  /** Throws `STORE_TABLE_CLOSED` after {@link close}. */
  checkOpen(): void {
    if (this.#isClosed) throw closedError();
  }

  /** The segment that a position lies in. */
  segmentAt(position: number): Segment {
    return this.#open[Math.floor(position / SEGMENT_SPAN)] as Segment;
  }

  /** The order of two positions in the log. */
  readonly comparePositions = (a: number, b: number): number => {
    const first = this.segmentAt(a);
    const second = this.segmentAt(b);
    return first === second ? a - b : first.id - second.id;
  };

  /** Bytes of all segments. */
  get bytes(): number {
    let sum = 0;
    for (const { length } of this.#segments) sum += length;
    return sum;
  }

  /** Takes in a segment that is there. */
  adopt(path: string, identity: SegmentIdentity, length: number): Segment {
    const file = this.environment.fileSystem.open(path);
    this.passId(identity.id);
    return this.#register(path, file, identity, length);
  }

  /** All segments that are created from now on get higher ids. */
  passId(id: number): void {
    this.#nextId = Math.max(this.#nextId, id + 1);
  }

  /** Sets ids aside, for segments that come before those that are created from now on. Returns the first. */
  reserveIds(count: number): number {
    const first = this.#nextId;
    this.#nextId += count;
    return first;
  }

  /**
   * Creates a segment, with nothing in it but its header. No manifest names it yet, and nothing of it is on disk.
   * @param covers for the output of a compaction, see {@link SegmentIdentity}
   */
  create(id: number = this.reserveIds(1), covers = 0): Segment {
    const { fileSystem } = this.environment;
    const { uuid, type } = this.table;
    const table = Buffer.from(uuid, "hex");
    const identity = { table, id, covers, type: TYPE_NUMBERS[type] };
    const path = join(this.directory, segmentName(id, covers));
    const file = this.lease.guard(() => fileSystem.create(path));
    try {
      const header = segmentHeader(identity);
      writeFully(fileSystem, file, header, 0, header.length, 0);
      return this.#register(path, file, identity, SEGMENT_HEADER_BYTES);
    } catch (error) {
      bestEffort(() => fileSystem.close(file));
      this.#removeFile(path);
      throw error;
    }
  }

  /** Gives up a segment in which there is nothing. If a manifest may name it, it stays as it is. */
  abandon(segment: Segment): void {
    if (this.#segments.includes(segment)) segment.isSealed = true;
    else this.discard(segment);
  }

  /** Removes a segment that no manifest names. */
  discard(segment: Segment): void {
    this.#open[segment.index] = undefined;
    bestEffort(() => segment.close());
    this.#removeFile(segment.path);
  }

  /**
   * Writes the manifest that names `segments`, whose names are on disk, and whose content is where they are sealed.
   * @param options.sequence the changes up to this number are on disk; without it, those of the last manifest
   *
   * `segments` are those of the table from the rename on, also when it throws afterwards.
   * @returns false if another manifest came in between, and this one wasn't written
   */
  *publish(
    segments: readonly Segment[],
    syncing: Syncing,
    {
      clean = false,
      hint = this.hint,
      sequence = this.#sequence,
    }: { clean?: boolean; hint?: string | null; sequence?: number } = {},
  ): DiskSteps<boolean> {
    this.lease.verify();
    const version = ++this.#version;
    const manifest: Manifest = {
      format: FORMAT_VERSION,
      ...this.table,
      clean,
      sequence,
      segments: segments.map(({ id, covers, length, isSealed }) => ({
        id,
        covers,
        length: clean || isSealed ? length : null,
      })),
      hint,
    };
    const { fileSystem } = this.environment;
    return yield* replaceManifest(
      fileSystem,
      this.directory,
      manifest,
      syncing,
      `${MANIFEST}.${version}.tmp`,
      () => {
        this.lease.verify();
        return version === this.#version;
      },
      () => {
        this.#segments = segments;
        this.hint = hint;
        this.#sequence = sequence;
      },
    );
  }

  /** Removes segments, and a hint, that the manifest no longer names. The segments stay open: see {@link forget}. */
  remove(segments: readonly Segment[], hint: string | null): void {
    for (const { path } of segments) this.#removeFile(path);
    if (hint !== null) this.#removeFile(join(this.directory, hint));
  }

  /**
   * Removes the segments that are open but not named, and an earlier hint, when the manifest that was written last is the
   * only one that can count.
   */
  removeUnnamed(earlierHint: string | null): void {
    const unnamed = this.#open.flatMap((segment) => segment ?? []);
    this.remove(
      unnamed.filter((segment) => !this.#segments.includes(segment)),
      earlierHint === this.hint ? null : earlierHint,
    );
  }

  /** Closes segments that were removed, and to which no position points any more. */
  forget(segments: readonly Segment[]): void {
    for (const segment of segments) {
      this.#open[segment.index] = undefined;
      segment.closeInBackground();
    }
  }

  /** Closes all segments. All that counts is on disk by now: that it can't be closed does no harm. */
  close(): void {
    this.#isClosed = true;
    for (const segment of this.#open) bestEffort(() => segment?.close());
    this.#open.length = 0;
  }

  #register(path: string, file: number, identity: SegmentIdentity, length: number): Segment {
    const index = this.#freeIndex();
    const { fileSystem } = this.environment;
    const segment = new Segment(fileSystem, path, file, identity, index, length);
    this.#open[index] = segment;
    return segment;
  }

  /** An index is used again only when all have been used: what knows a position may outlive its segment for a while. */
  #freeIndex(): number {
    for (let tries = 0; tries <= MAX_SEGMENT_INDEX; tries++) {
      const index = this.#nextIndex;
      this.#nextIndex = index === MAX_SEGMENT_INDEX ? 0 : index + 1;
      if (this.#open[index] === undefined) return index;
    }
    throw this.error("STORE_IO", `the table has more than ${MAX_SEGMENT_INDEX} segments`);
  }

  #removeFile(path: string): void {
    // Nothing names it: if it stays, it goes with its epoch.
    bestEffort(() => this.lease.guard(() => this.environment.fileSystem.remove(path)));
  }
}
