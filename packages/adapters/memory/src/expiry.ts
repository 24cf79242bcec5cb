import { MomentIndex } from "@store/collections";
import type { Key, StoreRecord, Toolkit } from "@store/core";
import { ensureStack } from "./ensure-stack.js";

/** Items that a call which needs none of them in particular removes at most: far less than a millisecond's work. */
const SOME = 1_000;
/** Milliseconds until what is due is removed, when nobody asks for it. */
const LATEST = 20_000;

/** What every runtime has, and the language doesn't name. Node's timers have `unref`, Deno has a function for it. */
const runtime = globalThis as unknown as {
  setTimeout(task: () => void, milliseconds: number): { unref?(): void };
  clearTimeout(timer: unknown): void;
  readonly Deno?: { unrefTimer?(timer: unknown): void };
};

/**
 * The moments of the items of a table, and what they are for: an item that is due is removed when somebody asks for it,
 * and in the background, some at a time.
 *
 * The items of a set are its keys; those of a bag its records, each the very array that the bag keeps.
 */
export class Expiry<T> {
  readonly #moments: MomentIndex<T>;
  readonly #remove: (item: T) => void;
  #timer: unknown;

  /** @param remove removes an item from the table; its moment is gone by then */
  constructor(moments: MomentIndex<T>, remove: (item: T) => void) {
    this.#moments = moments;
    this.#remove = remove;
  }

  /** The moment of an item; undefined for none. */
  get(item: T): number | undefined {
    return this.#moments.get(item);
  }

  /** Gives an item a moment, or none. */
  set(item: T, moment: number | undefined): void {
    if (moment === undefined) {
      this.#moments.delete(item);
      return;
    }
    this.#moments.set(item, moment);
    this.#timer ??= this.#later();
  }

  /** Forgets an item that was removed. */
  forget(item: T): void {
    this.#moments.delete(item);
  }

  /** Whether any item is due. */
  get hasDue(): boolean {
    return this.#moments.nextDue <= Date.now();
  }

  isDue(item: T): boolean {
    return this.#moments.isDue(item, Date.now());
  }

  /** Removes an item if it is due, and says whether it was. */
  expel(item: T): boolean {
    if (!this.isDue(item)) return false;
    ensureStack(0);
    this.#moments.delete(item);
    this.#remove(item);
    return true;
  }

  /** Removes items that are due. */
  sweep(limit = SOME): void {
    if (!this.hasDue) return;
    ensureStack(0);
    for (const item of this.#moments.takeDue(Date.now(), limit)) this.#remove(item);
  }

  clear(): void {
    this.#moments.clear();
    runtime.clearTimeout(this.#timer);
    this.#timer = undefined;
  }

  #later(milliseconds = LATEST): unknown {
    const timer = runtime.setTimeout(() => this.#sweepInBackground(), milliseconds);
    // It must not keep the process alive.
    timer.unref?.();
    runtime.Deno?.unrefTimer?.(timer);
    return timer;
  }

  #sweepInBackground(): void {
    this.sweep();
    this.#timer = this.#moments.size === 0 ? undefined : this.#later(this.hasDue ? 1 : LATEST);
  }
}

/** The moments of the keys of a set or an ordered_set, as each has one record. */
export function expiryOfKeys(
  { compareKeys, hashRecord }: Toolkit,
  remove: (key: Key) => void,
): Expiry<Key> {
  const moments = new MomentIndex<Key>(
    (key) => hashRecord([key]),
    (a, b) => compareKeys(a, b) === 0,
  );
  return new Expiry(moments, remove);
}

/** The moments of the records of a bag. In a duplicate_bag a call about one of n equal records takes O(n). */
export function expiryOfRecords(
  { hashRecord }: Toolkit,
  remove: (record: StoreRecord) => void,
): Expiry<StoreRecord> {
  return new Expiry(new MomentIndex<StoreRecord>(hashRecord, isSame), remove);
}

function isSame(a: StoreRecord, b: StoreRecord): boolean {
  return a === b;
}
