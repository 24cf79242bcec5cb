import { momentsFor } from "../adapter/derived-operations.js";
import type { Mode, Result } from "../adapter/mode.js";
import { nothing, same } from "../adapter/steps.js";
import { type Key, ownKey } from "../values/key.js";
import type { StoreRecord } from "../values/record.js";
import { checkExpiry, hasEqualKeys, momentOf, ownAll, ownKeys, ownMoment } from "./arguments.js";
import type { Table } from "./table.js";
import type { Operations } from "./table-context.js";

/** The operations that insert and delete whole records. */
export type Writing = Pick<
  Table<StoreRecord, Mode>,
  | "insert"
  | "insertMany"
  | "insertNew"
  | "insertNewMany"
  | "take"
  | "delete"
  | "deleteMany"
  | "deleteObject"
  | "deleteAllObjects"
  | "expire"
>;

export function writingOf<M extends Mode>(table: Operations<M>): Writing {
  const { methods, runner, isolation, intake, unique, call } = table;
  const { own } = intake;
  const { releaseAll } = isolation;
  const compared = runner.mode === "sync" ? isolation.borrow : isolation.own;

  return {
    insert: call("insert", (given: unknown, options: unknown) => {
      const record = own(given);
      const moment = momentOf(table, options);
      return runner.map(
        moment === undefined ? methods.insert(record) : methods.insert(record, moment),
        nothing,
      );
    }),
    insertMany: call("insertMany", (given: unknown, options: unknown) => {
      const records = ownAll(intake, given);
      const moments = momentsFor(records.length, momentOf(table, options));
      if (records.length === 0) return undefined;
      return runner.map(methods.insertMany(records, moments), nothing);
    }),
    insertNew: call("insertNew", (given: unknown, options: unknown) => {
      const record = own(given);
      return runner.map(
        methods.insertNew([record], momentsFor(1, momentOf(table, options))),
        Boolean,
      );
    }),
    insertNewMany: call("insertNewMany", (given: unknown, options: unknown) => {
      const records = ownAll(intake, given);
      const moments = momentsFor(records.length, momentOf(table, options));
      if (records.length === 0) return true;
      if (unique && hasEqualKeys(records)) return false;
      return runner.map(methods.insertNew(records, moments), Boolean);
    }),

    take: call("take", (key: unknown) => take(ownKey(key))),
    delete: call("delete", (key: unknown) => runner.map(methods.delete(ownKey(key)), nothing)),
    deleteMany: call("deleteMany", (given: unknown) => {
      const keys = ownKeys(given);
      return keys.length === 0 ? 0 : runner.map<number, number>(methods.deleteMany(keys), same);
    }),
    deleteObject: call("deleteObject", (record: unknown) =>
      runner.map<number, number>(methods.deleteObjects([compared(record)]), same),
    ),
    deleteAllObjects: call("deleteAllObjects", () =>
      runner.map(methods.deleteAllObjects(), nothing),
    ),
    expire: call("expire", (given: unknown, at: unknown) => {
      const key = ownKey(given);
      const moment = at === null ? undefined : ownMoment(at);
      checkExpiry(methods.expire !== undefined);
      return runner.map(methods.expire?.(key, moment) ?? false, Boolean);
    }),
  };

  /** What is handed out may have to be copied deeply, and that may fail: then the records must still be there. */
  function take(key: Key): Result<Mode, StoreRecord[]> {
    if (runner.mode === "async" || !isolation.mayCopyDeeply(key)) {
      return runner.map(methods.take(key), releaseAll);
    }
    return runner.map(methods.lookup(key), (records) => {
      const released = releaseAll(records);
      return released.length === 0 ? released : runner.map(methods.take(key), () => released);
    });
  }
}
