import { type Chunk, Chunks, indexOf } from "./chunks.js";

/** As many buckets as there are at least. A power of two. */
const FEWEST_BUCKETS = 4;
/** Where a chain ends, or begins. */
const NONE = -1;

class Members<T> implements Chunk<Members<T>> {
  readonly items: (T | undefined)[];
  readonly hashes: Int32Array;
  /** In the chain of its bucket, the numbers of the next and the previous one. */
  readonly next: Int32Array;
  readonly prev: Int32Array;

  constructor(readonly size: number) {
    this.items = new Array<T | undefined>(size).fill(undefined);
    this.hashes = new Int32Array(size);
    this.next = new Int32Array(size);
    this.prev = new Int32Array(size);
  }

  get bytes(): number {
    return this.size * (8 + 3 * Int32Array.BYTES_PER_ELEMENT);
  }

  copyTo(larger: Members<T>): void {
    for (let index = 0; index < this.size; index++) larger.items[index] = this.items[index];
    larger.hashes.set(this.hashes);
    larger.next.set(this.next);
    larger.prev.set(this.prev);
  }
}

class Buckets implements Chunk<Buckets> {
  readonly heads: Int32Array;

  constructor(readonly size: number) {
    this.heads = new Int32Array(size).fill(NONE);
  }

  get bytes(): number {
    return this.heads.byteLength;
  }

  copyTo(larger: Buckets): void {
    larger.heads.set(this.heads);
  }
}

/**
 * A set whose members are numbered, from 0 to `size` - 1. It takes 24 bytes a member, in chunks.
 *
 * It is hashed linearly (Litwin 1980): with each member that is added, one bucket is split in two, and with each that is
 * removed one or two are merged with others. So no call takes long, where a Map moves all its entries at once.
 *
 * 1. A member's bucket is the lower bits of its hash, those of `#mask`; without the highest of them if there is no such
 *    bucket yet. `#mask` + 1 is the lowest power of two that isn't below the number of buckets.
 * 2. A bucket has its members in a chain, linked both ways by their numbers.
 * 3. There is at least one bucket for each member, and one member for each two buckets, of more than the fewest.
 */
export class NumberedSet<T> {
  readonly #hashOf: (item: T) => number;
  readonly #same: (a: T, b: T) => boolean;
  readonly #members = new Chunks((size) => new Members<T>(size));
  readonly #buckets = new Chunks((size) => new Buckets(size));
  #size = 0;
  #bucketCount = 0;
  #mask = 0;

  /**
   * @param hashOf any integer of 32 bits, which needn't be spread well; the same for members that are the same
   * @param same asked only about items of one hash
   */
  constructor(hashOf: (item: T) => number, same: (a: T, b: T) => boolean) {
    this.#hashOf = hashOf;
    this.#same = same;
    this.clear();
  }

  get size(): number {
    return this.#size;
  }

  get bytes(): number {
    return this.#members.bytes + this.#buckets.bytes;
  }

  /** The number of a member; -1 if it isn't one. */
  find(item: T): number {
    return this.#findHashed(item, spread(this.#hashOf(item)));
  }

  /** The number of a member. One that is added gets the next number, which is {@link size} before. */
  add(item: T): number {
    const hash = spread(this.#hashOf(item));
    const found = this.#findHashed(item, hash);
    if (found !== NONE) return found;
    const number = this.#size;
    this.#members.growTo(number + 1);
    const members = this.#members.chunkOf(number);
    const index = indexOf(number);
    members.items[index] = item;
    members.hashes[index] = hash;
    this.#size = number + 1;
    this.#link(number, this.#bucketOf(hash));
    if (this.#size > this.#bucketCount) this.#splitBucket();
    return number;
  }

  /** The member of a number below {@link size}. */
  at(number: number): T {
    return this.#members.chunkOf(number).items[indexOf(number)] as T;
  }

  /** Removes a member. The last one gets its number. */
  remove(number: number): void {
    this.#unlink(number);
    const last = this.#size - 1;
    if (number !== last) this.#renumber(last, number);
    this.#members.chunkOf(last).items[indexOf(last)] = undefined;
    this.#size = last;
    this.#members.shrinkTo(last);
    while (this.#bucketCount > FEWEST_BUCKETS && this.#bucketCount > 2 * last) this.#mergeBucket();
  }

  clear(): void {
    this.#members.clear();
    this.#buckets.clear();
    this.#size = 0;
    this.#bucketCount = FEWEST_BUCKETS;
    this.#mask = FEWEST_BUCKETS - 1;
    this.#buckets.growTo(FEWEST_BUCKETS);
  }

  #findHashed(item: T, hash: number): number {
    for (let number = this.#headOf(this.#bucketOf(hash)); number !== NONE; ) {
      const members = this.#members.chunkOf(number);
      const index = indexOf(number);
      if (members.hashes[index] === hash && this.#same(members.items[index] as T, item)) {
        return number;
      }
      number = members.next[index] as number;
    }
    return NONE;
  }

  #bucketOf(hash: number): number {
    const bucket = hash & this.#mask;
    return bucket < this.#bucketCount ? bucket : bucket & (this.#mask >>> 1);
  }

  /** Adds a bucket. What belongs there was in the one whose number is the same but for the highest bit. */
  #splitBucket(): void {
    const added = this.#bucketCount;
    this.#buckets.growTo(added + 1);
    this.#setHead(added, NONE);
    this.#bucketCount = added + 1;
    if (added > this.#mask) this.#mask = 2 * this.#mask + 1;
    for (let number = this.#headOf(added & (this.#mask >>> 1)); number !== NONE; ) {
      const members = this.#members.chunkOf(number);
      const index = indexOf(number);
      const next = members.next[index] as number;
      if (((members.hashes[index] as number) & this.#mask) === added) {
        this.#unlinkFrom(number, added & (this.#mask >>> 1));
        this.#link(number, added);
      }
      number = next;
    }
  }

  /** Drops the last bucket, and what is there goes back. */
  #mergeBucket(): void {
    const dropped = this.#bucketCount - 1;
    const into = dropped & (this.#mask >>> 1);
    for (let number = this.#headOf(dropped); number !== NONE; ) {
      const next = this.#members.chunkOf(number).next[indexOf(number)] as number;
      this.#link(number, into);
      number = next;
    }
    this.#bucketCount = dropped;
    if (dropped === (this.#mask + 1) >>> 1) this.#mask >>>= 1;
    this.#buckets.shrinkTo(dropped);
  }

  #link(number: number, bucket: number): void {
    const head = this.#headOf(bucket);
    const members = this.#members.chunkOf(number);
    members.next[indexOf(number)] = head;
    members.prev[indexOf(number)] = NONE;
    if (head !== NONE) this.#members.chunkOf(head).prev[indexOf(head)] = number;
    this.#setHead(bucket, number);
  }

  #unlink(number: number): void {
    const hash = this.#members.chunkOf(number).hashes[indexOf(number)] as number;
    this.#unlinkFrom(number, this.#bucketOf(hash));
  }

  #unlinkFrom(number: number, bucket: number): void {
    const members = this.#members.chunkOf(number);
    const next = members.next[indexOf(number)] as number;
    const prev = members.prev[indexOf(number)] as number;
    if (next !== NONE) this.#members.chunkOf(next).prev[indexOf(next)] = prev;
    if (prev === NONE) this.#setHead(bucket, next);
    else this.#members.chunkOf(prev).next[indexOf(prev)] = next;
  }

  /** Gives a member another number, which none has. */
  #renumber(from: number, to: number): void {
    const source = this.#members.chunkOf(from);
    const hash = source.hashes[indexOf(from)] as number;
    this.#unlink(from);
    const target = this.#members.chunkOf(to);
    target.items[indexOf(to)] = source.items[indexOf(from)];
    target.hashes[indexOf(to)] = hash;
    this.#link(to, this.#bucketOf(hash));
  }

  #headOf(bucket: number): number {
    return this.#buckets.chunkOf(bucket).heads[indexOf(bucket)] as number;
  }

  #setHead(bucket: number, number: number): void {
    this.#buckets.chunkOf(bucket).heads[indexOf(bucket)] = number;
  }
}

/** The end of MurmurHash3, after which any bit depends on all: buckets go by the lower ones. */
function spread(hash: number): number {
  let h = hash ^ (hash >>> 16);
  h = Math.imul(h, 0x85ebca6b);
  h ^= h >>> 13;
  h = Math.imul(h, 0xc2b2ae35);
  return h ^ (h >>> 16);
}
