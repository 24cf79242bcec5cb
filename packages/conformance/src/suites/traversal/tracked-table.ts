import type { Key, StoreRecord, TableType } from "@store/core";
import { holds } from "../../assertions/assertion.js";
import { show } from "../../assertions/show.js";
import type { AnyTable } from "../../backend/any-store.js";
import { type AnyRange, inRange } from "../../model/range.js";

/**
 * How many records a large table has: more than two pages of any usual size. In a bag, three of each key: the end of a
 * page of 64, 500 or 1,000 records then lies between records of one key.
 */
export const LARGE = 2_502;
export const RECORDS_PER_BAG_KEY = 3;

/** A record by the number that its key is made of. */
interface Entry {
  readonly number: number;
  readonly value: number;
}

/**
 * A large table, and a note of what it holds and of what has changed: cheap enough to follow each step of an iteration.
 * Keys are numbers, or made of numbers by `keyOf`. A key that was deleted is never inserted again.
 */
export class TrackedTable {
  readonly table: AnyTable;
  /** The table's keys for numbers, in the order of the numbers. */
  readonly keyOf: (number: number) => Key;
  readonly #entries = new Map<number, Entry[]>();
  /** The keys of that map, in order. */
  readonly #numbers: number[] = [];
  readonly #checks = new Set<TraversalCheck>();
  #writes = 0;

  constructor(table: AnyTable, keyOf: (number: number) => Key = (number) => number) {
    this.table = table;
    this.keyOf = keyOf;
  }

  /** Inserts {@link LARGE} records with one write. Their keys are the integers from 0. */
  async fill(): Promise<void> {
    const count = this.keyCount;
    // Prime to `count`, so that the order of insertion is another than that of the keys.
    await this.insert(Array.from({ length: count }, (_unused, at) => (at * 1_009) % count));
  }

  get type(): TableType {
    return this.table.type;
  }

  /** How many writes have changed the table. */
  get writes(): number {
    return this.#writes;
  }

  /** All numbers whose keys are there, in order. */
  get numbers(): readonly number[] {
    return this.#numbers;
  }

  /** All records that are there. */
  get records(): StoreRecord[] {
    return this.numbers.flatMap((number) =>
      this.entriesOf(number).map(({ value }): StoreRecord => [this.keyOf(number), value]),
    );
  }

  has(number: number): boolean {
    return this.#entries.has(number);
  }

  /** How many keys a filled table has. */
  get keyCount(): number {
    return LARGE / this.#perKey;
  }

  entriesOf(number: number): readonly Entry[] {
    return this.#entries.get(number) ?? [];
  }

  /** The next number that is there after `number`, or before it. */
  neighbour(number: number, direction: 1 | -1): number | undefined {
    const at = this.#position(number);
    if (direction < 0) return this.#numbers[at - 1];
    return this.#numbers[at + (this.#numbers[at] === number ? 1 : 0)];
  }

  /** Inserts the records of new keys with one write. */
  insert(numbers: readonly number[]): unknown {
    const entries = numbers.flatMap((number) => this.#newEntries(number));
    for (const check of this.#checks) for (const entry of entries) check.inserted(entry);
    const added = this.table.insertMany(
      entries.map(({ number, value }): StoreRecord => [this.keyOf(number), value]),
    );
    this.#writes++;
    return added;
  }

  /** Deletes a key with one write. */
  delete(number: number): unknown {
    const entries = this.entriesOf(number);
    if (this.#entries.delete(number)) this.#numbers.splice(this.#position(number), 1);
    for (const check of this.#checks) for (const entry of entries) check.deleted(entry);
    this.#writes++;
    return this.table.delete(this.keyOf(number));
  }

  /** Begins to check an iteration. It must be called before the iteration's first step. */
  check(title: string, what: "records" | "keys", range: AnyRange = {}): TraversalCheck {
    const entries = this.numbers
      .filter((number) => inRange(this.keyOf(number), range))
      .flatMap((number) => this.entriesOf(number));
    const check = new TraversalCheck(this, title, what, range, entries);
    this.#checks.add(check);
    return check;
  }

  get #perKey(): number {
    return this.type === "bag" || this.type === "duplicate_bag" ? RECORDS_PER_BAG_KEY : 1;
  }

  #newEntries(number: number): Entry[] {
    const values = this.#perKey > 1 ? [0, 1, 2] : [Number(number % 2 === 1)];
    const entries = values.map((value) => ({ number, value }));
    this.#entries.set(number, entries);
    this.#numbers.splice(this.#position(number), 0, number);
    return entries;
  }

  /** How many numbers that are there are less. */
  #position(number: number): number {
    let [low, high] = [0, this.#numbers.length];
    while (low < high) {
      const middle = (low + high) >> 1;
      if ((this.#numbers[middle] ?? 0) < number) low = middle + 1;
      else high = middle;
    }
    return low;
  }
}

/**
 * Checks an iteration over a {@link TrackedTable}: nothing twice, nothing missed that was there from its begin to its end,
 * nothing that was deleted before it began; in an ordered_set, in key order.
 */
export class TraversalCheck {
  readonly #tracked: TrackedTable;
  readonly #title: string;
  readonly #what: "records" | "keys";
  readonly #range: AnyRange;
  readonly #writesBefore: number;
  /** What has been there since the iteration began, in the form in which it is returned. */
  readonly #known = new Map<string, unknown>();
  /** What has been there all the time since. */
  readonly #lasting: Set<string>;
  readonly #seen = new Set<string>();
  #lastNumber: number | undefined;

  constructor(
    tracked: TrackedTable,
    title: string,
    what: "records" | "keys",
    range: AnyRange,
    entries: readonly Entry[],
  ) {
    this.#tracked = tracked;
    this.#title = title;
    this.#what = what;
    this.#range = range;
    this.#writesBefore = tracked.writes;
    for (const entry of entries) this.inserted(entry);
    this.#lasting = new Set(this.#known.keys());
  }

  inserted(entry: Entry): void {
    const key = this.#tracked.keyOf(entry.number);
    if (!inRange(key, this.#range)) return;
    this.#known.set(this.#idOf(entry), this.#what === "keys" ? key : [key, entry.value]);
  }

  deleted(entry: Entry): void {
    this.#lasting.delete(this.#idOf(entry));
  }

  /** Checks one value that was returned. Returns the number of its key. */
  saw(value: unknown): number {
    const [key, element] = this.#what === "keys" ? [value] : Object(value);
    const number = Number(Array.isArray(key) ? key.at(-1) : key);
    const id = this.#idOf({ number, value: Number(element) });
    holds(this.#known.has(id), this.#message(`returned ${show(value)}, which ${UNKNOWN}`));
    holds(
      !this.#seen.has(id),
      this.#message(`returned ${show(value)} twice${this.#cause("twice")}`),
    );
    this.#seen.add(id);
    if (this.#tracked.type === "ordered_set") this.#checkOrder(number, value);
    return number;
  }

  /** Checks that nothing was missed, after the last step. */
  finish(): void {
    const missed = [...this.#lasting].filter((id) => !this.#seen.has(id));
    if (missed.length === 0) return;
    const first = missed.slice(0, 3).map((id) => show(this.#known.get(id)));
    const count = `${missed.length} of the ${this.#lasting.size} ${this.#what}`;
    const what = `missed ${count} that were there all the time (${first.join(", ")}, ...)`;
    holds(false, this.#message(`${what} and returned ${this.#seen.size}${this.#cause("missed")}`));
  }

  #checkOrder(number: number, value: unknown): void {
    if (this.#lastNumber !== undefined) {
      const { reverse = false } = this.#range;
      const inOrder = reverse ? number < this.#lastNumber : number > this.#lastNumber;
      const last = show(this.#tracked.keyOf(this.#lastNumber));
      holds(inOrder, this.#message(`returned ${show(value)} after the key ${last}: out of order`));
    }
    this.#lastNumber = number;
  }

  #cause(failure: keyof typeof CHANGED): string {
    const causes = this.#writes === 0 ? UNCHANGED : CHANGED;
    return `. Likely cause: ${causes[failure]}`;
  }

  get #writes(): number {
    return this.#tracked.writes - this.#writesBefore;
  }

  #message(problem: string): string {
    const writes = this.#writes;
    const meanwhile =
      writes === 0 ? "that nobody changed" : `changed by ${writes} writes meanwhile`;
    return `${this.#title} over a table of ${LARGE} records ${meanwhile} ${problem}`;
  }

  #idOf({ number, value }: Entry): string {
    return this.#what === "keys" ? `${number}` : `${number}/${value}`;
  }
}

const UNKNOWN = [
  "was not there since the iteration began.",
  "Likely cause: a page or a list of keys from an earlier read is used again, though a write has changed the table",
].join(" ");

const UNCHANGED = {
  twice: "the next page includes the last key of the page before it (>= instead of >)",
  missed:
    "the iteration ends with its first page; or a page ends between the records of one key of a bag, and the next page begins after that key",
};

const CHANGED = {
  twice:
    "the next page begins at a position (OFFSET), which an insert before it shifts: begin after the last key returned instead",
  missed:
    "the next page begins at a position (OFFSET), which a delete before it shifts: begin after the last key returned instead; or the key from which the iteration goes on was deleted, and it ends there",
};
