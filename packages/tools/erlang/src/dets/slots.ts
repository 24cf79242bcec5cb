import type { FileBytes } from "../source/file-bytes.js";
import type { WalkReport } from "../source/report.js";
import { TermError } from "../term/term-error.js";
import {
  ACTIVE,
  BASE,
  COLLECTION_HEAD_BYTES,
  PARTS_START,
  SEGMENTS_OF_PART,
  SLOT_BYTES,
  SLOTS_OF_SEGMENT,
  STEP,
} from "./layout.js";

/** Bytes of a file from a position on. */
export interface Piece {
  readonly position: number;
  readonly bytes: Buffer;
}

/** The collections of a closed file, by the slots that point to them: what nothing points to, nobody has stored. */
export function* slotCollections(
  file: FileBytes,
  slots: number,
  report: WalkReport,
): Iterable<Piece> {
  const seen = new Seen(file.size);
  for (let segment = 0; segment < slots / SLOTS_OF_SEGMENT; segment++) {
    for (const slot of slotsOf(file, segment, report)) {
      const collection = collectionAt(file, slot, seen);
      if (collection instanceof TermError)
        report.damaged(file.path, slot.position, collection.message);
      else yield { position: slot.pointer, bytes: collection };
    }
  }
}

interface Slot {
  /** Of the slot itself. */
  readonly position: number;
  readonly size: number;
  readonly pointer: number;
}

/** The slots of a segment that hold something, as their collections lie in the file. */
function slotsOf(file: FileBytes, segment: number, report: WalkReport): Slot[] {
  const part = PARTS_START + 4 * Math.floor(segment / SEGMENTS_OF_PART);
  const entry = pointerAt(file, part, report);
  if (entry === undefined) return [];
  const start = pointerAt(file, entry + 4 * (segment % SEGMENTS_OF_PART), report);
  if (start === undefined) return [];
  const slots: Slot[] = [];
  let bytes: Buffer;
  try {
    bytes = file.read(start, SLOTS_OF_SEGMENT * SLOT_BYTES);
  } catch (error) {
    if (!(error instanceof TermError)) throw error;
    report.damaged(file.path, start, `a segment can't be read: ${error.message}`);
    return [];
  }
  for (let index = 0; index < SLOTS_OF_SEGMENT; index++) {
    const size = bytes.readUInt32BE(index * SLOT_BYTES);
    const pointer = bytes.readUInt32BE(index * SLOT_BYTES + 4);
    if (size !== 0 || pointer !== 0)
      slots.push({ position: start + index * SLOT_BYTES, size, pointer });
  }
  return slots.sort((a, b) => a.pointer - b.pointer);
}

function pointerAt(file: FileBytes, position: number, report: WalkReport): number | undefined {
  try {
    const pointer = file.u32(position);
    if (isPlace(pointer, file)) return pointer;
    report.damaged(file.path, position, `a pointer leads to ${pointer}`);
  } catch (error) {
    if (!(error instanceof TermError)) throw error;
    report.damaged(file.path, position, `a pointer can't be read: ${error.message}`);
  }
  return undefined;
}

function isPlace(pointer: number, file: FileBytes): boolean {
  return pointer >= BASE && pointer < file.size && (pointer - BASE) % STEP === 0;
}

function collectionAt(file: FileBytes, { size, pointer }: Slot, seen: Seen): Buffer | TermError {
  if (!isPlace(pointer, file) || size <= COLLECTION_HEAD_BYTES || pointer + size > file.size)
    return new TermError(`a slot points to ${size} bytes at ${pointer}`);
  const bytes = Buffer.from(file.read(pointer, size));
  if (bytes.readUInt32BE(0) !== size || bytes.readUInt32BE(4) !== ACTIVE)
    return new TermError(
      `a slot points to ${size} bytes at ${pointer}, where nothing of this size is`,
    );
  return seen.add(pointer) ? bytes : new TermError(`two slots point to ${pointer}`);
}

/** Which places have been pointed to: a bit for each 16 bytes of the file. */
class Seen {
  readonly #bits: Uint8Array;

  constructor(bytes: number) {
    this.#bits = new Uint8Array(Math.ceil(bytes / STEP / 8) + 1);
  }

  /** Whether it is new. */
  add(pointer: number): boolean {
    const place = Math.floor((pointer - BASE) / STEP);
    const mask = 1 << (place & 7);
    const byte = this.#bits[place >>> 3] as number;
    this.#bits[place >>> 3] = byte | mask;
    return (byte & mask) === 0;
  }
}
