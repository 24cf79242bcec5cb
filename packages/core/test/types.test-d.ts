/**
 * What must compile, and what must not. Nothing here runs: `tsc -p test` (npm run typecheck) is the test. A line below
 * `@ts-expect-error` that compiles is an error.
 */
import { expectTypeOf } from "vitest";
import {
  _,
  type Adapter,
  type AdapterTable,
  type AsyncStoreIterator,
  createStore,
  type Key,
  type KeyOf,
  type MigratedTable,
  type MigrationOptions,
  type Mode,
  mutable,
  type Pattern,
  type Range,
  type ReadRecord,
  type Result,
  type ResultIterator,
  type Store,
  type StoreIterator,
  type StoreRecord,
  type Table,
  type TableInfo,
  type TableType,
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
  // @ts-expect-error: element 2 is no integer
  events.updateCounter(1, 1);
  store.closeTable("events");

  expectTypeOf(store).toEqualTypeOf<Store<"sync">>();
  expectTypeOf(events).toEqualTypeOf<Table<Event, "sync">>();
  expectTypeOf(events.lookup(1)).toEqualTypeOf<
    [sequence: number, event: { readonly type: string; readonly at: number }][]
  >();
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
  expectTypeOf<ResultIterator<"sync", number>>().toEqualTypeOf<StoreIterator<number>>();
  expectTypeOf<ResultIterator<"async", number>>().toEqualTypeOf<AsyncStoreIterator<number>>();
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
  expectTypeOf(sync.records()).toEqualTypeOf<StoreIterator<Run>>();
  expectTypeOf(async.keys()).toEqualTypeOf<AsyncStoreIterator<string>>();
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
  // @ts-expect-error: not even an undefined one
  table.updateElement("a", [5, undefined]);
  // @ts-expect-error: element 1 is the key
  table.updateElement("a", [1, "b"]);

  expectTypeOf(table.updateCounter("a", [3, 1])).toEqualTypeOf<number>();
  expectTypeOf(table.updateCounter("a", [4, 1])).toEqualTypeOf<bigint>();
  expectTypeOf(table.updateCounter("a", [4, 1n, 10n, 0])).toEqualTypeOf<bigint>();
  expectTypeOf(async.updateCounter("a", [3, 1, 9, 0])).toEqualTypeOf<Promise<number>>();
  // @ts-expect-error: element 2 is a status
  table.updateCounter("a", 1);
  // @ts-expect-error: element 2 is a status
  table.updateCounter("a", [2, 1]);
  // @ts-expect-error: element 1 is the key
  table.updateCounter("a", [1, 1]);
  // @ts-expect-error: there is no element 5
  table.updateCounter("a", [5, 1]);
  table.updateCounter("a", [3, 1], ["a", "running", 0, 0n]);
  // @ts-expect-error: the default is a record of the table's
  table.updateCounter("a", [3, 1], ["a", "running", 0]);
  // @ts-expect-error: an op has two or four elements
  table.updateCounter("a", [3, 1, 9]);
  // @ts-expect-error: an increment is an integer
  table.updateCounter("a", "1");

  const wide: [position: number, increment: number] = [3, 1];
  // @ts-expect-error: the position might be any
  table.updateCounter("a", wide);
  const op: [position: 3 | 4, increment: number] = [3, 1];
  expectTypeOf(table.updateCounter("a", op)).toEqualTypeOf<number | bigint>();
  for (const position of [3, 4] as const) table.updateCounter("a", [position, 1]);

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
  for (const found of table.records()) {
    const key: KeyOf<R> = found[0];
    table.delete(key);
    table.insert(found);
    table.replace(found, record);
    table.matchDelete(found);
  }
  return table.lookup(record[0]).map((found) => mutable<R>(found));
}

export function genericMode<R extends StoreRecord, M extends Mode>(
  table: Table<R, M>,
  record: R,
): Result<M, ReadRecord<R>[]> {
  table.insert(record);
  table.insertMany([record]);
  table.deleteObject(record);
  return table.lookup(record[0]);
}

export function bump<K extends Key>(table: Table<[K, number]>, key: K): number {
  table.insert([key, 1]);
  table.insertNewMany([[key, 1]]);
  table.replace([key, 1], [key, 2]);
  table.updateElement(key, [2, 3]);
  table.matchObject([key, _]);
  table.records({ gte: key });
  for (const [found, count] of table.records()) table.insert([found, count + 1]);
  return table.updateCounter(key, 1, [key, 0]);
}

export function bumpIn<K extends Key, M extends Mode>(
  table: Table<[K, number], M>,
  key: K,
): Result<M, number> {
  table.insert([key, 1]);
  return table.updateCounter(key, [2, 1]);
}

export function cached<K extends Key, V>(table: Table<[K, V]>, key: K, value: V): void {
  table.insert([key, value]);
  table.updateElement(key, [2, value]);
  for (const record of table.records()) {
    table.insert(record);
    table.replace(record, [record[0], value]);
    table.updateElement(key, [2, record[1]]);
  }
  // @ts-expect-error: nobody knows whether a V is an integer
  table.updateCounter(key, 1);
}

export function useOfGenerics(
  hits: Table<[string, number]>,
  runs: Table<Run, "async">,
  run: Run,
): void {
  expectTypeOf(bump(hits, "a")).toEqualTypeOf<number>();
  expectTypeOf(genericTable(hits, ["a", 1])).toEqualTypeOf<[string, number][]>();
  expectTypeOf(genericMode(runs, run)).toEqualTypeOf<Promise<Run[]>>();
  expectTypeOf(bumpIn(hits, "a")).toEqualTypeOf<number>();
  cached(hits, "a", 1);
  const any: Table = hits;
  const anyAsync: Table<StoreRecord, "async"> = runs;
  void [any, anyAsync];
}

type Optional = [name: string, count?: number, note?: { lines: string[] }];
type Shape = [id: string, kind: "circle", radius: number] | [id: string, kind: "square"];
type Mixed = [id: string, value: number | string, size: bigint | undefined];
type Branded = [id: string & { readonly __id: true }, count: number & { readonly __count: true }];

export function oddElements(
  optional: Table<Optional>,
  shapes: Table<Shape>,
  mixed: Table<Mixed>,
  samples: Table<[name: string, ...samples: number[]]>,
  headed: Table<[name: string, title: string, ...samples: number[]]>,
  constant: Table<readonly [id: string, n: number]>,
  branded: Table<Branded>,
  loose: Table<[id: string, value: unknown, any: Any]>,
  anything: Table,
): void {
  optional.updateElement("a", [2, 1]);
  optional.updateElement("a", [3, { lines: [] }]);
  expectTypeOf(optional.updateCounter("a", 1, ["a", 0])).toEqualTypeOf<number>();
  // @ts-expect-error: a note is no integer
  optional.updateCounter("a", [3, 1]);
  // @ts-expect-error: there is no element 4
  optional.updateElement("a", [4, 1]);

  shapes.updateElement("a", [2, "square"]);
  shapes.updateElement("a", [3, 1.5]);
  expectTypeOf(shapes.updateCounter("a", [3, 1])).toEqualTypeOf<number>();
  // @ts-expect-error: in no shape is element 2 a number
  shapes.updateElement("a", [2, 1]);
  // @ts-expect-error: in no shape is element 2 an integer
  shapes.updateCounter("a", 1);
  // @ts-expect-error: no shape has an element 4
  shapes.updateElement("a", [4, 1]);
  for (const shape of shapes.records()) if (shape[1] === "circle") shape[2].toFixed();

  expectTypeOf(mixed.updateCounter("a", 1)).toEqualTypeOf<number>();
  expectTypeOf(mixed.updateCounter("a", [3, 1])).toEqualTypeOf<bigint>();

  samples.updateElement("a", [7, 1]);
  expectTypeOf(samples.updateCounter("a", [7, 1])).toEqualTypeOf<number>();
  samples.updateCounter("a", 1);
  declareAny<number>((position) => samples.updateCounter("a", [position, 1]));
  // @ts-expect-error: a sample is a number
  samples.updateElement("a", [7, "1"]);
  headed.updateElement("a", [2, "title"]);
  headed.updateElement("a", [3, 1]);
  // @ts-expect-error: element 2 is a string
  headed.updateElement("a", [2, 1]);
  // @ts-expect-error: element 2 is a string
  headed.updateCounter("a", 1);
  headed.updateCounter("a", [3, 1]);

  constant.updateElement("a", [2, 1]);
  expectTypeOf(constant.updateCounter("a", 1)).toEqualTypeOf<number>();
  const id = "a" as Branded[0];
  expectTypeOf(branded.updateCounter(id, 1)).toEqualTypeOf<number>();
  expectTypeOf(branded.lookup(id)).toEqualTypeOf<Branded[]>();

  loose.updateElement("a", [2, new Map()]);
  expectTypeOf(loose.updateCounter("a", 1)).toEqualTypeOf<number | bigint>();
  expectTypeOf(loose.updateCounter("a", [3, 1])).toEqualTypeOf<number | bigint>();
  expectTypeOf(loose.lookup("a")).toEqualTypeOf<[id: string, value: unknown, any: Any][]>();
  anything.updateElement(1, [9, "x"]);
  expectTypeOf(anything.updateCounter(1, 1)).toEqualTypeOf<number | bigint>();
  expectTypeOf(anything.updateCounter(1, [9, 1])).toEqualTypeOf<number | bigint>();
  declareAny<number>((position) => anything.updateElement(1, [position, 1]));
}

declare function declareAny<T>(use: (value: T) => unknown): void;

// biome-ignore lint/suspicious/noExplicitAny: what users may write
type Any = any;

type Session = [
  id: [user: string, device: string],
  state: {
    tags: string[];
    at: Date;
    parts: Map<string, { size: number[] }>;
    seen: Set<[run: string, step: number]>;
    bytes: Uint8Array;
    vector?: Float32Array;
    nested: { deep: { list: { n: number }[] } };
  },
  parent: [user: string, device: string] | null,
];

/** What is read is read-only all the way down; what is written may be. */
export function readOnly(sessions: Table<Session>, async: Table<Session, "async">): void {
  const [session] = sessions.lookup(["u", "d"]);
  if (session === undefined) return;
  const [id, state, parent] = session;
  // @ts-expect-error: a nested array
  state.tags.push("new");
  // @ts-expect-error: a nested array, from the outside
  state.tags[0] = "new";
  // @ts-expect-error: a property
  state.nested = { deep: { list: [] } };
  // @ts-expect-error: a property far down
  state.nested.deep.list[0].n = 1;
  // @ts-expect-error: a Map
  state.parts.set("a", { size: [] });
  // @ts-expect-error: what is in a Map
  state.parts.get("a")?.size.push(1);
  // @ts-expect-error: a Set
  state.seen.clear();
  // @ts-expect-error: what is in a Set
  for (const seen of state.seen) seen[1] = 2;
  // @ts-expect-error: a nested tuple
  if (parent !== null) parent[0] = "v";
  // @ts-expect-error: what takes a mutable array
  sortInPlace(state.tags);
  // @ts-expect-error: the record of a scan, of a fold, of a match alike
  for (const record of sessions.records()) record[1].tags.pop();
  // @ts-expect-error
  sessions.foldl((record) => record[1].tags.pop(), undefined);
  // @ts-expect-error
  sessions.matchObject([_, _, _])[0]?.[1].tags.pop();
  // @ts-expect-error
  void async.take(["u", "d"]).then(([record]) => record?.[1].tags.pop());

  // The array and its key are the reader's own.
  session[1] = { ...state, tags: [...state.tags, "new"] };
  session[2] = null;
  id[1] = "e";
  const key: Session[0] = id;
  expectTypeOf(state.at).toEqualTypeOf<Date>();
  expectTypeOf(state.bytes).toEqualTypeOf<Uint8Array>();
  expectTypeOf(state.vector).toEqualTypeOf<Float32Array | undefined>();

  sessions.insert(session);
  sessions.insertMany(sessions.records());
  sessions.insertNewMany(sessions.lookup(key));
  sessions.deleteObject(session);
  sessions.replace(session, [id, { ...state, tags: [] }, parent]);
  sessions.updateElement(id, [2, { ...state, at: new Date() }]);
  sessions.updateElement(id, [3, parent]);
  sessions.matchDelete(session);
  sessions.matchObject([_, state, _]);
  if (parent !== null) {
    sessions.lookup(parent);
    sessions.member(parent);
    sessions.next(parent);
    sessions.insert([parent, state, null]);
    sessions.records({ gt: parent, prefix: parent });
  }
  sessions.insert([["u", "d"] as const, state, ["u", "d"] as const]);

  expectTypeOf(mutable(session)).toEqualTypeOf<Session>();
  const own: Session = mutable(session);
  own[1].tags.push("new");
  own[1].parts.get("a")?.size.push(1);
  sortInPlace(mutable(state.tags));
  const part: Session[1] = mutable(state);
  sessions.insert([id, part, parent]);
  expectTypeOf(mutable(null)).toEqualTypeOf<null>();
  expectTypeOf(mutable({ a: [1] } as const)).toEqualTypeOf<{ a: [1] }>();
}

declare function sortInPlace(list: string[]): void;

type Everything = [
  id: number,
  json: Json,
  tree: Tree,
  chain: Cons,
  odd: Odd,
  rest: Rest,
  any: Any,
  unknown: unknown,
  record: Record<string, unknown>,
  map: Map<string, Json>,
  forest: Forest,
  key: Key,
];
interface Forest {
  trees: Map<string, Forest>;
  pairs: [Forest, Forest][];
}

/** Types without an end. */
export function recursive(
  table: Table<Everything>,
  documents: Table<[id: string, doc: Json]>,
): void {
  const [record] = table.lookup(1);
  if (record === undefined) return;
  const [, , tree, chain, , rest, any, unknown, fields, map, forest, key] = record;
  // @ts-expect-error
  tree.children[0]?.children.push(tree);
  // @ts-expect-error
  chain[1] = null;
  // @ts-expect-error
  if (chain[1] !== null) chain[1][0] = 1;
  // @ts-expect-error
  forest.trees.get("a")?.pairs[0]?.[1].trees.clear();
  const numbers: readonly [string, ...number[]] = rest;
  expectTypeOf(any).toBeAny();
  expectTypeOf(unknown).toBeUnknown();
  expectTypeOf(fields).toEqualTypeOf<{ readonly [name: string]: unknown }>();
  expectTypeOf(map).toExtend<ReadonlyMap<string, unknown>>();
  table.insert(record);
  const own: Everything = mutable(record);
  own[2].children.push(own[2]);
  own[3][1] = null;
  own[10].trees.clear();
  table.insert(own);
  table.matchDelete(record);
  void [numbers, key];

  for (const [id, doc] of documents.records()) {
    if (Array.isArray(doc)) documents.insert([id, { list: doc }]);
    documents.insert([id, { wrapped: [doc, { again: doc }] }]);
    const json: Json = mutable(doc);
    documents.insert([id, json]);
    documents.replace([id, doc], [id, [doc]]);
  }
}

/** What may be missing may be `undefined`, also under `exactOptionalPropertyTypes`. */
export function undefinedOptions(
  steps: Table<[key: [run: string, step: number], at: Date]>,
  events: Table<[sequence: number, event: string]>,
  after: number | undefined,
  prefix: [string] | undefined,
  limit: number | undefined,
  reverse: boolean | undefined,
  type: TableType | undefined,
  mode: "async" | undefined,
  options: FileOptions | undefined,
  onProgress: MigrationOptions["onProgress"],
): void {
  events.records({ gt: after, gte: after, lt: after, lte: after, reverse, limit });
  events.keys({ gt: after, limit });
  events.keys(after === undefined ? undefined : { gt: after });
  steps.records({ gte: prefix, prefix });
  events.matchObject([_, _], { limit });
  const store = createStore({ adapter: fileAdapter, options });
  createStore({ adapter: fileAdapter, mode });
  store.configureDomain("d", { adapter: fileAdapter, options });
  store.ensureTable("d", "t", { type });
  store.migrateDomain("d", { adapter: fileAdapter, options }, { onProgress });
}

/** What an iterator ends with isn't `any`. */
export async function iterators(runs: Table<Run>, async: Table<Run, "async">): Promise<void> {
  expectTypeOf(runs.keys().next().value).toEqualTypeOf<string | undefined>();
  expectTypeOf(runs.records().next().value).toEqualTypeOf<Run | undefined>();
  expectTypeOf((await async.keys().next()).value).toEqualTypeOf<string | undefined>();
  expectTypeOf((await async.records().next()).value).toEqualTypeOf<Run | undefined>();
  const turn = runs.keys().next();
  if (!turn.done) expectTypeOf(turn.value).toEqualTypeOf<string>();

  const plain: IterableIterator<Run> = runs.records();
  const asyncPlain: AsyncIterableIterator<Run> = async.records();
  expectTypeOf([...runs.keys()]).toEqualTypeOf<string[]>();
  expectTypeOf(Array.from(runs.records(), ([id]) => id)).toEqualTypeOf<string[]>();
  expectTypeOf(new Set(runs.keys())).toEqualTypeOf<Set<string>>();
  const [first] = runs.records();
  expectTypeOf(first).toEqualTypeOf<Run | undefined>();
  function* delegated(): Generator<string, void> {
    yield* runs.keys();
  }
  async function* delegatedAsync(): AsyncGenerator<string, void> {
    yield* async.keys();
  }
  for await (const run of async.records()) expectTypeOf(run).toEqualTypeOf<Run>();
  void [plain, asyncPlain, delegated, delegatedAsync];
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
