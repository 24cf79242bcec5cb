import type { Key, StoreRecord } from "@store/core";
import { holds } from "../../assertions/assertion.js";
import { show } from "../../assertions/show.js";
import { equal } from "../../model/equality.js";
import { inKeyOrder, sameKey } from "../../model/key-order.js";
import { type AnyRange, inRange } from "../../model/range.js";
import type { ReferenceTable } from "../../model/reference-table.js";

/** What counts as one: a key of a set, or of any table for `keys`; a record, with those that equal it, of a bag. */
interface Tally {
  readonly sample: StoreRecord;
  /** All records that it had since the iterator was made. */
  readonly held: StoreRecord[];
  now: number;
  /** How many were there throughout: each must be come by. */
  least: number;
  /** How many there have been: no more may be come by. */
  most: number;
  seen: number;
}

/**
 * Checks the guarantee of an iterator that is held open while its table changes: no record twice, none missed that was
 * there throughout; in an ordered_set, in key order. A record that goes and comes back is another one; one that is
 * replaced in a set isn't.
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

  /** Takes note of what the table holds: to be called after each change. */
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

  /** Checks what the iterator came by. */
  saw(value: unknown, model: ReferenceTable): void {
    const record = (this.#what === "keys" ? [value] : value) as StoreRecord;
    const tally = this.#tallyOf(record, model);
    holds(tally !== undefined, `it came by ${show(value)}, which never was there`);
    if (this.#what === "records") {
      const wasThere = tally.held.some((other) => equal(other, record));
      holds(wasThere, `it came by ${show(value)}, which that key never had`);
    }
    tally.seen++;
    holds(tally.seen <= tally.most, `it came by ${show(value)} ${tally.seen} times`);
    if (model.type === "ordered_set") this.#checkOrder(record[0]);
  }

  /** Checks, when the iterator is at its end, that it has missed nothing. */
  finish(): void {
    for (const { sample, least, seen } of this.#tallies) {
      const what = this.#what === "keys" ? sample[0] : sample;
      holds(seen >= least, `it missed ${show(what)}, which was there throughout`);
    }
  }

  #checkOrder(key: Key): void {
    const { reverse = false } = this.#range;
    if (this.#last !== undefined) {
      const order = inKeyOrder(key, this.#last);
      const inOrder = reverse ? order < 0 : order > 0;
      holds(inOrder, `it came by ${show(key)} after ${show(this.#last)}`);
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
