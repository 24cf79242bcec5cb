import type { TableChange } from "../adapter/adapter-batch.js";
import type { AdapterTable, Moments, ScanRange } from "../adapter/adapter-table.js";
import { isBeyond, scanOf, walkOrdered, walkRecords } from "../adapter/default-scan.js";
import { lastNumber, numberAfter } from "../adapter/derived-operations.js";
import type { Mode } from "../adapter/mode.js";
import { type Runner, type Steps, step } from "../adapter/steps.js";
import { equalValues } from "../values/equality.js";
import { KeyIndex } from "../values/hashing/key-index.js";
import type { Key } from "../values/key.js";
import { compareKeys } from "../values/key-order.js";
import type { StoreRecord } from "../values/record.js";

/** What a key holds as far as the batch has come. */
interface Held {
  records: readonly StoreRecord[];
  /** The moments of the records; undefined: not asked for yet, they are those of the table. */
  moments: Moments | undefined;
}

/**
 * A table as it would be after the first operations of a batch: what it holds, under the changes planned so far.
 *
 * 1. `#held` has the keys that the batch has read or written; all others are as the table has them, or empty once
 *    everything was deleted.
 * 2. A change is looked at when something is read after it: a batch that only writes reads nothing.
 */
export class PendingTable<M extends Mode> {
  readonly table: AdapterTable<M>;
  readonly #runner: Runner<M>;
  readonly #now: number;
  #held = new KeyIndex<Held>();
  #isCleared = false;
  #unread: TableChange<M>[] = [];
  /** The last numbers of `append`, as long as nothing else is planned. */
  #lastNumbers = new KeyIndex<number>();

  constructor(table: AdapterTable<M>, runner: Runner<M>, now: number) {
    this.table = table;
    this.#runner = runner;
    this.#now = now;
  }

  /** Takes down a change that was planned. */
  add(change: TableChange<M>): void {
    this.#unread.push(change);
    this.#lastNumbers = new KeyIndex();
  }

  /** Takes down the record that `append` made, whose number came from {@link nextNumber}. */
  addAppended(change: TableChange<M>): void {
    this.#unread.push(change);
  }

  /** The records of a key. */
  *lookup(key: Key): Steps<readonly StoreRecord[]> {
    yield* this.#catchUp();
    return (yield* this.#read(key)).records;
  }

  /** The moments of the records of a key; undefined where there can be none. */
  *moments(key: Key): Steps<Moments | undefined> {
    if (this.table.expiresAt === undefined) return undefined;
    yield* this.#catchUp();
    const held = yield* this.#read(key);
    held.moments ??= yield* step(this.table.expiresAt(key));
    return held.moments;
  }

  /** The records in a range of an ordered table, in its order. */
  *range(range: ScanRange): Steps<StoreRecord[]> {
    yield* this.#catchUp();
    const { limit, reverse } = range;
    const found: StoreRecord[] = [];
    let touched = 0;
    for (const [key, { records }] of this.#held.entries()) {
      if (isBeyond(key, range.lower, true) || isBeyond(key, range.upper, false)) continue;
      found.push(...records);
      touched++;
    }
    if (!this.#isCleared && limit > 0) {
      let left = limit + touched;
      const visit = (record: StoreRecord) => {
        if (this.#held.get(record[0]) === undefined) found.push(record);
        return --left > 0;
      };
      yield* step(this.#runner.each(this.#scan({ ...range, limit: left }), visit));
    }
    found.sort(([a], [b]) => (reverse ? compareKeys(b, a) : compareKeys(a, b)));
    return found.slice(0, limit);
  }

  /** The next number of `append` under a prefix, which is taken with that. */
  *nextNumber(prefix: readonly Key[] | null): Steps<number> {
    let last = this.#lastNumbers.get(prefix);
    if (last === undefined) {
      yield* this.#catchUp();
      const prev = (key: Key) => this.#prev(key);
      const read = (key: Key) => this.#read(key);
      last = yield* lastNumber(
        {
          prev,
          *has(key): Steps<boolean> {
            return (yield* read(key)).records.length > 0;
          },
        },
        prefix,
      );
    }
    const next = numberAfter(last);
    this.#lastNumbers.set(prefix, next);
    return next;
  }

  #scan(range: ScanRange) {
    const { table } = this;
    if (table.scan !== undefined) return table.scan(range);
    return scanOf(this.#runner, () => walkRecords(table, walkOrdered(table, range)));
  }

  /** The key before `key`, of the table's and the batch's. */
  *#prev(key: Key): Steps<Key | undefined> {
    let below = this.#isCleared ? undefined : yield* step(this.table.prev(key));
    while (below !== undefined && this.#held.get(below)?.records.length === 0) {
      below = yield* step(this.table.prev(below));
    }
    for (const [held, { records }] of this.#held.entries()) {
      if (records.length === 0 || compareKeys(held, key) >= 0) continue;
      if (below === undefined || compareKeys(held, below) > 0) below = held;
    }
    return below;
  }

  *#read(key: Key): Steps<Held> {
    let held = this.#held.get(key);
    if (held === undefined) {
      held = this.#isCleared
        ? { records: [], moments: [] }
        : { records: yield* step(this.table.lookup(key)), moments: undefined };
      this.#held.set(key, held);
    }
    return held;
  }

  *#catchUp(): Steps<void> {
    const changes = this.#unread;
    this.#unread = [];
    for (const change of changes) yield* this.#apply(change);
  }

  *#apply(change: TableChange<M>): Steps<void> {
    switch (change.kind) {
      case "insert":
        for (const [index, record] of change.records.entries()) {
          yield* this.#insert(record, change.expiresAt?.[index]);
        }
        break;
      case "delete":
        for (const key of change.keys) this.#held.set(key, { records: [], moments: [] });
        break;
      case "deleteObjects":
        for (const record of change.records) yield* this.#deleteObject(record);
        break;
      case "deleteAllObjects":
        this.#held = new KeyIndex();
        this.#isCleared = true;
        break;
    }
  }

  *#insert(record: StoreRecord, moment: number | undefined): Steps<void> {
    const [key] = record;
    const isGone = moment !== undefined && moment <= this.#now;
    const { type } = this.table;
    if (type === "set" || type === "ordered_set") {
      this.#held.set(
        key,
        isGone ? { records: [], moments: [] } : { records: [record], moments: [moment] },
      );
      return;
    }
    const moments = (yield* this.#momentsHeld(key)) ?? [];
    const held = yield* this.#read(key);
    const index =
      type === "bag" ? held.records.findIndex((other) => equalValues(record, other)) : -1;
    const at = index < 0 ? held.records.length : index;
    this.#held.set(key, {
      records: isGone ? held.records.toSpliced(at, 1) : held.records.toSpliced(at, 1, record),
      moments: isGone ? moments.toSpliced(at, 1) : moments.toSpliced(at, 1, moment),
    });
  }

  *#deleteObject(record: StoreRecord): Steps<void> {
    const [key] = record;
    const moments = yield* this.#momentsHeld(key);
    const held = yield* this.#read(key);
    const stays = held.records.map((other) => !equalValues(record, other));
    this.#held.set(key, {
      records: held.records.filter((_, index) => stays[index]),
      moments: moments?.filter((_, index) => stays[index]),
    });
  }

  *#momentsHeld(key: Key): Steps<Moments | undefined> {
    const held = yield* this.#read(key);
    if (this.table.expiresAt === undefined) return new Array(held.records.length).fill(undefined);
    held.moments ??= yield* step(this.table.expiresAt(key));
    return held.moments;
  }
}
