import { FrameKind, MARK_FRAME_BYTES, markBatch, sealFrame, writeMark } from "./frame.js";
import type { LogFiles } from "./log-files.js";
import type { DiskSteps, Syncing } from "./platform/syncing.js";
import { writeFully } from "./platform/whole-file.js";
import type { Segment } from "./segment.js";

const BUFFER_BYTES = 2 ** 18;
/** So much is synced at a time: one large sync at the end would hold up the writes of others. */
const SYNC_BYTES = 2 ** 23;
/** A longer one goes on in a second file. */
const MAX_SEGMENT_BYTES = 2 ** 36;

/** Writes what a table consists of anew, into segments that cover all those before; at least one. */
export class BaseWriter {
  readonly segments: Segment[] = [];
  /** The number of the last change that goes into them. */
  readonly sequence: number;
  readonly #files: LogFiles;
  readonly #covers: number;
  readonly #lastId: number;
  #nextId: number;
  #buffer = Buffer.allocUnsafe(BUFFER_BYTES);
  #filled = 0;
  #unsynced = 0;
  #records = 0;

  /**
   * @param covers the id of the last segment that is replaced
   * @param sequence see {@link sequence}
   * @param firstId of the ids that are reserved for the new segments, up to `lastId`
   */
  constructor(files: LogFiles, covers: number, sequence: number, firstId: number, lastId: number) {
    this.#files = files;
    this.#covers = covers;
    this.sequence = sequence;
    this.#nextId = firstId;
    this.#lastId = lastId;
  }

  /** How many ids are needed for so many bytes. */
  static idsFor(bytes: number): number {
    return Math.ceil(bytes / MAX_SEGMENT_BYTES) + 1;
  }

  /** Appends a copy of a put's frame, which becomes one of its own, and returns its position. */
  *append(source: Buffer, at: number, length: number, syncing: Syncing): DiskSteps<number> {
    const target = yield* this.#reserve(length, syncing);
    source.copy(this.#buffer, target, at, at + length);
    markBatch(this.#buffer, target, false, false);
    this.#records++;
    return this.#seal(target, length);
  }

  /** Says that all is there. Returns when it is on disk, and so are the names of the files. */
  *finish(syncing: Syncing): DiskSteps<void> {
    const target = yield* this.#reserve(MARK_FRAME_BYTES, syncing);
    writeMark(this.#buffer, target, this.sequence, FrameKind.end, this.#records);
    this.#seal(target, MARK_FRAME_BYTES);
    yield* this.#sync(syncing);
    yield syncing.directory(this.#files.directory);
  }

  /** Removes what was written. */
  discard(): void {
    for (const segment of this.segments) this.#files.discard(segment);
  }

  #seal(target: number, length: number): number {
    const segment = this.segments.at(-1) as Segment;
    sealFrame(this.#buffer, target, length, segment.salt, segment.length);
    const position = segment.positionOf(segment.length);
    this.#filled = target + length;
    segment.length += length;
    return position;
  }

  /** Where in the buffer the next frame goes. */
  *#reserve(length: number, syncing: Syncing): DiskSteps<number> {
    const current = this.segments.at(-1);
    if (this.#filled + length > this.#buffer.length) this.#flush();
    if (length > this.#buffer.length) this.#buffer = Buffer.allocUnsafe(length);
    if (this.#unsynced >= SYNC_BYTES) yield* this.#sync(syncing);
    const isFull = current !== undefined && current.length + length > MAX_SEGMENT_BYTES;
    if (current === undefined || (isFull && this.#nextId < this.#lastId)) {
      yield* this.#sync(syncing);
      this.segments.push(this.#files.create(this.#nextId++, this.#covers));
    }
    return this.#filled;
  }

  #flush(): void {
    const segment = this.segments.at(-1);
    if (segment === undefined || this.#filled === 0) return;
    const start = segment.length - this.#filled;
    writeFully(
      this.#files.environment.fileSystem,
      segment.file,
      this.#buffer,
      0,
      this.#filled,
      start,
    );
    this.#unsynced += this.#filled;
    this.#filled = 0;
  }

  *#sync(syncing: Syncing): DiskSteps<void> {
    this.#flush();
    this.#unsynced = 0;
    const segment = this.segments.at(-1);
    if (segment !== undefined) yield syncing.file(segment.file);
  }
}
