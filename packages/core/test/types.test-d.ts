/**
 * What must compile, and what must not. Nothing here runs: `tsc -p test` (npm run typecheck) is the test. A line below
 * `@ts-expect-error` that compiles is an error.
 */
import { expectTypeOf } from "vitest";
import {
  _,
  type Adapter,
  type AdapterTable,
  createStore,
  type Key,
  type KeyOf,
  type MigratedTable,
  type Pattern,
  type Range,
  type Result,
  type ResultIterator,
  type Store,
  type StoreRecord,
  type Table,
  type TableInfo,
  type Toolkit,
} from "../src/index.js";

interface FileOptions {
  dataDir?: string;
  autoSave?: number;
}
interface RemoteOptions {
  url: string;
  retries?: number;
}

declare const memoryAdapter: Adapter<Record<never, never>, "sync">;
declare const fileAdapter: Adapter<FileOptions, "sync", Required<FileOptions>>;
declare const remoteAdapter: Adapter<RemoteOptions, "async", Required<RemoteOptions>>;

const CAPABILITIES = {
  durable: false,
  ordered: true,
  bags: true,
  shared: false,
  serializes: false,
  batches: false,
  expiry: false,
};
export function contractSample(): void {
  const store = createStore({ adapter: memoryAdapter });

  store.configureDomain("journal", {
    adapter: fileAdapter,
    options: { dataDir: "./data", autoSave: 1_000 },
  });

  type Event = [sequence: number, event: { type: string; at: number }];
  const events = store.ensureTable<Event>("journal", "events", { type: "ordered_set" });

  events.insert([1, { type: "run_started", at: 1700000000000 }]);
  events.lookup(1);
  events.first();
  events.updateCounter(1, 1);
  store.closeTable("events");

  expectTypeOf(store).toEqualTypeOf<Store<"sync">>();
  expectTypeOf(events).toEqualTypeOf<Table<Event, "sync">>();
  expectTypeOf(events.lookup(1)).toEqualTypeOf<Event[]>();
  expectTypeOf(events.first()).toEqualTypeOf<number | undefined>();
}

export function options(): void {
  createStore({ adapter: fileAdapter });
  createStore({ adapter: fileAdapter, options: {} });
  createStore({ adapter: fileAdapter, options: { autoSave: Number.POSITIVE_INFINITY } });
  // @ts-expect-error: no such option
  createStore({ adapter: fileAdapter, options: { dataDirectory: "./data" } });
  // @ts-expect-error: an option of another type
  createStore({ adapter: fileAdapter, options: { dataDir: 1 } });
  // @ts-expect-error: no such member of the configuration
  createStore({ adapter: fileAdapter, option: { dataDir: "./data" } });
  createStore({ adapter: remoteAdapter, options: { url: "postgres://" } });
  // @ts-expect-error: the adapter has a required option
  createStore({ adapter: remoteAdapter });
  // @ts-expect-error: the required option is missing
  createStore({ adapter: remoteAdapter, options: { retries: 1 } });
  // @ts-expect-error: an adapter is needed
  createStore({ options: {} });
  // @ts-expect-error: a configuration is needed
  createStore();

  const store = createStore({ adapter: memoryAdapter, mode: "async" });
  void store.configureDomain("journal", { adapter: fileAdapter });
  void store.configureDomain("journal", { adapter: fileAdapter, options: { dataDir: "." } });
  // @ts-expect-error: no such option
  void store.configureDomain("journal", { adapter: fileAdapter, options: { dataDri: "." } });
  // @ts-expect-error: an option of another type
  void store.configureDomain("journal", { adapter: fileAdapter, options: { autoSave: "1 s" } });
  // @ts-expect-error: the required options are missing
  void store.configureDomain("remote", { adapter: remoteAdapter });
  // @ts-expect-error: no such type of table
  void store.ensureTable("journal", "events", { type: "ordered" });
  // @ts-expect-error: no such option of a table
  void store.ensureTable("journal", "events", { kind: "set" });
}

export function modes(): void {
  const sync = createStore({ adapter: memoryAdapter });
  const async = createStore({ adapter: remoteAdapter, options: { url: "" } });
  const turned = createStore({ adapter: memoryAdapter, mode: "async" });
  expectTypeOf(sync).toEqualTypeOf<Store<"sync">>();
  expectTypeOf(async).toEqualTypeOf<Store<"async">>();
  expectTypeOf(turned).toEqualTypeOf<Store<"async">>();
  expectTypeOf(createStore({ adapter: memoryAdapter, mode: "sync" })).toEqualTypeOf<
    Store<"sync">
  >();
  // @ts-expect-error: an async adapter can't be made sync
  createStore({ adapter: remoteAdapter, options: { url: "" }, mode: "sync" });

  void async.configureDomain("a", { adapter: memoryAdapter });
  void async.configureDomain("a", { adapter: remoteAdapter, options: { url: "" } });
  void turned.configureDomain("a", { adapter: remoteAdapter, options: { url: "" } });
  sync.configureDomain("a", { adapter: fileAdapter });
  // @ts-expect-error: a sync store takes sync adapters only
  sync.configureDomain("a", { adapter: remoteAdapter, options: { url: "" } });

  sync.migrateDomain("a", { adapter: fileAdapter, options: { autoSave: 0 } });
  void async.migrateDomain("a", { adapter: remoteAdapter, options: { url: "" } });
  // @ts-expect-error: a sync store takes sync adapters only
  sync.migrateDomain("a", { adapter: remoteAdapter, options: { url: "" } });
  // @ts-expect-error: the required options are missing
  void async.migrateDomain("a", { adapter: remoteAdapter });
  // @ts-expect-error: no such option of a migration
  sync.migrateDomain("a", { adapter: fileAdapter }, { progress: () => {} });
  const moved = sync.migrateDomain(
    "a",
    { adapter: fileAdapter },
    {
      onProgress: ({ table, copied, total }) =>
        expectTypeOf([table, copied, total]).toExtend<(string | number)[]>(),
    },
  );
  expectTypeOf(moved).toEqualTypeOf<MigratedTable[]>();
  expectTypeOf(async.migrateDomain("a", { adapter: fileAdapter })).toEqualTypeOf<
    Promise<MigratedTable[]>
  >();

  expectTypeOf(sync.configureDomain("a", { adapter: fileAdapter })).toEqualTypeOf<void>();
  expectTypeOf(sync.close()).toEqualTypeOf<void>();
  expectTypeOf(async.close()).toEqualTypeOf<Promise<void>>();
  expectTypeOf(async.closeTable("t")).toEqualTypeOf<Promise<void>>();
  expectTypeOf(sync.adapterModule("a")).toEqualTypeOf<Adapter>();
  expectTypeOf(async.domainConfig("a")).resolves.toHaveProperty("options");

  expectTypeOf<Store<"sync">>().toExtend<Disposable>();
  expectTypeOf<Store<"async">>().toExtend<AsyncDisposable>();
  expectTypeOf<Store<"sync">>().not.toExtend<AsyncDisposable>();

  expectTypeOf<Result<"sync", number>>().toEqualTypeOf<number>();
  expectTypeOf<Result<"async", number>>().toEqualTypeOf<Promise<number>>();
  expectTypeOf<ResultIterator<"sync", number>>().toEqualTypeOf<IterableIterator<number>>();
  expectTypeOf<ResultIterator<"async", number>>().toEqualTypeOf<AsyncIterableIterator<number>>();
}

type Run = [id: string, status: "running" | "done", steps: number, tokens: bigint];

export async function records(): Promise<void> {
  const sync = createStore({ adapter: memoryAdapter }).ensureTable<Run>("runs", "runs");
  const store = createStore({ adapter: memoryAdapter, mode: "async" });
  const async = await store.ensureTable<Run>("runs", "runs");
  expectTypeOf(async).toEqualTypeOf<Table<Run, "async">>();

  sync.insert(["a", "running", 1, 2n]);
  // @ts-expect-error: a key of another type
  sync.insert([1, "running", 1, 2n]);
  // @ts-expect-error: an element of another type
  sync.insert(["a", "stopped", 1, 2n]);
  // @ts-expect-error: an element too few
  sync.insert(["a", "running", 1]);
  // @ts-expect-error: an element too many
  sync.insert(["a", "running", 1, 2n, 5]);
  // @ts-expect-error: no record at all
  sync.insert("a");
  // @ts-expect-error: not even in a list
  sync.insertMany([["a", "running", 1, "2"]]);

  const readonly = ["a", "running", 1, 2n] as const;
  sync.insert(readonly);
  sync.insertMany([readonly]);
  sync.insertMany(new Set<Readonly<Run>>([readonly]));
  sync.insertNew(readonly);
  sync.deleteObject(readonly);
  sync.replace(readonly, readonly);
  const own: Run = ["a", "done", 1, 2n];
  sync.insert(own);

  expectTypeOf(sync.lookup("a")).toEqualTypeOf<Run[]>();
  expectTypeOf(async.lookup("a")).toEqualTypeOf<Promise<Run[]>>();
  expectTypeOf(sync.take("a")).toEqualTypeOf<Run[]>();
  expectTypeOf(sync.member("a")).toEqualTypeOf<boolean>();
  expectTypeOf(sync.insert(own)).toEqualTypeOf<void>();
  expectTypeOf(async.insertNew(own)).toEqualTypeOf<Promise<boolean>>();
  expectTypeOf(sync.first()).toEqualTypeOf<string | undefined>();
  expectTypeOf(async.next("a")).toEqualTypeOf<Promise<string | undefined>>();
  expectTypeOf(sync.size).toEqualTypeOf<number>();
  expectTypeOf(async.size).toEqualTypeOf<Promise<number>>();
  expectTypeOf(sync.info()).toEqualTypeOf<TableInfo>();
  expectTypeOf(sync.records()).toEqualTypeOf<IterableIterator<Run>>();
  expectTypeOf(async.keys()).toEqualTypeOf<AsyncIterableIterator<string>>();
  expectTypeOf(sync.foldl((run, sum) => sum + run[2], 0)).toEqualTypeOf<number>();
  expectTypeOf(sync.matchDelete([_, _, _, _])).toEqualTypeOf<number>();
  // @ts-expect-error: a key of another type
  sync.lookup(1);
  // @ts-expect-error: a key of another type
  sync.next(["a"]);
  // @ts-expect-error: element 3 is a number
  sync.foldl((run, sum: string) => sum + run[2].toUpperCase(), "");

  for (const [id, , steps] of sync.records()) {
    expectTypeOf(id).toEqualTypeOf<string>();
    expectTypeOf(steps).toEqualTypeOf<number>();
  }
  // @ts-expect-error: a sync table's iterator isn't async
  for await (const _record of sync.records()[Symbol.asyncIterator]());
  // @ts-expect-error: an async table's iterator isn't sync
  for (const _record of async.records());

  expectTypeOf<KeyOf<Run>>().toEqualTypeOf<string>();
  expectTypeOf<KeyOf<[["run", number], string]>>().toEqualTypeOf<["run", number]>();

  const untyped = createStore({ adapter: memoryAdapter }).ensureTable("any", "thing");
  untyped.insert([1, { any: "thing" }]);
  untyped.insert([["a", 1n, null, new Uint8Array()]]);
  expectTypeOf(untyped.lookup(1)).toEqualTypeOf<StoreRecord[]>();
  // @ts-expect-error: a key can't be an object
  untyped.insert([{ a: 1 }]);
  // @ts-expect-error: a record has a key
  untyped.insert([]);
  // @ts-expect-error: the key of a record type must be a key
  createStore({ adapter: memoryAdapter }).ensureTable<[Date, string]>("any", "thing");
}

export function updates(table: Table<Run>, async: Table<Run, "async">): void {
  table.updateElement("a", [2, "done"]);
  table.updateElement("a", [3, 5]);
  // @ts-expect-error: element 2 is a status
  table.updateElement("a", [2, "stopped"]);
  // @ts-expect-error: element 3 is a number
  table.updateElement("a", [3, "5"]);
  // @ts-expect-error: there is no element 5
  table.updateElement("a", [5, 1]);

  expectTypeOf(table.updateCounter("a", [3, 1])).toEqualTypeOf<number>();
  expectTypeOf(table.updateCounter("a", [4, 1])).toEqualTypeOf<bigint>();
  expectTypeOf(table.updateCounter("a", [4, 1n, 10n, 0])).toEqualTypeOf<bigint>();
  expectTypeOf(async.updateCounter("a", [3, 1, 9, 0])).toEqualTypeOf<Promise<number>>();
  // Element 2 is a status: the call fails.
  expectTypeOf(table.updateCounter("a", 1)).toEqualTypeOf<number | bigint>();
  table.updateCounter("a", [3, 1], ["a", "running", 0, 0n]);
  // @ts-expect-error: the default is a record of the table's
  table.updateCounter("a", [3, 1], ["a", "running", 0]);
  // @ts-expect-error: an op has two or four elements
  table.updateCounter("a", [3, 1, 9]);
  // @ts-expect-error: an increment is an integer
  table.updateCounter("a", "1");

  const op: [position: number, increment: number] = [3, 1];
  expectTypeOf(table.updateCounter("a", op)).toEqualTypeOf<number | bigint>();

  const hits = table as unknown as Table<[string, number]>;
  expectTypeOf(hits.updateCounter("a", 1)).toEqualTypeOf<number>();
  expectTypeOf(hits.updateCounter("a", 1, ["", 0])).toEqualTypeOf<number>();
  const big = table as unknown as Table<[string, bigint]>;
  expectTypeOf(big.updateCounter("a", 1)).toEqualTypeOf<bigint>();
  expectTypeOf(big.updateCounter("a", -1n)).toEqualTypeOf<bigint>();
}

type Json = string | number | boolean | null | Json[] | { [name: string]: Json };
interface Tree {
  value: number;
  children: Tree[];
  parent?: Tree;
}
type Cons = [head: number, tail: Cons | null];
type Odd = [name: string, more?: { at: number }];
type Rest = [name: string, ...values: number[]];
interface Tool {
  name: string;
  args: { path: string; lines: number[] };
  seen: Map<string, Date>;
}

export function patterns(
  runs: Table<Run>,
  tools: Table<[key: [run: string, step: number], tool: Tool]>,
  documents: Table<[id: string, document: Json]>,
  trees: Table<[id: number, tree: Tree]>,
  chains: Table<[id: number, chain: Cons, odd: Odd, rest: Rest]>,
  anything: Table,
): void {
  expectTypeOf(runs.matchObject([_, "done", _, _])).toEqualTypeOf<Run[]>();
  runs.matchObject(["a", _, 1, 2n], { limit: 1 });
  runs.matchObject(["a", "done", 1, 2n] as const);
  // @ts-expect-error: element 2 is a status
  runs.matchObject([_, "stopped", _, _]);
  // @ts-expect-error: a pattern is as long as a record
  runs.matchObject([_, "done"]);
  // @ts-expect-error: no such option
  runs.matchObject([_, _, _, _], { limits: 1 });

  tools.matchObject([["run", _], _]);
  tools.matchObject([_, { name: "read", args: _, seen: _ }]);
  tools.matchObject([["run", 1], { name: _, args: { path: "/", lines: [1, _] }, seen: new Map() }]);
  tools.matchDelete([[_, 1], { name: _, args: { path: _, lines: _ }, seen: _ }]);
  // @ts-expect-error: a step is a number
  tools.matchObject([["run", "1"], _]);
  // @ts-expect-error: the key has two elements
  tools.matchObject([["run"], _]);
  // @ts-expect-error: a property that a tool hasn't
  tools.matchObject([_, { name: _, args: _, seen: _, other: _ }]);
  // @ts-expect-error: a path is a string
  tools.matchObject([_, { name: _, args: { path: 1, lines: _ }, seen: _ }]);

  documents.matchObject([_, _]);
  documents.matchObject(["a", { deep: [1, { deeper: [_, [_, { deepest: _ }]] }] }]);
  documents.matchObject([_, [[[[[[[[_]]]]]]]]]);
  // @ts-expect-error: JSON has no dates
  documents.matchObject([_, { at: new Date() }]);
  trees.matchObject([_, { value: _, children: [{ value: 1, children: _ }] }]);
  trees.matchObject([_, { value: 1, children: [{ value: _, children: [_], parent: _ }] }]);
  // @ts-expect-error: a value is a number
  trees.matchObject([_, { value: _, children: [{ value: "1", children: _ }] }]);

  chains.matchObject([_, [1, [_, [_, null]]], _, _]);
  chains.matchObject([_, _, [_], [_, 1, _]]);
  chains.matchObject([_, _, ["name", { at: _ }], _]);
  // @ts-expect-error: a chain has two elements
  chains.matchObject([_, [1, _, _], _, _]);
  // @ts-expect-error: a head is a number
  chains.matchObject([_, [1, ["2", _]], _, _]);
  // @ts-expect-error: at is a number
  chains.matchObject([_, _, ["name", { at: "1" }], _]);

  anything.matchObject([_, { any: [_] }, _]);
  anything.matchObject([["run", _]]);
  expectTypeOf<Pattern<[string, unknown]>[1]>().toBeUnknown();

  // A record is a pattern without wildcards.
  for (const run of runs.records()) runs.matchDelete(run);
  for (const document of documents.records()) documents.matchDelete(document);
}

export function ranges(
  steps: Table<[key: [run: string, step: number], at: Date]>,
  events: Table<[sequence: number, event: string]>,
  mixed: Table<[key: string | [string, number], value: 1]>,
): void {
  steps.records({ prefix: ["run"] });
  steps.records({ prefix: ["run", 1] });
  steps.keys({ gt: ["run"], lte: ["run", 9], reverse: true, limit: 10 });
  steps.records({ prefix: ["run"] as const });
  // @ts-expect-error: the run comes first
  steps.records({ prefix: [1] });
  // @ts-expect-error: a prefix is a tuple
  steps.records({ prefix: "run" });
  // @ts-expect-error: longer than a key
  steps.records({ prefix: ["run", 1, 2] });
  // @ts-expect-error: a step is a number
  steps.records({ gte: ["run", "1"] });
  // @ts-expect-error: a bound is a tuple as well
  steps.records({ gt: "run" });
  // @ts-expect-error: no such member
  steps.records({ from: ["run"] });

  events.records({ gt: 1, lt: 9 });
  // @ts-expect-error: keys are numbers
  events.records({ gt: "1" });
  // @ts-expect-error: keys that are no tuples have no prefix
  events.records({ prefix: [1] });
  // @ts-expect-error: reverse is a boolean
  events.keys({ reverse: 1 });

  mixed.records({ gt: "a", lt: ["a"], prefix: ["a"] });
  const range: Range = { prefix: ["any", 1], gt: null, lte: [1n, ["a"]] };
  void range;
}

/** Code that works for stores of either mode, and of any records. */
export async function generic<M extends "sync" | "async">(store: Store<M>): Promise<void> {
  const table = await store.ensureTable<[string, number]>("d", "t");
  await table.insert(["a", 1]);
  await store.close();
}

export function genericTable<R extends StoreRecord>(table: Table<R>, record: R): R[] {
  table.insert(record);
  return table.lookup(record[0]);
}

/** An adapter's author needs types only, and is told what is missing. */
export function adapters(toolkit: Toolkit): void {
  expectTypeOf(toolkit.compareKeys).toBeCallableWith("a", [1n]);
  const { compareKeys, error } = toolkit;
  expectTypeOf(["a", "b"].sort(compareKeys)).toEqualTypeOf<string[]>();
  expectTypeOf(error("STORE_IO", "detail", 1)).toExtend<Error>();
  // @ts-expect-error: no such code
  error("STORE_WRONG", "detail");

  const table: AdapterTable<"sync"> = null as unknown as AdapterTable<"sync">;
  // @ts-expect-error: a sync table isn't an async one
  const wrong: AdapterTable<"async"> = table;
  void wrong;

  createStore({
    adapter: {
      name: "inline",
      mode: "sync",
      contractVersion: 2,
      capabilities: CAPABILITIES,
      normalizeOptions: (options: { size?: number }) => ({ size: 1, ...options }),
      open: (_options: object, _toolkit: Toolkit) => ({
        openTable: () => table,
        tables: () => [],
        dropTable: () => false,
        close() {},
      }),
    },
    options: { size: 2 },
  });
  createStore({
    // @ts-expect-error: open is missing
    adapter: {
      name: "inline",
      mode: "sync",
      contractVersion: 2,
      capabilities: CAPABILITIES,
      normalizeOptions: () => ({}),
    },
  });
  expectTypeOf<Key>().toEqualTypeOf<
    string | number | bigint | boolean | null | Uint8Array | readonly Key[]
  >();
}
