import { compareKeys } from "../format/key-order.js";

/** An entry that takes more than this part of the capacity isn't cached: it would push out too many others. */
const LARGEST_PART = 16;
/** How large the buffer is at first. */
const FIRST_SIZE = 1 << 16;
/** Before each entry in the buffer: the lengths of its key and its value. */
const LENGTHS_SIZE = 8;
/** The table has groups of four places, each of two numbers of 8 bytes: a line of the processor's cache. */
const GROUP_LENGTH = 8;
const GROUP_SIZE = 8 * GROUP_LENGTH;
/** How much buffer there is for each group, in bytes. */
const BUFFER_PER_GROUP = 256;
/** Stands for a hash, or an offset, where there is none. */
const NONE = -1;

/**
 * The entries of runs that were in use last, by the hash of their key: they are found without a look at filters, indexes
 * and blocks. It makes no object for an entry: entries lie in a ring buffer, and a table of numbers says where.
 *
 * 1. An entry is in one piece. It is written at the head of the ring, over the oldest ones. One that doesn't fit before
 *    the end of the buffer begins a new lap.
 * 2. The table has offsets, which count on from lap to lap. An entry is whole as long as the head is at most the size of
 *    the buffer ahead of its offset.
 * 3. A hash has its place in one group of the table. A new one takes that of the oldest of them.
 * 4. Before the buffer has its full size, it grows where a second lap would begin; so offsets stay what they are.
 * 5. An entry that is found half a ring behind the head is written again at the head: what is in use stays.
 */
export class EntryCache {
  /** Has what {@link find} found. */
  buffer: Buffer = Buffer.alloc(0);
  valueStart = 0;
  valueEnd = 0;
  readonly #largest: number;
  readonly #fullSize: number;
  /** Hash and offset by turns; see {@link newTable}. */
  #table = newTable(1);
  /** The offset of the next entry. */
  #head = 0;
  /** The offset at which the head's lap began: that of the first byte of the buffer. */
  #lap = 0;

  /** @param capacityBytes how much memory it may come to take, the table included; with 0, it caches nothing. */
  constructor(capacityBytes: number) {
    this.#largest = Math.floor(capacityBytes / LARGEST_PART);
    this.#fullSize = Math.floor(
      capacityBytes * (BUFFER_PER_GROUP / (BUFFER_PER_GROUP + GROUP_SIZE)),
    );
  }

  /** Bytes that it takes now: it grows as it fills, by doubling. */
  get memoryBytes(): number {
    return this.buffer.length === 0 ? 0 : this.buffer.length + this.#table.byteLength;
  }

  /** Whether it has the entry of a key; then its fields say where the value is, until the next call. */
  find(key: Uint8Array, start: number, end: number, hash: number): boolean {
    const offset = offsetOf(this.#table, hash);
    if (offset === NONE) return false;
    const behind = this.#head - offset;
    if (behind > this.buffer.length) return false;
    const found = offset < this.#lap ? offset - this.#lap + this.buffer.length : offset - this.#lap;
    const keyStart = found + LENGTHS_SIZE;
    const keyEnd = keyStart + this.buffer.readUInt32LE(found);
    // Another key of the same hash.
    if (compareKeys(this.buffer, keyStart, keyEnd, key, start, end) !== 0) return false;
    const valueLength = this.buffer.readUInt32LE(found + 4);
    const size = keyEnd - found + valueLength;
    const place = behind > this.#fullSize / 2 ? this.#renew(hash, found, size) : found;
    this.valueStart = place + keyEnd - found;
    this.valueEnd = place + size;
    return true;
  }

  /** Takes in an entry of a run, unless it is too large. */
  add(
    key: Uint8Array,
    keyStart: number,
    keyEnd: number,
    hash: number,
    value: Uint8Array,
    valueStart: number,
    valueEnd: number,
  ): void {
    const keyLength = keyEnd - keyStart;
    const size = LENGTHS_SIZE + keyLength + valueEnd - valueStart;
    if (size > this.#largest) return;
    const place = this.#advance(size);
    const { buffer } = this;
    buffer.writeUInt32LE(keyLength, place);
    buffer.writeUInt32LE(valueEnd - valueStart, place + 4);
    buffer.set(key.subarray(keyStart, keyEnd), place + LENGTHS_SIZE);
    buffer.set(value.subarray(valueStart, valueEnd), place + LENGTHS_SIZE + keyLength);
    enter(this.#table, hash, this.#lap + place);
  }

  /** Forgets the entry of a key of this hash: a run has a newer one. */
  forget(hash: number): void {
    if (this.#head === 0) return;
    const at = placeOf(this.#table, hash);
    if (at === NONE) return;
    this.#table[at] = NONE;
    this.#table[at + 1] = NONE;
  }

  /** Forgets everything, and frees the memory. */
  clear(): void {
    this.buffer = Buffer.alloc(0);
    this.#table = newTable(1);
    this.#head = 0;
    this.#lap = 0;
  }

  /** Writes the entry at `from` again at the head. Returns its new place. */
  #renew(hash: number, from: number, size: number): number {
    const place = this.#advance(size);
    // The two may overlap.
    this.buffer.copyWithin(place, from, from + size);
    enter(this.#table, hash, this.#lap + place);
    return place;
  }

  /** Moves the head on by `size` bytes. Returns the place of these. */
  #advance(size: number): number {
    while (this.#head - this.#lap + size > this.buffer.length) {
      if (this.buffer.length < this.#fullSize) {
        this.#grow();
      } else {
        this.#lap += this.buffer.length;
        this.#head = this.#lap;
      }
    }
    const place = this.#head - this.#lap;
    this.#head += size;
    return place;
  }

  #grow(): void {
    const size = Math.min(this.#fullSize, Math.max(FIRST_SIZE, this.buffer.length * 2));
    const buffer = Buffer.allocUnsafeSlow(size);
    buffer.set(this.buffer);
    this.buffer = buffer;

    const old = this.#table;
    this.#table = newTable(size / BUFFER_PER_GROUP);
    for (let at = 0; at < old.length; at += 2) {
      const offset = old[at + 1] as number;
      if (offset !== NONE) enter(this.#table, old[at] as number, offset);
    }
  }
}

/** A table of as many groups as that, or fewer, so that their number is a power of two. */
function newTable(groups: number): Float64Array {
  const count = 2 ** Math.floor(Math.log2(Math.max(1, groups)));
  return new Float64Array(count * GROUP_LENGTH).fill(NONE);
}

/** Where in a table the group of a hash begins. */
function groupOf(table: Float64Array, hash: number): number {
  return (hash * GROUP_LENGTH) & (table.length - 1);
}

/** Where a hash is in a table. */
function placeOf(table: Float64Array, hash: number): number {
  const group = groupOf(table, hash);
  for (let at = group; at < group + GROUP_LENGTH; at += 2) {
    if (table[at] === hash && table[at + 1] !== NONE) return at;
  }
  return NONE;
}

function offsetOf(table: Float64Array, hash: number): number {
  const at = placeOf(table, hash);
  return at === NONE ? NONE : (table[at + 1] as number);
}

/** Puts an offset where its hash is already, or else over the oldest of the group. */
function enter(table: Float64Array, hash: number, offset: number): void {
  const group = groupOf(table, hash);
  let chosen = group;
  for (let at = group; at < group + GROUP_LENGTH; at += 2) {
    if (table[at] === hash) {
      chosen = at;
      break;
    }
    if ((table[at + 1] as number) < (table[chosen + 1] as number)) chosen = at;
  }
  table[chosen] = hash;
  table[chosen + 1] = offset;
}
