import {
  batchPlace,
  confirmedSequence,
  FrameKind,
  frameKind,
  frameSequence,
} from "../format/log/log-frame.js";
import { LOG_HEADER_BYTES } from "../format/log/log-header.js";
import type { FileSystem } from "../platform/file-system.js";
import { type LogFile, LogReader } from "./log-reader.js";

/** What a {@link LogTail} comes to. */
export type TailEnd = "the end so far" | "another history" | "damaged";

/** The first frame of a segment that was begun. */
interface Begin {
  /** Of the segment. */
  readonly at: number;
  /** Behind the frame of this number. */
  readonly sequence: number;
  /** The frames up to this number were on disk. */
  readonly confirmed: number;
}

/**
 * Follows the frames of log segments while their owner writes. What isn't a valid frame is the end so far.
 */
export class LogTail {
  readonly #fileSystem: FileSystem;
  readonly #logs: readonly LogFile[];
  readonly #onBatch: (frames: readonly Buffer[]) => void;
  /** The segment that is read, and up to where. */
  #at = 0;
  #offset = LOG_HEADER_BYTES;
  /** With this size the segment had a torn tail: it isn't searched for marks again. */
  #tornAt = 0;
  /** The number of the last frame of a batch that was whole. */
  sequence: number;

  /** @param sequence frames up to this number are passed over */
  constructor(
    fileSystem: FileSystem,
    logs: readonly LogFile[],
    sequence: number,
    onBatch: (frames: readonly Buffer[]) => void,
  ) {
    this.#fileSystem = fileSystem;
    this.#logs = logs;
    this.sequence = sequence;
    this.#onBatch = onBatch;
  }

  /** Reads what has come since the last time. */
  advance(): TailEnd {
    for (;;) {
      const next = this.#nextBegun();
      const last = next?.sequence ?? Number.POSITIVE_INFINITY;
      const bad = this.#readSegment(last);
      // The owner may have written while it was read: what was there before the mark is right the second time.
      if (bad !== undefined && this.#readSegment(last) === bad) return "damaged";
      if (next === undefined) return "the end so far";
      // Nothing is added to a segment when the next one was begun.
      if (this.sequence < next.confirmed) return "damaged";
      // The owner took back what it had written last, or went on without it.
      if (next.sequence !== this.sequence) return "another history";
      this.#at = next.at;
      this.#offset = LOG_HEADER_BYTES;
      this.#tornAt = 0;
    }
  }

  /**
   * Returns where something else stands than what was on disk, if that is seen.
   * @param last frames of changes with higher numbers count for nothing
   */
  #readSegment(last: number): number | undefined {
    const log = this.#logs[this.#at];
    // A backup has none.
    if (log === undefined) return undefined;
    const { file, salt } = log;
    const size = this.#fileSystem.size(file);
    const reader = new LogReader(this.#fileSystem, { file, salt, size }, this.#offset);
    let batch: Buffer[] = [];
    while (reader.next()) {
      const { buffer, at, length } = reader;
      if (frameKind(buffer, at) === FrameKind.changes) {
        const sequence = frameSequence(buffer, at);
        const { hasBegun, goesOn } = batchPlace(buffer, at);
        if (!hasBegun) batch = [];
        batch.push(Buffer.from(buffer.subarray(at, at + length)));
        if (goesOn) continue;
        if (sequence > last) return undefined;
        if (sequence > this.sequence) {
          this.#onBatch(batch);
          this.sequence = sequence;
        }
      }
      this.#offset = reader.nextOffset;
    }
    if (reader.isAtEnd || this.sequence >= last || size === this.#tornAt) return undefined;
    if (reader.isBelowMark()) return reader.nextOffset;
    this.#tornAt = size;
    return undefined;
  }

  /** The next segment in which there is a frame: a spare one was never begun. */
  #nextBegun(): Begin | undefined {
    for (let at = this.#at + 1; at < this.#logs.length; at++) {
      const { file, salt } = this.#logs[at] as LogFile;
      const size = this.#fileSystem.size(file);
      const reader = new LogReader(this.#fileSystem, { file, salt, size });
      if (!reader.next()) continue;
      const { buffer, at: frame } = reader;
      const sequence = frameSequence(buffer, frame);
      return { at, sequence, confirmed: confirmedSequence(buffer, frame) };
    }
    return undefined;
  }
}
