import {
  FRAME_HEADER_BYTES,
  FrameKind,
  MARK_BYTES,
  putMark,
  sealFrame,
  signFrame,
} from "../format/log/log-frame.js";
import { FrameStager, type StagedFrame, sealBatch } from "./frame-stager.js";
import { LogBuffer } from "./log-buffer.js";
import type { LogSegment } from "./log-segment.js";

/**
 * The write-ahead log: frames at the end of the active segment, and in the memory of the log buffer, where they stay
 * until they are flushed.
 *
 * 1. Only the active segment is written, behind its last frame, and only as long as it isn't torn.
 * 2. The spare segment is empty, on disk, and named by the manifest: to go on in it takes no system call.
 * 3. A segment begins with a frame that says where the one before ends: what stands behind that counts for nothing; and
 *    up to where all was on disk: what is missing of that is damage.
 */
export class Log {
  active: LogSegment;
  spare: LogSegment | undefined;
  /** Earlier segments with changes that aren't flushed, and may not be on disk; the oldest first. */
  earlier: LogSegment[] = [];
  buffer = new LogBuffer();
  readonly stager = new FrameStager(this.buffer);
  /** The number of the last frame of changes. */
  sequence: number;
  /** The frames up to this number are on disk. */
  #confirmed: number;
  readonly #isHeld: boolean;
  /** Frames that aren't written before the next {@link writeHeld}; none where each commit writes. */
  readonly #held: StagedFrame[] = [];
  /** The last commit, and where it began. */
  #last: Commit | undefined;
  /** A write failed: nobody knows what is behind the end of the active segment. */
  #isTorn = false;
  readonly #mark = Buffer.alloc(MARK_BYTES);

  /** @param isHeld nothing is written but by {@link writeHeld} */
  constructor(
    active: LogSegment,
    spare: LogSegment,
    { sequence, confirmed }: LogStart,
    isHeld: boolean,
  ) {
    this.#isHeld = isHeld;
    this.active = active;
    this.spare = spare;
    this.sequence = sequence;
    this.#confirmed = confirmed;
  }

  get isTorn(): boolean {
    return this.#isTorn;
  }

  /** Whether there is a change that isn't known to be on disk. */
  get isDirty(): boolean {
    return this.isHolding || this.active.isDirty || this.earlier.some((segment) => segment.isDirty);
  }

  /** Whether there are changes that aren't written. */
  get isHolding(): boolean {
    return this.#held.length > 0;
  }

  /** Bytes of changes that aren't known to be on disk. */
  get unsyncedBytes(): number {
    let bytes = this.active.dataEnd - this.active.durable;
    for (const { dataEnd, durable } of this.earlier) bytes += dataEnd - durable;
    return bytes;
  }

  /** Bytes of all segments. */
  get bytes(): number {
    return this.earlier.reduce((sum, { size }) => sum + size, this.active.size);
  }

  /** Writes what is staged. When it throws, nothing was staged, and the active segment is torn. */
  commit(): void {
    const { active, stager } = this;
    const { size, dataEnd } = active;
    const frames = stager.seal(this.sequence);
    if (this.#isHeld) this.#held.push(...frames);
    else this.#append(active, frames);
    this.#last = { frames, segment: active, size, dataEnd };
    this.sequence += frames.length;
    stager.accept();
  }

  /**
   * Takes the last commit back: what is written of it counts for nothing when the log goes on, in another segment.
   * Returns false if it is too late for that.
   */
  takeBack(): boolean {
    const last = this.#last;
    if (last === undefined) return false;
    const { frames, segment, size, dataEnd } = last;
    const held = this.#held;
    if (this.#isHeld) {
      if (held.at(-1) !== frames.at(-1)) return false;
      held.length -= frames.length;
    } else {
      if (segment !== this.active || segment.durable > size) return false;
      segment.size = size;
      segment.dataEnd = dataEnd;
      this.#isTorn = true;
    }
    this.sequence -= frames.length;
    this.#last = undefined;
    return true;
  }

  /** Writes what is held, as one batch. When it throws, it is held still, and the active segment is torn. */
  writeHeld(): void {
    const frames = this.#held;
    if (frames.length === 0) return;
    const before = this.sequence - frames.length;
    sealBatch(frames, before);
    this.#append(this.active, frames);
    frames.length = 0;
  }

  /** The frames that aren't written. */
  get held(): readonly StagedFrame[] {
    return this.#held;
  }

  /** The position in the buffer where they begin. There are some. */
  get heldFrom(): number {
    const { chunk, at } = this.held[0] as StagedFrame;
    return chunk.base + at;
  }

  /** Goes on with another buffer, and holds what is staged there in the place of what it held. */
  replaceHeld(buffer: LogBuffer, staged: FrameStager): void {
    const held = this.#held;
    const before = this.sequence - held.length;
    const frames = staged.isStaging ? staged.seal(before) : [];
    held.length = 0;
    held.push(...frames);
    staged.accept();
    this.sequence = before + frames.length;
    this.#last = undefined;
    this.buffer = buffer;
    this.stager.moveTo(buffer);
  }

  /** Goes on in the spare segment, and in another buffer, which is empty. */
  rotate(): void {
    this.leaveActive();
    this.buffer = new LogBuffer();
    this.stager.moveTo(this.buffer);
  }

  /**
   * Goes on in the spare segment, with the same buffer. Throws, and changes nothing, if that can't be written.
   */
  leaveActive(): void {
    const next = this.spare as LogSegment;
    this.#writeMark(next, FrameKind.begin);
    this.earlier.push(this.active);
    this.active = next;
    this.spare = undefined;
    this.#isTorn = false;
  }

  /** Begins the active segment, behind what an earlier owner wrote. */
  begin(): void {
    this.#writeMark(this.active, FrameKind.begin);
    this.active.durable = this.active.size;
    this.active.dataEnd = this.active.size;
  }

  /** Takes note that all up to these sizes is on disk, and records that, for a recovery. */
  markDurable(targets: readonly SyncTarget[]): void {
    for (const { segment, size } of targets) {
      // What was taken back meanwhile isn't there any more.
      segment.durable = Math.max(segment.durable, Math.min(size, segment.size));
    }
    this.#confirm(targets);
    const { active } = this;
    if (this.#isTorn || this.earlier.some((one) => one.isDirty || one.isAdopted)) return;
    try {
      this.#writeMark(active, FrameKind.sync);
    } catch {
      // What it would have recorded holds all the same; the next write goes to another segment.
      this.#isTorn = true;
    }
  }

  /** What is to be synced: the segments with changes that aren't known to be on disk. */
  targets(): SyncTarget[] {
    const sequence = this.#written;
    return [...this.earlier, this.active]
      .filter((segment) => segment.isDirty)
      .map((segment) => ({ segment, size: segment.size, sequence }));
  }

  /** Forgets the segments up to one, whose changes are flushed. Returns them: they aren't closed. */
  forgetUpTo(id: number): LogSegment[] {
    const gone = this.earlier.filter((segment) => segment.id <= id);
    this.earlier = this.earlier.filter((segment) => segment.id > id);
    return gone;
  }

  /** Forgets all segments: everything is flushed, and nothing will be written. Returns them: they aren't closed. */
  forgetAll(): LogSegment[] {
    const gone = [...this.earlier, this.active, ...(this.spare === undefined ? [] : [this.spare])];
    this.earlier = [];
    this.spare = undefined;
    return gone;
  }

  close(): void {
    for (const segment of this.earlier) segment.close();
    this.active.close();
    this.spare?.close();
  }

  /** The number of the last frame that is written. */
  get #written(): number {
    return this.sequence - this.#held.length;
  }

  #confirm(targets: readonly SyncTarget[]): void {
    if (this.earlier.some((one) => one.isAdopted)) return;
    // Another frame may have the number of one that was taken back.
    if (targets.some(({ segment, size }) => size > segment.size)) return;
    for (const { sequence } of targets) this.#confirmed = Math.max(this.#confirmed, sequence);
  }

  #append(active: LogSegment, frames: readonly StagedFrame[]): void {
    try {
      active.size = this.#write(active, frames);
    } catch (error) {
      this.#isTorn = true;
      throw error;
    }
    active.dataEnd = active.size;
  }

  /** Returns where the segment ends then. */
  #write(segment: LogSegment, frames: readonly StagedFrame[]): number {
    let offset = segment.size;
    for (const { chunk, at, length } of frames) {
      signFrame(chunk.buffer, at, segment.salt, offset);
      offset += length;
    }
    offset = segment.size;
    for (let first = 0; first < frames.length; ) {
      const { chunk, at } = frames[first] as StagedFrame;
      let end = at;
      let next = first;
      for (; next < frames.length && frames[next]?.chunk === chunk; next++) {
        end += (frames[next] as StagedFrame).length;
      }
      segment.write(chunk.buffer, at, end, offset);
      offset += end - at;
      first = next;
    }
    return offset;
  }

  #writeMark(segment: LogSegment, kind: typeof FrameKind.begin | typeof FrameKind.sync): void {
    const frame = this.#mark;
    const body = kind === FrameKind.sync ? segment.durable : this.#confirmed;
    const length = body === 0 ? FRAME_HEADER_BYTES : MARK_BYTES;
    putMark(frame, 0, body);
    // What is held comes after it.
    sealFrame(frame, 0, length, this.#written, kind);
    signFrame(frame, 0, segment.salt, segment.size);
    segment.write(frame, 0, length, segment.size);
    segment.size += length;
  }
}

interface Commit {
  readonly frames: readonly StagedFrame[];
  readonly segment: LogSegment;
  readonly size: number;
  readonly dataEnd: number;
}

/** Where a log goes on. */
export interface LogStart {
  /** The number of the last frame of changes. */
  readonly sequence: number;
  /** The frames up to this number are known to be on disk. */
  readonly confirmed: number;
}

/** Up to where a segment is synced. */
export interface SyncTarget {
  readonly segment: LogSegment;
  readonly size: number;
  /** The number of the last frame of the log by then. */
  readonly sequence: number;
}
