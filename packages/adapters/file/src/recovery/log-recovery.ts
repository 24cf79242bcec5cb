import {
  batchPlace,
  confirmedSequence,
  FrameKind,
  frameKind,
  frameSequence,
  syncOffset,
} from "../format/log/log-frame.js";
import { LOG_HEADER_BYTES, logHeader, logName, logSalt } from "../format/log/log-header.js";
import { LogReader } from "../log/log-reader.js";
import type { Descriptor, FileSystem } from "../platform/file-system.js";
import { readFully } from "../platform/whole-file.js";
import type { DamagedRange } from "../repair-report.js";
import { ConfirmedFrames } from "./confirmed-frames.js";
import type { Replay } from "./replay.js";

/** A segment that an earlier owner wrote, open. */
export interface FoundLog {
  readonly id: number;
  /** undefined: it is gone. */
  readonly file: Descriptor | undefined;
  /** Bytes. */
  readonly size: number;
}

/** What the segments of an earlier owner came to. */
export interface LogResult {
  /** The number of the last frame that counts. */
  readonly sequence: number;
  /** The frames up to this number were on disk. */
  readonly confirmed: number;
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
 * What isn't a valid frame is damage where it was on disk: below an offset that a later sync frame names, or up to the
 * number that the begin of a later segment names: the sync frames may be cut off with what they speak of. Where it may never
 * have got there the log ends; what comes later, in this segment or another, was never confirmed either.
 *
 * How many frames are lost tell the numbers of those behind what is damaged; where nothing comes behind it, it is one,
 * since it can't be told.
 */
export class LogRecovery {
  readonly #fileSystem: FileSystem;
  readonly #directory: Uint8Array;
  readonly #logs: readonly FoundLog[];
  readonly #replay: Replay;
  /** Where damage is found; throws if it isn't to be repaired. */
  readonly #onDamage: (range: DamagedRange) => void;
  #sequence: number;
  readonly #confirmed: ConfirmedFrames;
  #tornBytes = 0;
  #lostFrames = 0;
  /** Something was damaged since the last frame that was seen: others may be missing. */
  #isInterrupted = false;
  readonly #damaged: DamagedRange[] = [];
  /** The frames of a batch whose last one wasn't seen yet. */
  #batch: Buffer[] = [];

  /** @param options.flushed frames up to this number are in runs: whole batches, as each flush takes them */
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
    this.#sequence = flushed;
    this.#confirmed = new ConfirmedFrames(flushed);
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
    if (this.#isInterrupted) this.#lostFrames++;
    return {
      sequence: this.#sequence,
      confirmed: this.#confirmed.sequence,
      counting,
      tornBytes: this.#tornBytes,
      damaged: this.#damaged,
      lostFrames: this.#lostFrames,
    };
  }

  /** Which frame comes before the first one of a segment; undefined if there is none in it. */
  #beginOf(log: FoundLog): number | undefined {
    const reader = this.#reader(log);
    if (reader === undefined) return undefined;
    if (!reader.next() && !(reader.resync(0, Number.POSITIVE_INFINITY) && reader.next())) {
      return undefined;
    }
    const { buffer, at } = reader;
    const sequence = frameSequence(buffer, at);
    this.#confirmed.reach(confirmedSequence(buffer, at));
    return frameKind(buffer, at) === FrameKind.changes ? sequence - 1 : sequence;
  }

  /** Whether a later segment says that all of this one was on disk. */
  #isConfirmed(index: number): boolean {
    return this.#logs.slice(index + 1).some((log) => {
      const reader = this.#reader(log);
      while (reader?.next()) {
        if (frameKind(reader.buffer, reader.at) === FrameKind.sync) return true;
      }
      return reader?.isBelowMark();
    });
  }

  /**
   * Replays a segment up to the frame `limit`. Returns false if the log ends in it.
   * @param isConfirmed all of it was on disk
   */
  #segment(log: FoundLog, limit: number, isConfirmed: boolean): boolean {
    const file = logName(log.id);
    const reader = this.#reader(log);
    if (reader === undefined) {
      this.#damage({ file, from: 0, to: log.size });
      return true;
    }
    if (!this.#hasHeader(log)) this.#damage({ file, from: 0, to: LOG_HEADER_BYTES });
    this.#confirmed.enter(this.#sequence);
    for (;;) {
      while (reader.next()) {
        if (!this.#take(reader, file, limit)) return true;
      }
      const from = reader.offset;
      if (this.#sequence >= limit) return true;
      const isMissing = this.#sequence < this.#confirmed.sequence;
      const isDamage = isConfirmed || isMissing || reader.isBelowMark();
      if (reader.isAtEnd || !isDamage) return this.#end(log, from, limit, isDamage);
      const isFound = reader.resync(this.#sequence, limit);
      this.#damage({ file, from, to: isFound ? reader.nextOffset : log.size });
      if (!isFound) return this.#end(log, log.size, limit, true);
    }
  }

  /** Takes in the reader's frame. Returns false if it comes after the frame `limit`. */
  #take({ buffer, at, length, offset }: LogReader, file: string, limit: number): boolean {
    const kind = frameKind(buffer, at);
    const sequence = frameSequence(buffer, at);
    if (kind === FrameKind.sync) this.#confirmed.mark(syncOffset(buffer, at));
    if (kind === FrameKind.changes) {
      if (sequence > limit) return false;
      if (sequence <= this.#sequence) return true;
      if (sequence > this.#sequence + 1)
        this.#reach(sequence - 1, { file, from: offset, to: offset });
      this.#isInterrupted = false;
      this.#confirmed.note(offset + length, sequence);
      this.#frame(buffer, at, length, sequence);
    } else if (kind === FrameKind.sync && this.#isInterrupted && sequence <= limit) {
      this.#reach(Math.max(sequence, this.#sequence), { file, from: offset, to: offset });
    }
    return true;
  }

  /** Returns whether a later segment goes on. */
  #end(log: FoundLog, from: number, limit: number, isDamage: boolean): boolean {
    if (limit === Number.POSITIVE_INFINITY) {
      this.#takeBackBatch();
      this.#tornBytes += log.size - from;
      return true;
    }
    // A later segment goes on with another frame than the next.
    if (!isDamage) {
      this.#takeBackBatch();
      this.#tornBytes += log.size - from;
      return false;
    }
    this.#reach(limit, { file: logName(log.id), from, to: log.size });
    return true;
  }

  /** A batch whose end never got to the disk. */
  #takeBackBatch(): void {
    this.#sequence -= this.#batch.length;
    this.#batch = [];
  }

  #frame(buffer: Buffer, at: number, length: number, sequence: number): void {
    this.#sequence = sequence;
    const { hasBegun, goesOn } = batchPlace(buffer, at);
    if (!hasBegun) this.#batch = [];
    else if (this.#batch.length === 0) {
      // The begin of its batch is lost.
      this.#lostFrames++;
      return;
    }
    this.#batch.push(Buffer.from(buffer.subarray(at, at + length)));
    if (goesOn) return;
    this.#replay.apply(this.#batch);
    this.#batch = [];
  }

  /** The log had frames up to this number: those that weren't seen are lost. */
  #reach(sequence: number, range: DamagedRange): void {
    const lost = sequence - this.#sequence;
    if (lost > 0) {
      if (!this.#isInterrupted) this.#damage(range);
      this.#dropBatch();
      this.#lostFrames += lost;
      this.#sequence = sequence;
    }
    this.#isInterrupted = false;
  }

  #damage(range: DamagedRange): void {
    this.#onDamage(range);
    this.#damaged.push(range);
    this.#isInterrupted = true;
  }

  /** Part of a batch is lost: nothing of it counts. */
  #dropBatch(): void {
    this.#lostFrames += this.#batch.length;
    this.#batch = [];
  }

  /** Whether the file is what its name says: all in it is salted with that anyway, but nothing may be left of it. */
  #hasHeader({ file, id }: FoundLog): boolean {
    const header = Buffer.alloc(LOG_HEADER_BYTES);
    const read = readFully(this.#fileSystem, file as Descriptor, header, 0, header.length, 0);
    return header.subarray(0, read).equals(logHeader({ directory: this.#directory, id }));
  }

  /** undefined if there is nothing to read: a segment's header is on disk before a manifest names it. */
  #reader({ id, file, size }: FoundLog): LogReader | undefined {
    if (file === undefined || size < LOG_HEADER_BYTES) return undefined;
    const salt = logSalt({ directory: this.#directory, id });
    return new LogReader(this.#fileSystem, { file, salt, size });
  }
}
