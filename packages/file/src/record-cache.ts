/** A body that takes more than this part of the capacity isn't cached: it would push out too many others. */
const LARGEST_PART = 16;
/** How large the buffer is at first. */
const FIRST_SIZE = 1 << 16;
/** Before each body in the buffer: its length. */
const LENGTH_SIZE = 4;
/** The table has groups of four entries, each of two numbers of 8 bytes: a line of the processor's cache. */
const GROUP_LENGTH = 8;
const GROUP_SIZE = 8 * GROUP_LENGTH;
/** How much buffer there is for each group, in bytes. */
const BUFFER_PER_GROUP = 256;
/** Stands for a position, or an offset, where there is none. */
const NONE = -1;

/**
 * The bodies of records that were in use last, by the position of their frame. It makes no object for an entry: the
 * bodies lie in a ring buffer, and a table of numbers says where.
 *
 * 1. A body is in one piece. It is written at the head of the ring, over the oldest ones. One that doesn't fit before
 *    the end of the buffer begins a new lap.
 * 2. The table has offsets, which count on from lap to lap. A body is whole as long as the head is at most the size of
 *    the buffer ahead of its offset; nothing is ever removed from the table.
 * 3. A position has its place in one group of entries. A new one takes that of the oldest of them.
 * 4. Before the buffer has its full size, it grows where a second lap would begin; so offsets stay what they are.
 * 5. A body that is found half a ring behind the head is written again at the head: what is in use stays.
 */
export class RecordCache {
  readonly #largest: number;
  readonly #fullSize: number;
  #buffer = Buffer.alloc(0);
  /** Position and offset by turns; see {@link newTable}. */
  #table = newTable(1);
  /** The offset of the next body. */
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

  /** Holds the bodies. Another one after each {@link add} and {@link find}, maybe. */
  get buffer(): Buffer {
    return this.#buffer;
  }

  /** Bytes that it takes now: it grows as it fills, by doubling. */
  get memoryBytes(): number {
    return this.#buffer.length === 0 ? 0 : this.#buffer.length + this.#table.byteLength;
  }

  /**
   * Where in {@link buffer} the body is of the record whose frame is at `position`; -1 if it isn't cached. Holds until
   * the next {@link add} or {@link find}.
   */
  find(position: number): number {
    const offset = offsetOf(this.#table, position);
    if (offset === NONE) return -1;
    const behind = this.#head - offset;
    if (behind > this.#buffer.length) return -1;
    const place =
      offset < this.#lap ? offset - this.#lap + this.#buffer.length : offset - this.#lap;
    return LENGTH_SIZE + (behind > this.#fullSize / 2 ? this.#renew(position, place) : place);
  }

  /** How long the body is that begins there in {@link buffer}, in bytes. */
  lengthAt(place: number): number {
    return this.#buffer.readUInt32LE(place - LENGTH_SIZE);
  }

  /** Takes in a copy of the body in `bytes` from `start` up to `end`, unless it is too large. */
  add(position: number, bytes: Uint8Array, start: number, end: number): void {
    const size = LENGTH_SIZE + end - start;
    if (size > this.#largest) return;
    const place = this.#advance(size);
    this.#buffer.writeUInt32LE(end - start, place);
    this.#buffer.set(bytes.subarray(start, end), place + LENGTH_SIZE);
    enter(this.#table, position, this.#lap + place);
  }

  /** Forgets everything, and frees the memory. */
  clear(): void {
    this.#buffer = Buffer.alloc(0);
    this.#table = newTable(1);
    this.#head = 0;
    this.#lap = 0;
  }

  /** Writes the body at `place` again at the head. Returns its new place. */
  #renew(position: number, from: number): number {
    const size = LENGTH_SIZE + this.#buffer.readUInt32LE(from);
    const place = this.#advance(size);
    // The two may overlap.
    this.#buffer.copyWithin(place, from, from + size);
    enter(this.#table, position, this.#lap + place);
    return place;
  }

  /** Moves the head on by `size` bytes. Returns the place of these. */
  #advance(size: number): number {
    while (this.#head - this.#lap + size > this.#buffer.length) {
      if (this.#buffer.length < this.#fullSize) {
        this.#grow();
      } else {
        this.#lap += this.#buffer.length;
        this.#head = this.#lap;
      }
    }
    const place = this.#head - this.#lap;
    this.#head += size;
    return place;
  }

  #grow(): void {
    const size = Math.min(this.#fullSize, Math.max(FIRST_SIZE, this.#buffer.length * 2));
    const buffer = Buffer.allocUnsafeSlow(size);
    buffer.set(this.#buffer);
    this.#buffer = buffer;

    const old = this.#table;
    this.#table = newTable(size / BUFFER_PER_GROUP);
    for (let entry = 0; entry < old.length; entry += 2) {
      const position = old[entry] as number;
      if (position !== NONE) enter(this.#table, position, old[entry + 1] as number);
    }
  }
}

/** A table of as many groups as that, or fewer, so that their number is a power of two. */
function newTable(groups: number): Float64Array {
  const count = 2 ** Math.floor(Math.log2(Math.max(1, groups)));
  return new Float64Array(count * GROUP_LENGTH).fill(NONE);
}

/** Where in a table the group of a position begins. */
function groupOf(table: Float64Array, position: number): number {
  const high = (position / 2 ** 32) | 0;
  const hash = Math.imul((position | 0) ^ Math.imul(high, 0x9e3779b1), 0x85ebca6b);
  return ((hash ^ (hash >>> 15)) * GROUP_LENGTH) & (table.length - 1);
}

function offsetOf(table: Float64Array, position: number): number {
  const group = groupOf(table, position);
  for (let entry = group; entry < group + GROUP_LENGTH; entry += 2) {
    if (table[entry] === position) return table[entry + 1] as number;
  }
  return NONE;
}

/** Puts an entry where its position is already, or else over the oldest of the group. */
function enter(table: Float64Array, position: number, offset: number): void {
  const group = groupOf(table, position);
  let chosen = group;
  for (let entry = group; entry < group + GROUP_LENGTH; entry += 2) {
    if (table[entry] === position) {
      chosen = entry;
      break;
    }
    if ((table[entry + 1] as number) < (table[chosen + 1] as number)) chosen = entry;
  }
  table[chosen] = position;
  table[chosen + 1] = offset;
}
