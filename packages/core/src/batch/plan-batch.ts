import type { BatchOperation, BatchPlan, TableChange } from "../adapter/adapter-batch.js";
import type { AdapterTable, Moments } from "../adapter/adapter-table.js";
import { momentsFor } from "../adapter/derived-operations.js";
import type { Mode, Result } from "../adapter/mode.js";
import { type Runner, runnerOf, type Steps, same } from "../adapter/steps.js";
import { describe } from "../errors/describe.js";
import { Refusal } from "../errors/errors.js";
import { counted, type Integer } from "../values/counter.js";
import { equalValues } from "../values/equality.js";
import { type Key, keyWithLast } from "../values/key.js";
import { checkElement, type StoreRecord, withElementAt } from "../values/record.js";
import { PendingTable } from "./pending-table.js";

/** What `toolkit.planBatch` does: see there. */
export function planBatch<M extends Mode>(
  operations: readonly BatchOperation<M>[],
  mode: M,
): Result<M, BatchPlan<M> | undefined> {
  const runner = runnerOf(mode);
  return runner.run(new BatchPlanner(runner).plan(operations));
}

/** A condition that doesn't hold. */
const FAILED = Symbol("failed");

/** Goes through the operations of a batch, and turns each into changes, on what the tables hold by then. */
class BatchPlanner<M extends Mode> {
  readonly #runner: Runner<M>;
  readonly #now = Date.now();
  readonly #tables = new Map<AdapterTable<M>, PendingTable<M>>();
  readonly #changes: TableChange<M>[] = [];

  constructor(runner: Runner<M>) {
    this.#runner = runner;
  }

  *plan(operations: readonly BatchOperation<M>[]): Steps<BatchPlan<M> | undefined> {
    const results: unknown[] = [];
    for (const operation of operations) {
      const result = yield* this.#step(operation);
      if (result === FAILED) return undefined;
      results.push(result);
    }
    return { changes: this.#changes, results };
  }

  *#step(operation: BatchOperation<M>): Steps<unknown> {
    const pending = this.#pending(operation.table);
    switch (operation.kind) {
      case "insert":
        return this.#insert(pending, operation.records, operation.expiresAt);
      case "insertNew":
        for (const [key] of operation.records) {
          if ((yield* pending.lookup(key)).length > 0) return FAILED;
        }
        this.#insert(pending, operation.records, operation.expiresAt);
        return true;
      case "replace":
        if (!(yield* this.#holds(pending, operation.expected[0], operation.expected))) {
          return FAILED;
        }
        this.#insert(pending, [operation.record], operation.expiresAt);
        return true;
      case "check":
        return (yield* this.#holds(pending, operation.key, operation.expected)) ? true : FAILED;
      case "updateElement":
        return yield* this.#updateElement(pending, operation);
      case "updateCounter":
        return yield* this.#updateCounter(pending, operation);
      case "append": {
        const { prefix, elements, expiresAt, revise = same } = operation;
        const key = keyWithLast(prefix, yield* pending.nextNumber(prefix));
        const { table } = pending;
        const records = [revise([key, ...elements])];
        const change = { table, kind: "insert", records, expiresAt: momentsFor(1, expiresAt) };
        this.#changes.push(change as TableChange<M>);
        pending.addAppended(change as TableChange<M>);
        return key;
      }
      case "delete":
        this.#change(pending, { table: pending.table, kind: "delete", keys: [operation.key] });
        return undefined;
      case "deleteMany":
        return yield* this.#deleteKeys(pending, operation.keys);
      case "deleteObjects":
        return yield* this.#deleteObjects(pending, operation.records);
      case "deleteRange": {
        const found = yield* pending.range(operation.range);
        return yield* this.#deleteKeys(
          pending,
          found.map(([key]) => key),
        );
      }
      case "deleteAllObjects":
        return this.#change(pending, { table: pending.table, kind: "deleteAllObjects" });
    }
  }

  #pending(table: AdapterTable<M>): PendingTable<M> {
    let pending = this.#tables.get(table);
    if (pending === undefined) {
      pending = new PendingTable(table, this.#runner, this.#now);
      this.#tables.set(table, pending);
    }
    return pending;
  }

  #change(pending: PendingTable<M>, change: TableChange<M>): void {
    this.#changes.push(change);
    pending.add(change);
  }

  #insert(
    pending: PendingTable<M>,
    records: readonly StoreRecord[],
    expiresAt: number | undefined,
  ): void {
    this.#store(pending, records, momentsFor(records.length, expiresAt));
  }

  #store(
    pending: PendingTable<M>,
    records: readonly StoreRecord[],
    expiresAt: Moments | undefined,
  ): void {
    this.#change(pending, { table: pending.table, kind: "insert", records, expiresAt });
  }

  *#holds(pending: PendingTable<M>, key: Key, expected: StoreRecord | undefined): Steps<boolean> {
    const [stored] = yield* pending.lookup(key);
    return expected === undefined || stored === undefined
      ? stored === expected
      : equalValues(expected, stored);
  }

  *#updateElement(
    pending: PendingTable<M>,
    operation: Extract<BatchOperation<M>, { kind: "updateElement" }>,
  ): Steps<boolean> {
    const { key, changes, initial, initialExpiresAt, revise = same } = operation;
    const [stored] = yield* pending.lookup(key);
    const record = stored ?? initial;
    if (record === undefined) return false;
    const changed = changes.reduce((result, { position, value }) => {
      checkElement(result, position);
      return withElementAt(result, position, value);
    }, record);
    yield* this.#update(pending, stored, revise(changed), initialExpiresAt);
    return stored !== undefined;
  }

  *#updateCounter(
    pending: PendingTable<M>,
    operation: Extract<BatchOperation<M>, { kind: "updateCounter" }>,
  ): Steps<Integer[]> {
    const { key, steps, initial, initialExpiresAt, revise = same } = operation;
    const [stored] = yield* pending.lookup(key);
    let record = stored ?? initial;
    if (record === undefined) {
      throw new Refusal(
        "STORE_KEY_NOT_FOUND",
        `${describe(key)} isn't in the table, and no default record was given`,
      );
    }
    const values: Integer[] = [];
    for (const each of steps) {
      record = counted(record, each);
      values.push(record[each.position - 1] as Integer);
    }
    yield* this.#update(pending, stored, revise(record), initialExpiresAt);
    return values;
  }

  /** Puts a record where `stored` is, which keeps its moment, or where there is none. */
  *#update(
    pending: PendingTable<M>,
    stored: StoreRecord | undefined,
    record: StoreRecord,
    initialExpiresAt: number | undefined,
  ): Steps<void> {
    const moments =
      stored === undefined ? momentsFor(1, initialExpiresAt) : yield* pending.moments(stored[0]);
    this.#store(pending, [record], moments);
  }

  *#deleteKeys(pending: PendingTable<M>, keys: readonly Key[]): Steps<number> {
    let count = 0;
    const gone: Key[] = [];
    for (const key of keys) {
      const { length } = yield* pending.lookup(key);
      if (length === 0) continue;
      count += length;
      gone.push(key);
      pending.add({ table: pending.table, kind: "delete", keys: [key] });
    }
    if (gone.length > 0) {
      this.#changes.push({ table: pending.table, kind: "delete", keys: gone });
    }
    return count;
  }

  *#deleteObjects(pending: PendingTable<M>, records: readonly StoreRecord[]): Steps<number> {
    let count = 0;
    for (const record of records) {
      const found = yield* pending.lookup(record[0]);
      count += found.filter((other) => equalValues(record, other)).length;
    }
    if (count > 0) {
      this.#change(pending, { table: pending.table, kind: "deleteObjects", records });
    }
    return count;
  }
}
