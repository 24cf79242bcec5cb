import { compareKeys } from "../format/key-order.js";
import type { EntryCursor } from "./entry-cursor.js";

const NO_BYTES = Buffer.alloc(0);

/**
 * A position in the entries of several cursors, in the order of their keys. Of entries of one key, only that of the
 * newest cursor is there, tombstones too. Moves the cursors: nobody else may.
 *
 * A tournament of the cursors decides who is next, in a tree whose node `i` has the nodes `2 * i` and `2 * i + 1` below
 * it, leaves last. Invariants while it stands on an entry:
 *
 * 1. A node's cursor, its winner, is before all others below the node, and on none of their keys: where two meet on a
 *    key, the older one moves on at once.
 * 2. Cursors that stand on no entry are behind all others.
 */
export class MergeCursor implements EntryCursor {
  isValid = false;
  buffer: Buffer = NO_BYTES;
  keyStart = 0;
  keyEnd = 0;
  valueStart = 0;
  valueEnd = 0;
  isTombstone = false;
  suffixBytes = 0;
  readonly #cursors: readonly EntryCursor[];
  /** The number of the winner, by node; that of a leaf is its own cursor's. */
  readonly #winners: Int32Array;
  #isBackward = false;

  /** @param cursors newest first */
  constructor(cursors: readonly EntryCursor[]) {
    const count = cursors.length;
    this.#cursors = cursors;
    this.#winners = new Int32Array(2 * count);
    for (let number = 0; number < count; number++) this.#winners[count + number] = number;
  }

  /** The same as a new MergeCursor, but a single cursor is itself. */
  static over(cursors: readonly EntryCursor[]): EntryCursor {
    const [first] = cursors;
    return cursors.length === 1 && first !== undefined ? first : new MergeCursor(cursors);
  }

  seek(key: Uint8Array, start: number, end: number): void {
    this.isValid = false;
    this.#isBackward = false;
    for (const cursor of this.#cursors) cursor.seek(key, start, end);
    this.#playAll();
  }

  seekBefore(key: Uint8Array, start: number, end: number): void {
    this.isValid = false;
    this.#isBackward = true;
    for (const cursor of this.#cursors) cursor.seekBefore(key, start, end);
    this.#playAll();
  }

  next(): void {
    this.#step(false);
  }

  previous(): void {
    this.#step(true);
  }

  #step(isBackward: boolean): void {
    this.isValid = false;
    const winner = this.#winners[1] as number;
    if (this.#isBackward !== isBackward) {
      this.#turn(winner);
      return;
    }
    this.#move(winner);
    for (let node = this.#parentOf(winner); node > 0; node >>= 1) this.#decide(node);
    this.#show();
  }

  /** Goes to the other side of the entry on which the winner stands. */
  #turn(winner: number): void {
    this.#isBackward = !this.#isBackward;
    const from = this.#cursors[winner] as EntryCursor;
    const { buffer, keyStart, keyEnd } = from;
    for (const cursor of this.#cursors) {
      if (cursor === from) continue;
      if (this.#isBackward) {
        cursor.seekBefore(buffer, keyStart, keyEnd);
      } else {
        cursor.seek(buffer, keyStart, keyEnd);
        if (cursor.isValid && order(cursor, from) === 0) cursor.next();
      }
    }
    this.#move(winner);
    this.#playAll();
  }

  #playAll(): void {
    for (let node = this.#cursors.length - 1; node > 0; node--) this.#decide(node);
    this.#show();
  }

  /** Finds the winner of a node, whose nodes below have theirs. */
  #decide(node: number): void {
    for (;;) {
      const first = this.#winners[2 * node] as number;
      const second = this.#winners[2 * node + 1] as number;
      const compared = this.#compare(first, second);
      if (compared !== 0) {
        this.#winners[node] = compared < 0 ? first : second;
        return;
      }
      const older = Math.max(first, second);
      this.#move(older);
      for (let below = this.#parentOf(older); below > node; below >>= 1) this.#decide(below);
    }
  }

  /** Below 0 if the first of two cursors is the one to be next, above 0 if the second is, 0 if they are on one key. */
  #compare(first: number, second: number): number {
    const one = this.#cursors[first] as EntryCursor;
    const other = this.#cursors[second] as EntryCursor;
    if (!one.isValid) return 1;
    if (!other.isValid) return -1;
    return this.#isBackward ? order(other, one) : order(one, other);
  }

  #move(number: number): void {
    const cursor = this.#cursors[number] as EntryCursor;
    if (this.#isBackward) cursor.previous();
    else cursor.next();
  }

  #parentOf(number: number): number {
    return (this.#cursors.length + number) >> 1;
  }

  #show(): void {
    const winner = this.#cursors[this.#winners[1] as number];
    if (winner === undefined || !winner.isValid) return;
    this.isValid = true;
    this.buffer = winner.buffer;
    this.keyStart = winner.keyStart;
    this.keyEnd = winner.keyEnd;
    this.valueStart = winner.valueStart;
    this.valueEnd = winner.valueEnd;
    this.isTombstone = winner.isTombstone;
    this.suffixBytes = winner.suffixBytes;
  }
}

function order(one: EntryCursor, other: EntryCursor): number {
  return compareKeys(
    one.buffer,
    one.keyStart,
    one.keyEnd,
    other.buffer,
    other.keyStart,
    other.keyEnd,
  );
}
