import type { Moments } from "../adapter/adapter-table.js";
import { insertMany } from "../adapter/derived-operations.js";
import type { Mode, ResultIterator } from "../adapter/mode.js";
import { failing, type Steps, step } from "../adapter/steps.js";
import { describe } from "../errors/describe.js";
import { Refusal } from "../errors/errors.js";
import type { Table } from "../table/table.js";
import type { TableContext } from "../table/table-context.js";
import { equalValues } from "../values/equality.js";
import { compareKeys } from "../values/key-order.js";
import type { StoreRecord } from "../values/record.js";
import type { SourceRecord, TableSource } from "./table-source.js";

/** A table of either mode. */
export type AnyTable = Table<StoreRecord, Mode>;

/** How many records are inserted at once: more are never held in memory. */
const BATCH_SIZE = 500;

/** Copies the next records of the source, in its order. Returns how many, 0 at the end. */
export function* copyBatch(source: TableSource, copy: TableContext<Mode>): Steps<number> {
  const records: StoreRecord[] = [];
  const moments: (number | undefined)[] = [];
  let item = yield* source.next();
  while (item !== undefined) {
    records.push(copy.isolation.own(item.record));
    moments.push(item.expiresAt);
    if (records.length === BATCH_SIZE) break;
    item = yield* source.next();
  }
  if (records.length > 0) yield* step(insertCopies(copy, records, moments));
  return records.length;
}

function insertCopies({ methods }: TableContext<Mode>, records: StoreRecord[], moments: Moments) {
  if (methods.expire === undefined && moments.some((moment) => moment !== undefined)) {
    throw new Refusal("STORE_NOT_SUPPORTED", "records of it expire, which the adapter can't");
  }
  return insertMany(methods, records, moments);
}

/**
 * Fails unless `copy` holds exactly what the source does: as many records, equal ones, those of a key in the same order,
 * and in an ordered_set all of them. Both are read anew; what is held in memory is the records of one key. A record
 * whose moment comes meanwhile may be missing.
 * @param check called between two steps; may throw
 */
export function* verifyCopy(source: TableSource, copy: AnyTable, check: () => void): Steps<void> {
  source.begin();
  const walked =
    copy.type === "ordered_set"
      ? yield* compareInOrder(source, copy, check)
      : yield* compareByKey(source, copy, check);
  if (source.hasMoments) return;
  const size = yield* source.size();
  const copied = yield* step(copy.size);
  if (size === walked && copied === walked) return;
  check();
  throw new Refusal(
    "STORE_CORRUPT",
    `the copy has ${copied} records, the table ${size}, of which ${walked} were read`,
  );
}

/** Goes through both side by side. Returns how many records there are. */
function* compareInOrder(source: TableSource, copy: AnyTable, check: () => void): Steps<number> {
  const copies = copy.records();
  try {
    let found = yield* step(copies.next());
    for (let count = 0; ; count++) {
      const expected = yield* source.next();
      check();
      while (!found.done && !equalValues(expected?.record, found.value)) {
        if (!source.hasMoments || !(yield* isExpiring(copy, found.value))) break;
        // The table had it no more when it was read, or has it still to come: it expired in either.
        if (expected !== undefined && compareKeys(found.value[0], expected.record[0]) > 0) break;
        found = yield* step(copies.next());
      }
      if (expected === undefined) {
        if (found.done) return count;
        throw differing(found.value);
      }
      if (!found.done && equalValues(expected.record, found.value)) {
        found = yield* step(copies.next());
      } else if (!isOver(expected)) {
        throw differing(expected.record);
      }
    }
  } finally {
    yield* ending(copies);
  }
}

/** Whether a record of the copy has a moment, or had one that has come. */
function* isExpiring(copy: AnyTable, [key]: StoreRecord): Steps<boolean> {
  if ((yield* step(copy.expiresAt(key))) !== undefined) return true;
  return !(yield* step(copy.member(key)));
}

/** Goes through the table, and looks up the records of each key in the copy. Returns how many records there are. */
function* compareByKey(source: TableSource, copy: AnyTable, check: () => void): Steps<number> {
  let count = 0;
  let item = yield* source.next();
  while (item !== undefined) {
    const [key] = item.record;
    const group: SourceRecord[] = [];
    do {
      group.push(item);
      item = yield* source.next();
    } while (item !== undefined && compareKeys(item.record[0], key) === 0);
    const found = yield* step(copy.lookup(key));
    check();
    if (!isCopy(group, found)) throw differing(group[0]?.record as StoreRecord);
    count += group.length;
  }
  return count;
}

/** Whether a key's records in the copy are those of the table, but for what has expired since. */
function isCopy(group: readonly SourceRecord[], found: readonly StoreRecord[]): boolean {
  if (equalValues(recordsOf(group), found)) return true;
  const left = group.filter((each) => !isOver(each));
  if (equalValues(recordsOf(left), found)) return true;
  // Some may have expired after they were looked up.
  let matched = 0;
  for (const item of group) {
    if (matched < found.length && equalValues(item.record, found[matched])) matched++;
    else if (!isOver(item)) return false;
  }
  return matched === found.length;
}

function recordsOf(group: readonly SourceRecord[]): StoreRecord[] {
  return group.map(({ record }) => record);
}

function isOver({ expiresAt }: SourceRecord): boolean {
  return expiresAt !== undefined && expiresAt <= Date.now();
}

function differing([key]: StoreRecord): Refusal {
  return new Refusal("STORE_CORRUPT", `the copy differs at key ${describe(key)}`);
}

/** Ends an iterator. It has nothing to say any more: a failure was thrown by its last step. */
function* ending(records: ResultIterator<Mode, StoreRecord>): Steps<void> {
  yield* failing(() => records.return?.());
}
