import fc from "fast-check";
import { compareKeys, type Key, type StoreRecord, type TableType } from "../../src/index.js";

/** An operation of a batch on one of four tables, which are named by their types, as its call has it. */
export type ModelOperation = readonly [name: string, type: TableType, ...args: unknown[]];

/** What a batch does to arrays of records, said as plainly as can be. */
export class BatchModel {
  tables: Record<TableType, StoreRecord[]> = {
    set: [],
    ordered_set: [],
    bag: [],
    duplicate_bag: [],
  };

  /** The results; false where a condition fails, the code where an operation does: with nothing changed. */
  commit(operations: readonly ModelOperation[]): unknown[] | false | string {
    // A condition that can't hold whatever the tables have is asked first.
    if (operations.some(isImpossible)) return false;
    const before = structuredClone(this.tables);
    try {
      return operations.map((operation) => this.#do(operation));
    } catch (error) {
      this.tables = before;
      return error as false | string;
    }
  }

  #do([name, type, ...args]: ModelOperation): unknown {
    const unique = type === "set" || type === "ordered_set";
    const lookup = (key: Key) => this.tables[type].filter(([other]) => same(other, key));
    const remove = (isGone: (record: StoreRecord) => boolean) => {
      const before = this.tables[type].length;
      this.tables[type] = this.tables[type].filter((record) => !isGone(record));
      return before - this.tables[type].length;
    };
    const insert = (record: StoreRecord) => {
      if (unique) remove(([other]) => same(other, record[0]));
      if (type === "bag" && lookup(record[0]).some((other) => same(other, record))) return;
      this.tables[type].push(record);
      this.tables[type].sort(([a], [b]) => compareKeys(a, b));
    };
    const need = (condition: boolean) => {
      if (!condition) throw false;
    };
    const [first, second, third] = args as [never, never, never];
    switch (name) {
      case "insert":
        return insert(first);
      case "insertMany":
        return void (first as StoreRecord[]).forEach(insert);
      case "insertNew":
      case "insertNewMany": {
        const records: StoreRecord[] = name === "insertNew" ? [first] : first;
        for (const [at, [key]] of records.entries()) {
          need(lookup(key).length === 0);
          need(!unique || records.findIndex(([other]) => same(other, key)) === at);
        }
        records.forEach(insert);
        return true;
      }
      case "replace":
        need(same((first as StoreRecord)[0], (second as StoreRecord)[0]));
        need(same(lookup(first[0])[0], first));
        insert(second);
        return true;
      case "check":
        need(same(lookup(first)[0], second));
        return true;
      case "updateElement":
      case "updateCounter": {
        const [stored] = lookup(first);
        const seed = stored ?? (third && [first, ...(third as StoreRecord).slice(1)]);
        if (seed === undefined && name === "updateElement") return false;
        if (seed === undefined) throw "STORE_KEY_NOT_FOUND";
        const changed = [...(seed as unknown as unknown[])];
        const counts: unknown[] = [];
        for (const [position, value] of second as [number, number][]) {
          if (position > changed.length) throw "STORE_INVALID_OPERATION";
          if (name === "updateCounter") {
            if (typeof changed[position - 1] !== "number") throw "STORE_INVALID_OPERATION";
            changed[position - 1] = (changed[position - 1] as number) + value;
            counts.push(changed[position - 1]);
          } else changed[position - 1] = value;
        }
        insert(changed as unknown as StoreRecord);
        return name === "updateCounter" ? counts : stored !== undefined;
      }
      case "append": {
        const prefix = first as Key[] | null;
        const numbers = this.tables[type].map(([key]) => {
          if (prefix === null) return key;
          const under = Array.isArray(key) && key.length === prefix.length + 1;
          return under && same(key.slice(0, -1), prefix) ? key.at(-1) : undefined;
        });
        const counted = numbers.filter(
          (n): n is number => Number.isSafeInteger(n) && Number(n) > 0,
        );
        const next = Math.max(0, ...counted) + 1;
        const key: Key = prefix === null ? next : [...prefix, next];
        insert([key, second]);
        return key;
      }
      case "delete":
        return void remove(([other]) => same(other, first));
      case "deleteMany":
        return remove(([other]) => (first as Key[]).some((key) => same(other, key)));
      case "deleteObject":
        return remove((record) => same(record, first));
      case "deleteAllObjects":
        return void remove(() => true);
      case "deleteRange": {
        const { gte, lte, limit, reverse } = first as RangeGiven;
        const inRange = this.tables[type].filter(
          ([key]) =>
            (gte === undefined || compareKeys(key, gte) >= 0) &&
            (lte === undefined || compareKeys(key, lte) <= 0),
        );
        const gone = reverse ? inRange.toReversed().slice(0, limit) : inRange.slice(0, limit);
        return remove((record) => gone.includes(record));
      }
      default:
        throw new Error(name);
    }
  }
}

function isImpossible([name, type, first, second]: ModelOperation): boolean {
  if (name === "replace") return !same((first as StoreRecord)[0], (second as StoreRecord)[0]);
  if (name !== "insertNewMany" || type.endsWith("bag")) return false;
  const keys = (first as StoreRecord[]).map(([key]) => key);
  return keys.some((key, at) => keys.findIndex((other) => same(other, key)) !== at);
}

interface RangeGiven {
  readonly gte?: Key;
  readonly lte?: Key;
  readonly limit?: number;
  readonly reverse?: boolean;
}

/** What is compared here is keys, and records of keys: JSON would take 1 and 1n for one. */
function same(a: unknown, b: unknown): boolean {
  const isKnown = a !== undefined && b !== undefined;
  return isKnown ? compareKeys(a as Key, b as Key) === 0 : a === b;
}

const key = fc.constantFrom<Key>(
  1,
  2,
  3,
  5,
  "a",
  ["p", 1],
  ["p", 2],
  ["p", 2.5],
  ["p", 2, 0],
  ["p"],
);
const element = fc.constantFrom<Key>(0, 1, "x");
const record: fc.Arbitrary<StoreRecord> = fc.oneof(
  fc.tuple(key, element),
  fc.tuple(key, element, element),
);
const records = fc.array(record, { maxLength: 3 });
const changes = fc.array(fc.tuple(fc.integer({ min: 2, max: 3 }), fc.constantFrom(0, 1, 7)), {
  minLength: 1,
  maxLength: 2,
});
const range = fc
  .record(
    { gte: key, lte: key, limit: fc.integer({ min: 0, max: 2 }), reverse: fc.boolean() },
    { requiredKeys: [] },
  )
  .map((given) => ({ ...given }));

const TYPES: readonly TableType[] = ["set", "ordered_set", "bag", "duplicate_bag"];
const UNIQUE: readonly TableType[] = ["set", "ordered_set"];

function on(
  name: string,
  types: readonly TableType[],
  ...args: fc.Arbitrary<unknown>[]
): fc.Arbitrary<ModelOperation> {
  return fc
    .tuple(fc.constantFrom(...types), fc.tuple(...args))
    .map(([type, given]) => [name, type, ...given]);
}

/** An operation; those that are conditions seldom enough that many batches pass. */
export const modelOperation: fc.Arbitrary<ModelOperation> = fc.oneof(
  { weight: 3, arbitrary: on("insert", TYPES, record) },
  { weight: 3, arbitrary: on("insertMany", TYPES, records) },
  on("insertNew", TYPES, record),
  on("insertNewMany", TYPES, records),
  on("replace", UNIQUE, record, record),
  fc
    .tuple(fc.constantFrom(...UNIQUE), record, fc.boolean())
    .map(([type, given, there]) => ["check", type, given[0], there ? given : undefined] as const),
  on("updateElement", UNIQUE, key, changes, fc.option(record, { nil: undefined })),
  on("updateCounter", UNIQUE, key, changes, record),
  on("updateCounter", UNIQUE, key, changes),
  {
    weight: 3,
    arbitrary: on("append", ["ordered_set"], fc.constantFrom(null, ["p"], []), element),
  },
  on("delete", TYPES, key),
  on("deleteMany", TYPES, fc.array(key, { maxLength: 3 })),
  on("deleteObject", TYPES, record),
  { weight: 2, arbitrary: on("deleteRange", ["ordered_set"], range) },
  on("deleteAllObjects", TYPES),
);
