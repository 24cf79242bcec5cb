import type { Key, StoreRecord } from "@store/core";
import { holds } from "../../assertions/assertion.js";
import { show } from "../../assertions/show.js";
import { equal } from "../../model/equality.js";
import { inKeyOrder, sameKey } from "../../model/key-order.js";
import { type AnyRange, inRange } from "../../model/range.js";
import type { ReferenceTable } from "../../model/reference-table.js";

/** What the watch counts: for `keys`, and for a set, each key; for the records of a bag, each group of equal records. */
interface Tally {
  readonly sample: StoreRecord;
  /** All records that it has had since the iterator was created. */
  readonly held: StoreRecord[];
  now: number;
  /** How many were there all the time: the iterator must return each of them. */
  least: number;
  /** How many there have been in all: the iterator may return no more. */
  most: number;
  seen: number;
}

/**
 * Checks the guarantee of an open iterator while its table changes: no record twice, none missed that was there
 * throughout; in an ordered_set, in key order. A record that is deleted and inserted again counts as another one; one that
 * is replaced in a set doesn't.
 */
export class IteratorWatch {
  readonly #what: "records" | "keys";
  readonly #range: AnyRange;
  readonly #tallies: Tally[] = [];
  #last: Key | undefined;
  #started = false;

  constructor(what: "records" | "keys", range: AnyRange, model: ReferenceTable) {
    this.#what = what;
    this.#range = range;
    this.observe(model);
    this.#started = true;
  }

  /** Notes what the table holds. Must be called after each change. */
  observe(model: ReferenceTable): void {
    const present = model.records.filter(([key]) => inRange(key, this.#range));
    const counts = new Map<Tally, number>();
    for (const record of present) {
      const tally = this.#tallyOf(record, model) ?? this.#begin(record);
      counts.set(tally, (counts.get(tally) ?? 0) + 1);
      if (!tally.held.some((other) => equal(other, record))) tally.held.push(record);
    }
    for (const tally of this.#tallies) {
      const found = counts.get(tally) ?? 0;
      const now = this.#what === "keys" ? Math.min(found, 1) : found;
      if (now > tally.now) tally.most += now - tally.now;
      tally.least = this.#started ? Math.min(tally.least, now) : now;
      tally.now = now;
    }
  }

  /** Checks one value that the iterator has returned. */
  saw(value: unknown, model: ReferenceTable): void {
    const record = (this.#what === "keys" ? [value] : value) as StoreRecord;
    const tally = this.#tallyOf(record, model);
    holds(tally !== undefined, `it returned ${show(value)}, which never was there`);
    if (this.#what === "records") {
      const wasThere = tally.held.some((other) => equal(other, record));
      holds(wasThere, `it returned ${show(value)}, a record that its key never had`);
    }
    tally.seen++;
    holds(tally.seen <= tally.most, `it returned ${show(value)} ${tally.seen} times`);
    if (model.type === "ordered_set") this.#checkOrder(record[0]);
  }

  /** Checks that an iterator that has ended has missed nothing. */
  finish(): void {
    for (const { sample, least, seen } of this.#tallies) {
      const what = this.#what === "keys" ? sample[0] : sample;
      holds(seen >= least, `it missed ${show(what)}, which was there all the time`);
    }
  }

  #checkOrder(key: Key): void {
    const { reverse = false } = this.#range;
    if (this.#last !== undefined) {
      const order = inKeyOrder(key, this.#last);
      const inOrder = reverse ? order < 0 : order > 0;
      holds(inOrder, `it returned ${show(key)} after ${show(this.#last)}`);
    }
    this.#last = key;
  }

  #tallyOf(record: StoreRecord, model: ReferenceTable): Tally | undefined {
    const byKey = this.#what === "keys" || model.isUnique;
    return this.#tallies.find(({ sample }) =>
      byKey ? sameKey(sample[0], record[0]) : equal(sample, record),
    );
  }

  #begin(record: StoreRecord): Tally {
    const tally: Tally = { sample: record, held: [], now: 0, least: 0, most: 0, seen: 0 };
    this.#tallies.push(tally);
    return tally;
  }
}
