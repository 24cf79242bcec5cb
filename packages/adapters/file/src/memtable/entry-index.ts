import { compareKeys } from "../format/key-order.js";
import { CHANGE_HEADER_BYTES, keyLength } from "../format/log/change.js";
import type { LogBuffer } from "../log/log-buffer.js";

const SMALLEST = 2 ** 6;
/** A search that has to look at so many entries found ones that were chosen to be in the way. */
const MOST_PROBES = 200;

/**
 * Finds entries by the bytes of their key: a hash table with open addressing. An entry is a number, counted from 0 in the
 * order in which keys came; its position is that of the last change of its key in the log buffer.
 */
export class EntryIndex {
  readonly #buffer: LogBuffer;
  /** By hash: an entry and one, 0 where there is none. Its length is a power of two. */
  #table = new Int32Array(SMALLEST);
  #hashes = new Int32Array(SMALLEST / 2);
  /** Safe integers. */
  #positions = new Float64Array(SMALLEST / 2);
  /** How many entries there are, those that are hidden included. */
  size = 0;
  /** Bytes of memory that it takes. */
  memoryBytes = 0;
  /** Entries that were taken back, but can't be removed. */
  readonly hidden = new Set<number>();
  /** Keys were chosen so that searches are slow: whoever can should search otherwise. */
  isCrowded = false;

  constructor(buffer: LogBuffer) {
    this.#buffer = buffer;
    this.#measure();
  }

  positionOf(entry: number): number {
    return this.#positions[entry] as number;
  }

  setPosition(entry: number, position: number): void {
    this.#positions[entry] = position;
  }

  /** The entry of a key; -1 if there is none. */
  find(key: Uint8Array, start: number, end: number, hash: number): number {
    const table = this.#table;
    const mask = table.length - 1;
    let probes = 0;
    for (let slot = hash & mask; ; slot = (slot + 1) & mask) {
      const entry = (table[slot] as number) - 1;
      if (entry < 0) return -1;
      if (this.#hashes[entry] === hash && this.#hasKey(entry, key, start, end)) return entry;
      if (++probes > MOST_PROBES) this.isCrowded = true;
    }
  }

  /** Adds an entry for a key that has none. Returns it. */
  add(hash: number, position: number): number {
    const entry = this.size;
    if (entry === this.#hashes.length) this.#grow();
    this.#hashes[entry] = hash;
    this.#positions[entry] = position;
    this.size = entry + 1;
    this.#place(entry, hash);
    return entry;
  }

  /** Visits the hash of each entry, those that are hidden included. */
  forEachHash(visit: (hash: number) => void): void {
    for (let entry = 0; entry < this.size; entry++) visit(this.#hashes[entry] as number);
  }

  /** Takes the last {@link add} back. */
  removeLast(): void {
    const entry = --this.size;
    const table = this.#table;
    const mask = table.length - 1;
    let slot = (this.#hashes[entry] as number) & mask;
    while (table[slot] !== entry + 1) slot = (slot + 1) & mask;
    // Nothing was added since: no search goes by here.
    table[slot] = 0;
  }

  #hasKey(entry: number, key: Uint8Array, start: number, end: number): boolean {
    const position = this.#positions[entry] as number;
    const { buffer, base } = this.#buffer.chunkAt(position);
    const at = position - base;
    const length = keyLength(buffer, at);
    if (length !== end - start) return false;
    const keyStart = at + CHANGE_HEADER_BYTES;
    return compareKeys(buffer, keyStart, keyStart + length, key, start, end) === 0;
  }

  #place(entry: number, hash: number): void {
    const table = this.#table;
    const mask = table.length - 1;
    let slot = hash & mask;
    while (table[slot] !== 0) slot = (slot + 1) & mask;
    table[slot] = entry + 1;
  }

  #grow(): void {
    const entries = 2 * this.#hashes.length;
    const hashes = new Int32Array(entries);
    hashes.set(this.#hashes);
    this.#hashes = hashes;
    const positions = new Float64Array(entries);
    positions.set(this.#positions);
    this.#positions = positions;
    this.#table = new Int32Array(2 * entries);
    for (let entry = 0; entry < this.size; entry++) this.#place(entry, hashes[entry] as number);
    this.#measure();
  }

  #measure(): void {
    this.memoryBytes =
      this.#table.byteLength + this.#hashes.byteLength + this.#positions.byteLength;
  }
}
