const NONE = -1;
/** Of the run of a slot: no block. Runs are counted from 1 on. */
const NO_RUN = 0;
const SLOT_LENGTH = 4;
const NEXT = 0;
const RUN = 1;
const LOW = 2;
const HIGH = 3;
const NO_BYTES = Buffer.alloc(0);

/** The buffer of a block has at least so many bytes: that of most, so that one of another block can have it. */
const LEAST_BYTES = 4096;
/** A longer buffer is a multiple of so many bytes. */
const GRAIN_BYTES = 1024;
/** What is longer than this share of the cache isn't kept. */
const SHARE = 8;

/** How much of `cacheBytes` is for blocks and pages of filters; entries have the rest. */
export const BLOCK_CACHE_PART = 0.5;

/** How often the hand passes a block that was not used meanwhile, by kind. */
export const KEEP_DATA = 1;
/** Blocks of the index and pages of the filter: each stands for many blocks of data. */
export const KEEP_INDEX = 3;

/**
 * Blocks and filter pages of all runs of a data directory that were read, and whose checksums were right, bounded in
 * bytes. A block has a slot. When there is no room, a hand goes round the slots and frees the first that was not used
 * since it came by (CLOCK); what was only taken in, not used again, is freed the first time, so that a scan doesn't push
 * out what is in use.
 *
 * Invariants:
 *
 * 1. A slot with a run is in exactly one chain, that of its hash; the others are in none.
 * 2. `bytes` is the sum of the lengths of `buffers`, and not above the bound.
 */
export class BlockCache {
  /** By slot. A buffer may be longer than its block. The bytes are valid until the next {@link reserve}. */
  readonly buffers: Buffer[] = [];
  /** How many blocks were asked for that it had, and that it hadn't. */
  hits = 0;
  misses = 0;
  readonly #bound: number;
  #bytes = 0;
  #runs = 0;
  #hand = 0;
  readonly #free: number[] = [];
  readonly #heads: Int32Array;
  /** By slot, side by side for the sake of the processor's cache: NEXT, RUN, and the offset in two halves. */
  readonly #slots: Int32Array;
  readonly #uses: Uint8Array;

  /** @param bytes the most that it holds */
  constructor(bytes: number) {
    this.#bound = bytes;
    const slots = Math.floor(bytes / LEAST_BYTES);
    this.#heads = new Int32Array(2 ** Math.ceil(Math.log2(slots + 1))).fill(NONE);
    this.#slots = new Int32Array(slots * SLOT_LENGTH);
    this.#uses = new Uint8Array(slots);
  }

  /** What it holds. */
  get bytes(): number {
    return this.#bytes;
  }

  /** A number by which the cache knows a run. */
  addRun(): number {
    return ++this.#runs;
  }

  /** Whether a block of so many bytes can be taken in. */
  takes(length: number): boolean {
    return length <= LEAST_BYTES ? this.#uses.length > 0 : length <= this.#bound / SHARE;
  }

  /** The slot of the block that begins there, which counts as used; -1 if the cache doesn't have it. */
  find(run: number, offset: number, keep: number): number {
    const slots = this.#slots;
    const low = offset | 0;
    const high = (offset / 2 ** 32) | 0;
    let slot = this.#heads[this.#hash(run, low)] as number;
    while (slot !== NONE) {
      const at = slot * SLOT_LENGTH;
      if (slots[at + LOW] === low && slots[at + HIGH] === high && slots[at + RUN] === run) {
        this.#uses[slot] = keep;
        this.hits++;
        return slot;
      }
      slot = slots[at + NEXT] as number;
    }
    this.misses++;
    return NONE;
  }

  /** A slot with a buffer of at least so many bytes, which the cache {@link takes}. It is found after {@link enter}. */
  reserve(length: number): number {
    const size =
      length <= LEAST_BYTES ? LEAST_BYTES : Math.ceil(length / GRAIN_BYTES) * GRAIN_BYTES;
    while (this.#bytes + size > this.#bound) {
      const slot = this.#sweep();
      if (this.#bufferLength(slot) === size) return slot;
      this.#release(slot);
    }
    const slot = this.#free.pop() ?? this.buffers.length;
    this.buffers[slot] = Buffer.allocUnsafeSlow(size);
    this.#bytes += size;
    return slot;
  }

  /** Says what a reserved slot holds now. */
  enter(slot: number, run: number, offset: number, keep: number): void {
    const slots = this.#slots;
    const at = slot * SLOT_LENGTH;
    const hash = this.#hash(run, offset | 0);
    slots[at + NEXT] = this.#heads[hash] as number;
    slots[at + RUN] = run;
    slots[at + LOW] = offset | 0;
    slots[at + HIGH] = (offset / 2 ** 32) | 0;
    this.#heads[hash] = slot;
    this.#uses[slot] = keep - 1;
  }

  /** Forgets all blocks of a run. */
  forget(run: number): void {
    for (let slot = 0; slot < this.buffers.length; slot++) {
      if (this.#slots[slot * SLOT_LENGTH + RUN] !== run) continue;
      this.#unlink(slot);
      this.#release(slot);
    }
  }

  /** Frees the slot of a block, which isn't found any more. */
  #sweep(): number {
    for (;;) {
      const slot = this.#hand;
      this.#hand = slot + 1 < this.buffers.length ? slot + 1 : 0;
      const uses = this.#uses[slot] as number;
      if (uses > 0) {
        this.#uses[slot] = uses - 1;
      } else if (this.#bufferLength(slot) > 0) {
        this.#unlink(slot);
        return slot;
      }
    }
  }

  #unlink(slot: number): void {
    const slots = this.#slots;
    const at = slot * SLOT_LENGTH;
    const run = slots[at + RUN] as number;
    if (run === NO_RUN) return;
    const hash = this.#hash(run, slots[at + LOW] as number);
    const next = slots[at + NEXT] as number;
    let before = this.#heads[hash] as number;
    if (before === slot) {
      this.#heads[hash] = next;
    } else {
      while (slots[before * SLOT_LENGTH + NEXT] !== slot) {
        before = slots[before * SLOT_LENGTH + NEXT] as number;
      }
      slots[before * SLOT_LENGTH + NEXT] = next;
    }
    slots[at + RUN] = NO_RUN;
    this.#uses[slot] = 0;
  }

  /** Gives the buffer of a slot back. */
  #release(slot: number): void {
    this.#bytes -= this.#bufferLength(slot);
    this.buffers[slot] = NO_BYTES;
    this.#free.push(slot);
  }

  #bufferLength(slot: number): number {
    return (this.buffers[slot] as Buffer).length;
  }

  #hash(run: number, low: number): number {
    const hash = Math.imul(low, 0x9e3779b1) ^ Math.imul(run, 0x85ebca6b);
    return (hash ^ (hash >>> 15)) & (this.#heads.length - 1);
  }
}
