import { describe, expect, test } from "vitest";
import { _, type Mode, type Store, type StoreRecord, type Table } from "../../src/index.js";
import { arrayAdapterOf } from "../support/array-adapter.js";
import { failure, storeOf } from "../support/mode.js";
import { spyingAdapter } from "../support/spying-adapter.js";
import { all, type UntypedTable } from "../support/table-calls.js";

/** A store of each mode, over adapters of each mode that it takes. */
const STORES: readonly [store: Mode, adapter: Mode][] = [
  ["sync", "sync"],
  ["async", "sync"],
  ["async", "async"],
];

type Close = () => void;
type Call = (table: UntypedTable, close: Close) => unknown;

/** A part of a record that closes when it is read. */
const value = (close: Close) => ({
  get part() {
    close();
    return 1;
  },
});
/** A tuple, or a list, whose first element closes when it is read. */
function list<T>(close: Close, first: T, ...rest: unknown[]): [T] {
  const elements = [first, ...rest];
  Object.defineProperty(elements, 0, {
    enumerable: true,
    get() {
      close();
      return first;
    },
  });
  return elements as [T];
}
/** The same, as a Proxy. */
function proxy(close: Close): [string] {
  return new Proxy<[string]>(["a"], {
    get(target, name) {
      if (name === "0") close();
      return Reflect.get(target, name);
    },
  });
}
/** An iterable that closes between two of its items. */
function* items<T>(close: Close, ...given: T[]): Generator<T> {
  for (const [index, item] of given.entries()) {
    if (index === 1) close();
    yield item;
  }
}
/** Options whose member closes when it is read. */
function options<T>(name: string, close: Close, given: T): Record<string, T> {
  return Object.defineProperty({}, name, {
    enumerable: true,
    get() {
      close();
      return given;
    },
  });
}

const CALLS: Readonly<Record<string, Call>> = {
  "insert, a getter": (t, close) => t.insert([2, value(close)]),
  "insert, a key": (t, close) => t.insert([list(close, "a")]),
  "insert, a record that is a Proxy": (t, close) => t.insert(proxy(close)),
  "insert, options": (t, close) => t.insert([2], options("expiresAt", close, undefined)),
  "insertMany, a generator": (t, close) => t.insertMany(items(close, [2], [3])),
  "insertMany, a getter": (t, close) => t.insertMany([[2, value(close)]]),
  "insertNew, a getter": (t, close) => t.insertNew([2, value(close)]),
  "insertNewMany, a generator": (t, close) => t.insertNewMany(items(close, [2], [3])),
  "lookup, a tuple": (t, close) => t.lookup(list(close, "a")),
  "lookup, a Proxy": (t, close) => t.lookup(proxy(close)),
  "lookupMany, a generator": (t, close) => t.lookupMany(items(close, 1, 2)),
  "lookupElement, a key": (t, close) => t.lookupElement(list(close, "a"), 1),
  "member, a key": (t, close) => t.member(list(close, "a")),
  "take, a key": (t, close) => t.take(list(close, "a")),
  "delete, a key": (t, close) => t.delete(list(close, "a")),
  "deleteMany, a generator": (t, close) => t.deleteMany(items(close, 1, 2)),
  "deleteObject, a getter": (t, close) => t.deleteObject([1, value(close)]),
  "replace, the expected record": (t, close) => t.replace([1, value(close)], [1, 2]),
  "replace, the record": (t, close) => t.replace([1, 1], [1, value(close)]),
  "updateElement, the value": (t, close) => t.updateElement(1, [2, value(close)]),
  "updateElement, a list of changes": (t, close) =>
    t.updateElement(1, list(close, [2, 5]) as never),
  "updateElement, the key": (t, close) => t.updateElement(list(close, "a"), [2, 5]),
  "updateElement, the default": (t, close) => t.updateElement(9, [2, 5], [9, 1, value(close)]),
  "updateCounter, the op": (t, close) => t.updateCounter(1, list(close, 2, 1) as never),
  "updateCounter, a list of ops": (t, close) => t.updateCounter(1, list(close, [2, 1]) as never),
  "updateCounter, the default": (t, close) => t.updateCounter(9, 1, [9, 1, value(close)]),
  "updateCounter, ops and the default": (t, close) =>
    t.updateCounter(9, [[2, 1]], [9, 1, value(close)]),
  "append, an element": (t, close) => t.append(null, value(close)),
  "append, the prefix": (t, close) => t.append(list(close, "a")),
  "next, the key": (t, close) => t.next(list(close, "a")),
  "prevLookup, the key": (t, close) => t.prevLookup(list(close, "a")),
  "records, the range": (t, close) => all(t.records(options("gte", close, 1))),
  "keys, the range": (t, close) => all(t.keys(options("prefix", close, ["a"]) as never)),
  "count, the range": (t, close) => t.count(options("gte", close, 1)),
  "deleteRange, the range": (t, close) => t.deleteRange(options("gte", close, 1)),
  "foldl, fn": (t, close) => t.foldl(() => close(), undefined),
  "matchObject, the pattern": (t, close) => t.matchObject([_, value(close)]),
  "matchObject, the options": (t, close) => t.matchObject([_, _], options("limit", close, 1)),
  "matchDelete, the pattern": (t, close) => t.matchDelete([_, value(close)]),
  "expire, the key": (t, close) => t.expire(list(close, "a"), 1),
  "expiresAt, the key": (t, close) => t.expiresAt(list(close, "a")),
};

describe.each(STORES)(
  "user code in a call of a store that is %s, over a %s adapter",
  (mode, of) => {
    async function open() {
      const spied = spyingAdapter(of, { capabilities: { expiry: true, batches: true } });
      const store = storeOf(mode, spied.adapter);
      const table = await store.ensureTable("d", "t", { type: "ordered_set" });
      await table.insert([1, 1]);
      return { ...spied, store, table };
    }

    test.each(Object.entries(CALLS))(
      "that closes the table, in %s: nothing is done",
      async (_w, call) => {
        const { store, table, late } = await open();
        await failure("STORE_TABLE_CLOSED", () =>
          call(table as UntypedTable, () => void table.close()),
        );
        expect(late).toEqual([]);
        const opened = await store.ensureTable("d", "t");
        expect(opened).not.toBe(table);
        expect(await all(opened.records())).toEqual([[1, 1]]);
        await store.close();
      },
    );

    test.each(Object.entries(CALLS))(
      "that closes the store, in %s: nothing is done",
      async (_w, call) => {
        const { store, table, late, calls } = await open();
        let before = Number.NaN;
        const close = () => {
          void store.close();
          before = calls.length;
        };
        await failure("STORE_TABLE_CLOSED", () => call(table as UntypedTable, close));
        await store.close();
        expect(late).toEqual([]);
        // In the course of an async call, `close` may come a little later.
        expect(calls.slice(before).filter((name) => name !== "close")).toEqual([]);
      },
    );

    test("that closes the table in its schema: nothing is done", async () => {
      const { store, late } = await open();
      const writes: ((table: UntypedTable) => unknown)[] = [
        (t) => t.insert([2]),
        (t) => t.insertMany([[2], [3]]),
        (t) => t.updateElement(1, [2, 5]),
        (t) => t.updateElement(9, [2, 5], [9, 1]),
        (t) => t.updateCounter(1, 1),
        (t) => t.updateCounter(9, 1, [9, 1]),
        (t) => t.append(null, 1),
        (t) => t.replace([1, 1], [1, 2]),
      ];
      for (const write of writes) {
        await (await store.ensureTable("d", "t")).close();
        let table: Table<StoreRecord, "async"> | undefined;
        const validate = (record: unknown) => {
          void table?.close();
          return { value: record as StoreRecord };
        };
        const schema = { "~standard": { version: 1 as const, vendor: "test", validate } };
        const checked = await store.ensureTable("d", "t", { schema });
        table = checked as never;
        await failure("STORE_TABLE_CLOSED", () => write(checked as never));
        expect(late).toEqual([]);
        const opened = await store.ensureTable("d", "t");
        expect(await all(opened.records())).toEqual([[1, 1]]);
      }
      await store.close();
    });

    test.each<[string, (store: Store<"async">, table: UntypedTable) => unknown]>([
      ["the table", (_store, table) => table.close()],
      ["the store", (store) => store.close()],
    ])(
      "that closes %s while a batch reads its arguments: nothing is added",
      async (what, close) => {
        const { store, table, late } = await open();
        const batch = store.batch().insert(table, [2]);
        const closing: unknown[] = [];
        const add = () =>
          batch.insertMany(
            table,
            items(() => void closing.push(close(store, table as UntypedTable)), [3], [4]),
          );
        await failure("STORE_TABLE_CLOSED", add);
        await failure("STORE_TABLE_CLOSED", () => batch.commit());
        await Promise.all(closing);
        expect(late).toEqual([]);
        if (what === "the table") {
          expect(await all((await store.ensureTable("d", "t")).records())).toEqual([[1, 1]]);
        }
        await store.close();
      },
    );

    test("that closes the table between an iterator's steps ends it", async () => {
      const { store, table, late } = await open();
      await table.insert([2, 2]);
      const records = table.records();
      await records.next();
      await table.close();
      await failure("STORE_TABLE_CLOSED", () => records.next());
      expect(late).toEqual([]);
      await store.close();
    });

    test("that closes the table in onProgress: the migration is undone", async () => {
      const { store, table, late, adapter } = await open();
      const onProgress = () => void table.close();
      const target = { adapter: arrayAdapterOf(of, { name: "target" }) };
      await failure("STORE_TABLE_CLOSED", () => store.migrateDomain("d", target, { onProgress }));
      expect(late).toEqual([]);
      expect(await store.adapterModule("d")).toBe(adapter);
      expect(await all((await store.ensureTable("d", "t")).records())).toEqual([[1, 1]]);
      await store.close();
    });
  },
);
