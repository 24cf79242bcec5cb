import { decodeKey, encodeKey, encodeKeyInto } from "@store/codec";
import type { Key } from "@store/core";
import type { Directory } from "./directory.js";
import { VarintReader, varintBytes, writeVarint } from "./format/varint.js";
import { FRAME_HEADER_BYTES, MAX_FRAME_BYTES } from "./frame.js";
import type { HintPlaces } from "./hint-places.js";

// An entry begins with a varint: its flags, and the length of the key times 4. On disk: never change one.
/** Its frame has another length than that of the entry before. The length follows, as a varint. */
const OTHER_LENGTH = 1;
/** Its frame doesn't stand right behind that of the entry before. How far from there follows, as a varint. */
const OTHER_PLACE = 2;
const FLAGS = 4;

/** Behind the bytes that a chunk should have: room for an entry with a key of usual length. */
const SPARE_BYTES = 2 ** 12;

/**
 * Writes the entries of a chunk: as few bytes each as is quickly done, which is two and the key where the entries stand
 * in the order of the log, and the frames are of one length, below 128.
 */
export class HintEntryWriter {
  bytes: Buffer;
  /** Where the next entry goes. Less than the bytes wanted when one is added. */
  end: number;
  readonly #start: number;
  #length = 0;
  #next = 0;

  /** @param start how many bytes to leave in front */
  constructor(start: number, wantedBytes: number) {
    this.#start = start;
    this.end = start;
    this.bytes = Buffer.allocUnsafe(wantedBytes + SPARE_BYTES);
  }

  /** Begins a chunk, in which the first entry comes after none. */
  clear(): void {
    this.end = this.#start;
    this.#length = 0;
    this.#next = 0;
  }

  add(key: Key, place: number, length: number): void {
    const head = this.end;
    let at = head + 1;
    let flags = 0;
    if (length !== this.#length) {
      flags = OTHER_LENGTH;
      at = writeVarint(this.bytes, at, length);
      this.#length = length;
    }
    if (place !== this.#next) {
      flags += OTHER_PLACE;
      at = writeVarint(this.bytes, at, zigzag(place - this.#next));
    }
    this.#next = place + length;
    const end = this.#writeKey(key, at);
    this.end = end + this.#writeHead(head, end, (end - at) * FLAGS + flags);
  }

  #writeKey(key: Key, at: number): number {
    const end = encodeKeyInto(key, this.bytes, at);
    if (end >= 0) return end;
    const encoded = encodeKey(key);
    this.#makeRoom(at, encoded.length);
    this.bytes.set(encoded, at);
    return at + encoded.length;
  }

  /** Writes the head of the entry up to `end`, for which there is one byte. Returns by how many it has become longer. */
  #writeHead(start: number, end: number, head: number): number {
    const more = varintBytes(head) - 1;
    if (more > 0) {
      this.#makeRoom(end, more);
      this.bytes.copyWithin(start + 1 + more, start + 1, end);
    }
    writeVarint(this.bytes, start, head);
    return more;
  }

  #makeRoom(at: number, length: number): void {
    if (at + length <= this.bytes.length) return;
    const larger = Buffer.allocUnsafe(at + length + SPARE_BYTES);
    this.bytes.copy(larger, 0, 0, at);
    this.bytes = larger;
  }
}

/**
 * Puts the entries of a chunk, which are the bytes from `start` up to `end`, into the directory. Returns false, or throws,
 * when it meets one that can't be right.
 */
export function readHintEntries(
  bytes: Buffer,
  start: number,
  end: number,
  places: HintPlaces,
  directory: Pick<Directory, "put">,
): boolean {
  const varints = new VarintReader(bytes, start);
  let length = 0;
  let next = 0;
  while (varints.at < end) {
    const head = varints.next();
    if ((head & OTHER_LENGTH) !== 0) length = varints.next();
    const place = (head & OTHER_PLACE) === 0 ? next : next + unzigzag(varints.next());
    const position = places.positionOf(place, length);
    const keyStart = varints.at;
    const keyEnd = keyStart + Math.floor(head / FLAGS);
    if (position < 0 || !isFrameLength(length) || keyEnd > end) return false;
    directory.put(decodeKey(bytes, keyStart, keyEnd), position, length);
    varints.at = keyEnd;
    next = place + length;
  }
  return true;
}

function isFrameLength(length: number): boolean {
  return length >= FRAME_HEADER_BYTES && length <= MAX_FRAME_BYTES;
}

/** A difference as a number from 0 on, which is small if that is small. */
function zigzag(difference: number): number {
  return difference < 0 ? -2 * difference - 1 : 2 * difference;
}

function unzigzag(number: number): number {
  return number % 2 === 0 ? number / 2 : -(number + 1) / 2;
}
