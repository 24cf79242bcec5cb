/** What contract version 2 adds: what must compile, and what must not; see `types.test-d.ts`. */
import { expectTypeOf } from "vitest";
import type {
  Adapter,
  Batch,
  KeyOf,
  MigratedTable,
  Mode,
  SchemaIssue,
  StandardSchema,
  Store,
  StoreRecord,
  Table,
  TableEntry,
} from "../src/index.js";

type Run = [id: string, state: "open" | "done", steps: number, big: bigint];
type Event = [key: [run: string, n: number], type: string];
type Line = [n: number, text: string, at?: number];

declare const adapter: Adapter<Record<never, never>, "sync">;

export function reading(runs: Table<Run>, remote: Table<Run, "async">, tuples: Table<Event>): void {
  expectTypeOf(runs.lookupElement("r", 3)).toEqualTypeOf<number>();
  expectTypeOf(runs.lookupElement("r", 2)).toEqualTypeOf<"open" | "done">();
  expectTypeOf(runs.lookupElement("r", 3, null)).toEqualTypeOf<number | null>();
  expectTypeOf(remote.lookupElement("r", 3)).toEqualTypeOf<Promise<number>>();
  expectTypeOf(runs.lookupElement("r", 1)).toEqualTypeOf<string>();
  // @ts-expect-error: there is no element 5
  runs.lookupElement("r", 5);
  // @ts-expect-error: the key is a string
  runs.lookupElement(1, 2);
  expectTypeOf(runs.lookupMany(["a", "b"])).toEqualTypeOf<ReturnType<typeof runs.lookup>[]>();
  runs.lookupMany(new Set(["a"]));
  // @ts-expect-error: the keys are strings
  runs.lookupMany([1]);
  expectTypeOf(runs.deleteMany(["a"])).toEqualTypeOf<number>();
  expectTypeOf(remote.deleteMany(["a"])).toEqualTypeOf<Promise<number>>();
  expectTypeOf(runs.deleteObject(["a", "open", 1, 1n])).toEqualTypeOf<number>();
  const first = tuples.firstLookup();
  if (first !== undefined) {
    expectTypeOf(first[0]).toEqualTypeOf<KeyOf<Event>>();
    expectTypeOf(first[1]).toEqualTypeOf<ReturnType<typeof tuples.lookup>>();
  }
  expectTypeOf(tuples.nextLookup(["r", 1])).toEqualTypeOf<typeof first>();
  // @ts-expect-error: the key is a tuple
  tuples.prevLookup("r");
}

export function ranges(runs: Table<Run>, tuples: Table<Event>, lines: Table<Line>): void {
  runs.records({ prefix: "app:" });
  tuples.records({ prefix: ["r"] });
  expectTypeOf(tuples.deleteRange({ prefix: ["r"], limit: 1 })).toEqualTypeOf<number>();
  expectTypeOf(tuples.count()).toEqualTypeOf<number>();
  tuples.count({ gt: ["r", 1], reverse: true });
  // @ts-expect-error: the keys are strings
  runs.records({ prefix: ["app"] });
  // @ts-expect-error: the first element is a string
  tuples.count({ prefix: [1] });
  // @ts-expect-error: numbers begin with nothing
  lines.records({ prefix: 1 });
  // @ts-expect-error: a range is needed
  lines.deleteRange();
}

export function updating(runs: Table<Run>, tuples: Table<Event>, lines: Table<Line>): void {
  runs.updateElement("r", [
    [2, "done"],
    [3, 1],
  ]);
  runs.updateElement("r", [3, 1], ["r", "open", 0, 0n]);
  // @ts-expect-error: element 3 is a number
  runs.updateElement("r", [[3, "x"]]);
  // @ts-expect-error: never the key
  runs.updateElement("r", [1, "s"]);
  expectTypeOf(
    runs.updateCounter("r", [
      [3, 1],
      [4, -1n],
    ]),
  ).toEqualTypeOf<[number, bigint]>();
  expectTypeOf(runs.updateCounter("r", [3, 1], ["r", "open", 0, 0n])).toEqualTypeOf<number>();
  // @ts-expect-error: element 2 is no integer
  runs.updateCounter("r", [[2, 1]]);
  expectTypeOf(tuples.append(["r"], "started")).toEqualTypeOf<KeyOf<Event>>();
  expectTypeOf(lines.append(null, "text")).toEqualTypeOf<number>();
  lines.append(null, "text", 7);
  // @ts-expect-error: the prefix is a tuple
  tuples.append(null, "started");
  // @ts-expect-error: element 2 is a string
  tuples.append(["r"], 1);
  // @ts-expect-error: element 2 is missing
  lines.append(null);
  // @ts-expect-error: the key is a string, which doesn't count
  runs.append(["r"], "open", 1, 1n);
}

export function moments(runs: Table<Run>, remote: Table<Run, "async">): void {
  const record: Run = ["r", "open", 0, 0n];
  runs.insert(record, { expiresAt: 1 });
  runs.insertMany([record], { expiresAt: new Date() });
  runs.insertNew(record, { expiresAt: undefined });
  runs.insertNewMany([record], {});
  runs.replace(record, record, { expiresAt: 1 });
  // @ts-expect-error: a moment is a number or a Date
  runs.insert(record, { expiresAt: "tomorrow" });
  // @ts-expect-error: there is no such option
  runs.insert(record, { ttl: 1 });
  expectTypeOf(runs.expire("r", null)).toEqualTypeOf<boolean>();
  expectTypeOf(remote.expire("r", new Date())).toEqualTypeOf<Promise<boolean>>();
  expectTypeOf(runs.expiresAt("r")).toEqualTypeOf<number | undefined>();
}

export function batches<M extends Mode>(
  store: Store,
  remote: Store<"async">,
  runs: Table<Run>,
  tuples: Table<Event>,
  away: Table<Run, "async">,
  generic: Store<M>,
): void {
  const batch = store
    .batch()
    .insertNew(runs, ["r", "open", 0, 0n])
    .replace(runs, ["r", "open", 0, 0n], ["r", "done", 0, 0n], { expiresAt: 1 })
    .check(runs, "r", undefined)
    .updateElement(runs, "r", [3, 1])
    .updateCounter(runs, "r", [[3, 1]])
    .append(tuples, ["r"], "started")
    .delete(tuples, ["r", 1])
    .deleteMany(runs, ["r"])
    .deleteObject(tuples, [["r", 1], "started"])
    .deleteRange(tuples, { prefix: ["r"] })
    .deleteAllObjects(runs);
  expectTypeOf(batch).toEqualTypeOf<Batch>();
  expectTypeOf(batch.commit()).toEqualTypeOf<boolean>();
  expectTypeOf(batch.results).toEqualTypeOf<readonly unknown[] | undefined>();
  expectTypeOf(remote.batch().commit()).toEqualTypeOf<Promise<boolean>>();
  expectTypeOf(remote.batch().insert(away, ["r", "open", 0, 0n])).toEqualTypeOf<Batch<"async">>();
  expectTypeOf(generic.batch()).toEqualTypeOf<Batch<M>>();
  // @ts-expect-error: element 2 is "open" or "done"
  batch.insert(runs, ["r", "closed", 0, 0n]);
  // @ts-expect-error: the key is a string
  batch.check(runs, 1, undefined);
  // @ts-expect-error: a table of an async store
  batch.insert(away, ["r", "open", 0, 0n]);
  // @ts-expect-error: the prefix is a tuple
  batch.append(tuples, null, "started");
}

export function schemas(store: Store, remote: Store<"async">): void {
  interface Of<R> extends StandardSchema<unknown, R> {}
  const run = {} as Of<[string, number]>;
  const table = store.ensureTable("d", "t", { schema: run });
  expectTypeOf(table).toEqualTypeOf<Table<[string, number]>>();
  table.insert(["a", 1]);
  // @ts-expect-error: element 2 is a number
  table.insert(["a", "1"]);
  expectTypeOf(remote.ensureTable("d", "t", { schema: run, expireAfter: 1 })).toEqualTypeOf<
    Promise<Table<[string, number], "async">>
  >();
  expectTypeOf(store.ensureTable("d", "t", { schema: {} as Of<{ no: "record" }> })).toEqualTypeOf<
    Table<never>
  >();
  // @ts-expect-error: no Standard Schema
  store.ensureTable("d", "t", { schema: { parse: () => 1 } });
  expectTypeOf<SchemaIssue["message"]>().toEqualTypeOf<string>();
}

export function catalogue(store: Store, remote: Store<"async">): void {
  expectTypeOf(store.tables("d")).toEqualTypeOf<TableEntry[]>();
  expectTypeOf(remote.dropTable("d", "t")).toEqualTypeOf<Promise<boolean>>();
  expectTypeOf(store.copyDomain("d", { adapter })).toEqualTypeOf<MigratedTable[]>();
  store.copyDomain("d", { adapter }, { onProgress: ({ table, copied }) => [table, copied] });
  // @ts-expect-error: the name is missing
  store.dropTable("d");
  store.ensureTable<StoreRecord>("d", "t", { type: "bag", expireAfter: 1_000 });
  // @ts-expect-error: milliseconds
  store.ensureTable("d", "t", { expireAfter: "1s" });
}
