import { encodeRecordInto } from "@store/codec";
import type { StoreRecord } from "@store/core";
import {
  FRAME_HEADER_BYTES,
  FrameKind,
  frameKind,
  frameLength,
  frameSequence,
  MARK_FRAME_BYTES,
  markBatch,
  sealFrame,
  writeFrameHeader,
  writeMark,
} from "./frame.js";
import type { FileSystem } from "./platform/file-system.js";
import { writeFully } from "./platform/whole-file.js";
import type { Segment } from "./segment.js";

/** A piece of the segment's end in memory. No frame is in two. */
interface Chunk {
  readonly buffer: Buffer;
  /** The segment's offset of its first byte. */
  readonly base: number;
  /** Bytes of frames. */
  used: number;
}

const SMALLEST_CHUNK = 2 ** 12;
const LARGEST_CHUNK = 2 ** 20;

/**
 * The segment that is being written. Frames are staged, then written in one piece; what isn't known to be on disk stays
 * in memory, from where it is written again if a sync fails (the system may drop it then).
 *
 * 1. `durable` <= `size` <= `#end`: on disk up to the first, acknowledged up to the second, staged up to the third.
 * 2. The chunks hold the bytes from `durable` or before it up to `#end`, without a gap.
 * 3. All staged frames but the last are sealed; the last one is when the batch is written.
 */
export class ActiveSegment {
  readonly segment: Segment;
  /** Frames end here. */
  size: number;
  /** On disk up to here. */
  durable: number;
  /** The sequence number of the last frame. */
  sequence: number;
  /** A write failed: nobody knows what is behind `size`, and nothing may be written there. */
  isTorn = false;
  readonly #fileSystem: FileSystem;
  #chunks: Chunk[] = [];
  #end: number;
  /** Changes end here; behind it there are only marks, which nobody misses. */
  #dataEnd: number;
  /** What it was at the last mark. */
  #marked: number;
  #count = 0;
  /** Of the staged frames. */
  #offsets: number[] = [];
  #lengths: number[] = [];

  /** @param sequence that of the last frame of the table */
  constructor(fileSystem: FileSystem, segment: Segment, sequence: number) {
    this.#fileSystem = fileSystem;
    this.segment = segment;
    this.size = segment.length;
    this.durable = segment.length;
    this.#end = segment.length;
    this.#dataEnd = segment.length;
    this.#marked = segment.length;
    this.sequence = sequence;
  }

  /** Whether there is a change that isn't known to be on disk. */
  get isDirty(): boolean {
    return this.#dataEnd > this.durable;
  }

  /** Where the next frame will stand. */
  get end(): number {
    return this.#end;
  }

  /** How many frames are staged. */
  get staged(): number {
    return this.#count;
  }

  /** Bytes of memory that it takes. */
  get memoryBytes(): number {
    return this.#chunks.reduce((sum, { buffer }) => sum + buffer.length, 0);
  }

  /** The position of a frame, staged or just written. */
  positionAt(index: number): number {
    return this.segment.positionOf(this.#offsets[index] as number);
  }

  lengthAt(index: number): number {
    return this.#lengths[index] as number;
  }

  /** Appends a frame to the batch. `body` is copied. */
  stage(kind: FrameKind, body: Uint8Array): void {
    const length = FRAME_HEADER_BYTES + body.length;
    const { buffer, at } = this.#reserve(length);
    writeFrameHeader(buffer, at, length, this.sequence + this.#count + 1, kind);
    buffer.set(body, at + FRAME_HEADER_BYTES);
    this.#add(length);
  }

  /** {@link stage} of a record, encoded where it will stand. Returns false, and does nothing, if that can't be done. */
  stageInPlace(kind: FrameKind, record: StoreRecord): boolean {
    const last = this.#chunks.at(-1);
    if (last === undefined) return false;
    const at = last.used;
    const end = encodeRecordInto(record, last.buffer, at + FRAME_HEADER_BYTES);
    if (end < 0) return false;
    writeFrameHeader(last.buffer, at, end - at, this.sequence + this.#count + 1, kind);
    this.#add(end - at);
    return true;
  }

  /** Takes in a frame of another segment as it is, its batch and sequence number included. */
  stageCopy(source: Buffer, at: number, length: number): void {
    const target = this.#reserve(length);
    source.copy(target.buffer, target.at, at, at + length);
    sealFrame(target.buffer, target.at, length, this.segment.salt, this.#end);
    this.#advance(length);
    this.sequence = frameSequence(source, at);
    this.#count = 0;
  }

  /** Forgets the batch. */
  abandon(): void {
    while (this.#chunks.length > 0 && (this.#chunks.at(-1) as Chunk).base >= this.size) {
      this.#chunks.pop();
    }
    const last = this.#chunks.at(-1);
    if (last !== undefined) last.used = Math.min(last.used, this.size - last.base);
    this.#end = this.size;
    this.#count = 0;
  }

  /** Writes the batch. When it throws, nothing was staged, and the segment is torn. */
  write(): void {
    if (this.#count > 0) this.#seal(false);
    const count = this.#count;
    this.#writeStaged();
    this.sequence += count;
    this.#dataEnd = this.size;
    // Behind it there may be a mark that isn't on disk: the segment can't be sealed there.
    this.segment.length = this.size;
  }

  /** Takes note that all up to `offset` is on disk, and records it in the file, where a recovery looks for it. */
  markDurable(offset: number): void {
    if (offset > this.durable) this.durable = offset;
    this.#release();
    if (this.isTorn || this.#dataEnd === this.#marked) return;
    this.#marked = this.#dataEnd;
    const { buffer, at } = this.#reserve(MARK_FRAME_BYTES);
    writeMark(buffer, at, this.sequence, FrameKind.sync, this.durable);
    sealFrame(buffer, at, MARK_FRAME_BYTES, this.segment.salt, this.#end);
    this.#advance(MARK_FRAME_BYTES);
    try {
      this.#writeStaged();
    } catch {
      // What it would have recorded holds all the same; the next write goes to a new segment.
    }
  }

  /** Nothing is added any more, and what isn't known to be on disk doesn't count: marks, or what was carried elsewhere. */
  seal(): void {
    this.segment.length = this.durable;
    this.segment.isSealed = true;
  }

  /** Where the frame at `offset` is in memory, if it is: in the buffer that {@link chunkBuffer} then is. -1 if not. */
  findInMemory(offset: number): number {
    const chunks = this.#chunks;
    for (let index = chunks.length - 1; index >= 0; index--) {
      const chunk = chunks[index] as Chunk;
      if (offset >= chunk.base) {
        this.chunkBuffer = chunk.buffer;
        return offset - chunk.base;
      }
    }
    return -1;
  }

  /** See {@link findInMemory}. */
  chunkBuffer: Buffer = EMPTY;

  /** Visits the frames of changes that aren't known to be on disk. */
  eachUnsynced(visit: (buffer: Buffer, at: number, length: number, offset: number) => void): void {
    for (const { buffer, base, used } of this.#chunks) {
      for (let at = 0; at < used; ) {
        const length = frameLength(buffer, at);
        const isChange = frameKind(buffer, at) !== FrameKind.sync;
        if (isChange && base + at >= this.durable) visit(buffer, at, length, base + at);
        at += length;
      }
    }
  }

  #add(length: number): void {
    if (this.#count > 0) this.#seal(true);
    this.#offsets[this.#count] = this.#end;
    this.#lengths[this.#count] = length;
    this.#count++;
    this.#advance(length);
  }

  #advance(length: number): void {
    (this.#chunks.at(-1) as Chunk).used += length;
    this.#end += length;
  }

  /** Seals the frame that was staged last. */
  #seal(batchGoesOn: boolean): void {
    const last = this.#count - 1;
    const offset = this.#offsets[last] as number;
    const at = this.findInMemory(offset);
    if (batchGoesOn || last > 0) markBatch(this.chunkBuffer, at, last > 0, batchGoesOn);
    sealFrame(this.chunkBuffer, at, this.lengthAt(last), this.segment.salt, offset);
  }

  #reserve(length: number): { readonly buffer: Buffer; readonly at: number } {
    const last = this.#chunks.at(-1);
    if (last !== undefined && last.buffer.length - last.used >= length) {
      this.#place.buffer = last.buffer;
      this.#place.at = last.used;
      return this.#place;
    }
    const grown = last === undefined ? SMALLEST_CHUNK : 2 * last.buffer.length;
    const room = Math.max(length, Math.min(grown, LARGEST_CHUNK));
    const buffer = Buffer.allocUnsafeSlow(room);
    this.#chunks.push({ buffer, base: this.#end, used: 0 });
    this.#place.buffer = buffer;
    this.#place.at = 0;
    return this.#place;
  }

  /** What {@link #reserve} returns, made once. */
  readonly #place: { buffer: Buffer; at: number } = { buffer: EMPTY, at: 0 };

  #writeStaged(): void {
    try {
      this.#writeOut();
    } catch (error) {
      this.isTorn = true;
      this.abandon();
      throw error;
    }
    this.#count = 0;
    this.size = this.#end;
  }

  #writeOut(): void {
    const chunks = this.#chunks;
    let first = Math.max(0, chunks.length - 1);
    while (first > 0 && (chunks[first] as Chunk).base > this.size) first--;
    for (let index = first; index < chunks.length; index++) {
      const { buffer, base, used } = chunks[index] as Chunk;
      const at = Math.max(0, this.size - base);
      writeFully(this.#fileSystem, this.segment.file, buffer, at, used, base + at);
    }
  }

  /** Drops the chunks whose frames are all on disk. The last one goes on being filled. */
  #release(): void {
    const kept = this.#chunks.findIndex(({ base, used }) => base + used > this.durable);
    this.#chunks.splice(0, kept < 0 ? this.#chunks.length - 1 : kept);
  }
}

const EMPTY = Buffer.alloc(0);
