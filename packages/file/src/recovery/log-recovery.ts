import { batchPlace, FrameKind, frameKind, frameSequence } from "../format/log-frame.js";
import { LOG_HEADER_BYTES, logName, logSalt } from "../format/log-header.js";
import { LogReader } from "../log/log-reader.js";
import type { Descriptor, FileSystem } from "../platform/file-system.js";
import type { DamagedRange } from "../repair-report.js";
import type { Replay } from "./replay.js";

/** A segment that an earlier owner wrote, open. */
export interface FoundLog {
  readonly id: number;
  readonly file: Descriptor;
  /** Bytes. */
  readonly size: number;
}

/** What the segments of an earlier owner came to. */
export interface LogResult {
  /** The number of the last frame that counts. */
  readonly sequence: number;
  /** How many of the segments count, from the first on; what is in the others came after the end. */
  readonly counting: number;
  /** Bytes behind the last good frame, which count for nothing. */
  readonly tornBytes: number;
  readonly damaged: readonly DamagedRange[];
  /** How many frames are lost, at least. */
  readonly lostFrames: number;
}

/**
 * Replays log segments, in their order.
 *
 * What isn't a valid frame is damage where it was on disk: below an offset that a later sync frame names. Where it may
 * never have got there the log ends; what comes later, in this segment or another, was never confirmed either.
 */
export class LogRecovery {
  readonly #fileSystem: FileSystem;
  readonly #directory: Uint8Array;
  readonly #logs: readonly FoundLog[];
  readonly #replay: Replay;
  /** Where damage is found; throws if it isn't to be repaired. */
  readonly #onDamage: (range: DamagedRange) => void;
  /** Frames up to this number are in runs. */
  readonly #flushed: number;
  #sequence: number;
  #tornBytes = 0;
  #lostFrames = 0;
  readonly #damaged: DamagedRange[] = [];
  /** The frames of a batch whose last one wasn't seen yet. */
  #batch: Buffer[] = [];

  constructor(
    fileSystem: FileSystem,
    directory: Uint8Array,
    logs: readonly FoundLog[],
    replay: Replay,
    { flushed, onDamage }: { flushed: number; onDamage: (range: DamagedRange) => void },
  ) {
    this.#fileSystem = fileSystem;
    this.#directory = directory;
    this.#logs = logs;
    this.#replay = replay;
    this.#flushed = flushed;
    this.#sequence = flushed;
    this.#onDamage = onDamage;
  }

  run(): LogResult {
    const logs = this.#logs;
    const begins = logs.map((log) => this.#beginOf(log));
    let counting = logs.length;
    for (const [index, log] of logs.entries()) {
      const limit = Math.min(
        ...begins.slice(index + 1).map((begin) => begin ?? Infinity),
        Infinity,
      );
      const isConfirmed = this.#isConfirmed(index);
      if (!this.#segment(log, limit, isConfirmed)) {
        counting = index + 1;
        for (const later of logs.slice(counting)) {
          this.#tornBytes += Math.max(0, later.size - LOG_HEADER_BYTES);
        }
        break;
      }
    }
    return {
      sequence: this.#sequence,
      counting,
      tornBytes: this.#tornBytes,
      damaged: this.#damaged,
      lostFrames: this.#lostFrames,
    };
  }

  /** Which frame comes before the first one of a segment; undefined if there is none in it. */
  #beginOf(log: FoundLog): number | undefined {
    const reader = this.#reader(log);
    if (!reader.next()) return undefined;
    const sequence = frameSequence(reader.buffer, reader.at);
    return frameKind(reader.buffer, reader.at) === FrameKind.changes ? sequence - 1 : sequence;
  }

  /** Whether a later segment says that all of this one was on disk. */
  #isConfirmed(index: number): boolean {
    return this.#logs.slice(index + 1).some((log) => {
      const reader = this.#reader(log);
      while (reader.next()) {
        if (frameKind(reader.buffer, reader.at) === FrameKind.sync) return true;
      }
      return reader.isBelowMark();
    });
  }

  /**
   * Replays a segment up to the frame `limit`. Returns false if the log ends in it.
   * @param isConfirmed all of it was on disk
   */
  #segment(log: FoundLog, limit: number, isConfirmed: boolean): boolean {
    const reader = this.#reader(log);
    for (;;) {
      while (reader.next()) {
        const { buffer, at, length, offset } = reader;
        if (frameKind(buffer, at) !== FrameKind.changes) continue;
        const sequence = frameSequence(buffer, at);
        if (sequence > limit) return true;
        if (sequence <= this.#sequence) continue;
        if (sequence > this.#sequence + 1) {
          this.#lose(sequence - this.#sequence - 1, {
            file: logName(log.id),
            from: offset,
            to: offset,
          });
        }
        this.#frame(buffer, at, length, sequence);
      }
      const from = reader.offset;
      if (this.#sequence >= limit) return true;
      const isDamage = isConfirmed || reader.isBelowMark();
      if (reader.isAtEnd || !isDamage) return this.#end(log, from, limit, isDamage);
      this.#batch = [];
      const isFound = reader.resync(this.#sequence, limit);
      const to = isFound ? reader.nextOffset : log.size;
      this.#lose(1, { file: logName(log.id), from, to });
      if (!isFound) return true;
    }
  }

  /** Returns whether a later segment goes on. */
  #end(log: FoundLog, from: number, limit: number, isDamage: boolean): boolean {
    if (this.#batch.length > 0) {
      this.#sequence -= this.#batch.length;
      this.#batch = [];
    }
    if (limit === Number.POSITIVE_INFINITY) {
      this.#tornBytes += log.size - from;
      return true;
    }
    // A later segment goes on with another frame than the next.
    if (!isDamage) {
      this.#tornBytes += log.size - from;
      return false;
    }
    this.#lose(limit - this.#sequence, { file: logName(log.id), from, to: log.size });
    return true;
  }

  #frame(buffer: Buffer, at: number, length: number, sequence: number): void {
    this.#sequence = sequence;
    const { hasBegun, goesOn } = batchPlace(buffer, at);
    if (!hasBegun) this.#batch = [];
    else if (this.#batch.length === 0) return;
    this.#batch.push(Buffer.from(buffer.subarray(at, at + length)));
    if (goesOn) return;
    if (sequence > this.#flushed) this.#replay.apply(this.#batch);
    this.#batch = [];
  }

  #lose(frames: number, range: DamagedRange): void {
    this.#onDamage(range);
    this.#damaged.push(range);
    this.#lostFrames += frames;
    this.#batch = [];
  }

  #reader({ id, file, size }: FoundLog): LogReader {
    const salt = logSalt({ directory: this.#directory, id });
    return new LogReader(this.#fileSystem, { file, salt, size });
  }
}
