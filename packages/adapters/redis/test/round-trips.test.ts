import { _, createStore, type Store, type StoreRecord, type Table, toolkit } from "@store/core";
import { createClient } from "redis";
import { describe, expect, onTestFinished, test } from "vitest";
import { redisAdapter } from "../src/index.js";
import { CountingClient } from "./support/counting-client.js";
import { isServerThere, SERVER_URL } from "./support/server.js";
import { ownPrefix } from "./support/stores.js";

const isThere = await isServerThere();
const MANY = Array.from({ length: 1_000 }, (_unused, n) => [`many-${n}`, n] as const);

type AnyTable = Table<StoreRecord, "async">;

interface Opened {
  readonly store: Store<"async">;
  readonly set: AnyTable;
  readonly ordered: AnyTable;
  readonly bag: AnyTable;
  readonly commands: string[];
}

async function opened(): Promise<Opened> {
  const own = createClient({ url: SERVER_URL });
  await own.connect();
  onTestFinished(() => own.close());
  const client = new CountingClient(own);
  const prefix = ownPrefix();
  const store = createStore({ adapter: redisAdapter, options: { client, prefix } });
  onTestFinished(() => store.close());
  const [set, ordered, bag] = await Promise.all([
    store.ensureTable("d", "set"),
    store.ensureTable("d", "ordered", { type: "ordered_set" }),
    store.ensureTable("d", "bag", { type: "bag" }),
  ]);
  for (const table of [set, ordered, bag]) {
    await table.insertMany([
      ["a", 1],
      ["b", 2],
      ["c", 3],
    ]);
  }
  return { store, set, ordered, bag, commands: client.commands };
}

const CALLS: Readonly<Record<string, (tables: Opened) => unknown>> = {
  "insert into a set": ({ set }) => set.insert(["d", 4]),
  "insert into an ordered_set": ({ ordered }) => ordered.insert(["d", 4]),
  "insert into a bag": ({ bag }) => bag.insert(["a", 4]),
  "insert with a moment": ({ set }) => set.insert(["d", 4], { expiresAt: 4e12 }),
  "insertMany of 1,000": ({ set }) => set.insertMany(MANY),
  "insertMany of 1,000 into a bag": ({ bag }) => bag.insertMany(MANY),
  insertNew: ({ set }) => set.insertNew(["a", 4]),
  "insertNewMany of 1,000": ({ ordered }) => ordered.insertNewMany(MANY),
  lookup: ({ set }) => set.lookup("a"),
  "lookup in a bag": ({ bag }) => bag.lookup("a"),
  "lookupMany of 1,000": ({ set }) => set.lookupMany(MANY.map(([key]) => key)),
  member: ({ set }) => set.member("a"),
  take: ({ set }) => set.take("a"),
  replace: ({ set }) => set.replace(["a", 1], ["a", 2]),
  "updateCounter of a safe integer": ({ set }) => set.updateCounter("a", 1),
  "updateCounter of a key that isn't there": ({ set }) => set.updateCounter("n", 1, ["n", 0]),
  delete: ({ set }) => set.delete("a"),
  deleteMany: ({ set }) => set.deleteMany(["a", "b"]),
  deleteObject: ({ bag }) => bag.deleteObject(["a", 1]),
  deleteAllObjects: ({ set }) => set.deleteAllObjects(),
  deleteRange: ({ ordered }) => ordered.deleteRange({ gte: "b" }),
  "count of a range": ({ ordered }) => ordered.count({ gte: "b" }),
  size: ({ set }) => set.size,
  append: ({ ordered }) => ordered.append(["r"], 1),
  first: ({ ordered }) => ordered.first(),
  next: ({ ordered }) => ordered.next("a"),
  nextLookup: ({ ordered }) => ordered.nextLookup("a"),
  "records of 500": async ({ ordered }) => {
    for await (const record of ordered.records()) expect(record).toHaveLength(2);
  },
  "matchDelete of a short range": ({ set }) => set.matchDelete([_, 2]),
  expire: ({ set }) => set.expire("a", 4e12),
  expiresAt: ({ set }) => set.expiresAt("a"),
  "a batch over three tables": ({ store, set, ordered, bag }) =>
    store
      .batch()
      .insertNew(set, ["x", 1])
      .replace(ordered, ["a", 1], ["a", 2])
      .updateCounter(set, "a", 1)
      .append(ordered, ["r"], 1)
      .insert(bag, ["a", 7])
      .deleteRange(ordered, { gte: "b", lt: "c" })
      .deleteMany(set, ["b"])
      .commit(),
};

describe.skipIf(!isThere)(isThere ? "round trips" : "skipped: no Redis answers", () => {
  test.each(Object.keys(CALLS))("%s is one command", async (name) => {
    const tables = await opened();
    // Once, so that the server knows the script.
    await (await opened()).set.info();
    await CALLS[name]?.(await opened());
    tables.commands.length = 0;
    await CALLS[name]?.(tables);
    expect(tables.commands).toHaveLength(1);
  });

  test("a lookup of a record with a moment asks the script as well, once for each handle", async () => {
    const { set, commands } = await opened();
    await set.insert(["a", 1], { expiresAt: 4e12 });
    await set.lookup("a");
    commands.length = 0;
    await set.lookup("a");
    expect(commands).toEqual(["EVALSHA"]);
  });

  test.each<[string, (set: AnyTable) => unknown]>([
    ["updateElement", (set) => set.updateElement("a", [2, 5])],
    ["updateCounter of a bigint", (set) => set.updateCounter("big", 1)],
  ])("%s is two commands", async (_name, call) => {
    const { set, commands } = await opened();
    await set.insert(["big", 2n ** 70n]);
    await call(set);
    commands.length = 0;
    await call(set);
    expect(commands).toHaveLength(2);
  });

  test("an update that leaves the record as it is only reads", async () => {
    const own = await createClient({ url: SERVER_URL }).connect();
    onTestFinished(() => own.close());
    const client = new CountingClient(own);
    const options = redisAdapter.normalizeOptions({ client, prefix: ownPrefix() });
    const backend = await redisAdapter.open(options, toolkit);
    const table = await backend.openTable("d", "t", "set");
    await table.insertMany([["a", 1]]);
    client.commands.length = 0;
    expect(await table.update?.("a", (record) => record)).toEqual(["a", 1]);
    expect(client.commands).toEqual(["HGET"]);
    await table.close();
    await backend.close();
  });

  test("calls of one turn go in one command, in their order", async () => {
    const { set, commands } = await opened();
    // The server knows the script from here on.
    await Promise.all([set.updateCounter("a", 0), set.updateCounter("a", 0)]);
    commands.length = 0;
    const counts = await Promise.all(Array.from({ length: 64 }, () => set.updateCounter("a", 1)));
    expect(counts).toEqual(Array.from({ length: 64 }, (_unused, n) => n + 2));
    expect(commands).toEqual(["EVALSHA"]);
  });
});
