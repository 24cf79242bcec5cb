import type { Mode, ResultIterator } from "../adapter/mode.js";
import { failing, type Steps, step } from "../adapter/steps.js";
import { describe } from "../errors/describe.js";
import { Refusal } from "../errors/errors.js";
import type { Table } from "../table/table.js";
import { equalValues } from "../values/equality.js";
import { compareKeys } from "../values/key-order.js";
import type { StoreRecord } from "../values/record.js";

/** A table of either mode. */
export type AnyTable = Table<StoreRecord, Mode>;

/** How many records are inserted at once: more are never held in memory. */
const BATCH_SIZE = 500;

/** Copies the next records that the iterator comes by, in its order. Returns how many, 0 at the end. */
export function* copyBatch(
  records: ResultIterator<Mode, StoreRecord>,
  copy: AnyTable,
): Steps<number> {
  const batch: StoreRecord[] = [];
  while (batch.length < BATCH_SIZE) {
    const turn = yield* step(records.next());
    if (turn.done) break;
    batch.push(turn.value);
  }
  if (batch.length > 0) yield* step(copy.insertMany(batch));
  return batch.length;
}

/**
 * Fails unless `copy` holds exactly what `table` does: as many records, equal ones, those of a key in the same order,
 * and in an ordered_set all of them. Both are read anew; what is held in memory is the records of one key.
 * @param check called between two steps; may throw
 */
export function* verifyCopy(table: AnyTable, copy: AnyTable, check: () => void): Steps<void> {
  const walked =
    table.type === "ordered_set"
      ? yield* compareInOrder(table, copy, check)
      : yield* compareByKey(table, copy, check);
  const size = yield* step(table.size);
  const copied = yield* step(copy.size);
  if (size === walked && copied === walked) return;
  check();
  throw new Refusal(
    "STORE_CORRUPT",
    `the copy has ${copied} records, the table ${size}, of which ${walked} were read`,
  );
}

/** Goes through both side by side. Returns how many records there are. */
function* compareInOrder(table: AnyTable, copy: AnyTable, check: () => void): Steps<number> {
  const records = table.records();
  const copies = copy.records();
  try {
    for (let count = 0; ; count++) {
      const expected = yield* step(records.next());
      const found = yield* step(copies.next());
      check();
      const record = expected.value ?? found.value;
      if (record === undefined) return count;
      if (!equalValues(expected.value, found.value)) throw differing(record);
    }
  } finally {
    yield* ending(records);
    yield* ending(copies);
  }
}

/** Goes through the table, and looks up the records of each key in the copy. Returns how many records there are. */
function* compareByKey(table: AnyTable, copy: AnyTable, check: () => void): Steps<number> {
  const records = table.records();
  try {
    let count = 0;
    let turn = yield* step(records.next());
    while (!turn.done) {
      const record = turn.value;
      const group: StoreRecord[] = [];
      do {
        group.push(turn.value);
        turn = yield* step(records.next());
      } while (!turn.done && compareKeys(turn.value[0], record[0]) === 0);
      const found = yield* step(copy.lookup(record[0]));
      check();
      if (!equalValues(group, found)) throw differing(record);
      count += group.length;
    }
    return count;
  } finally {
    yield* ending(records);
  }
}

function differing([key]: StoreRecord): Refusal {
  return new Refusal("STORE_CORRUPT", `the copy differs at key ${describe(key)}`);
}

/** Ends an iterator. It has nothing to say any more: a failure was thrown by its last step. */
export function* ending(records: ResultIterator<Mode, StoreRecord>): Steps<void> {
  yield* failing(() => records.return?.());
}
