import { Annotation, END, START, StateGraph } from "@langchain/langgraph";
import { InMemoryStore, type Operation } from "@langchain/langgraph-checkpoint";
import { createStore } from "@store/core";
import { memoryAdapter } from "@store/memory";
import {
  afterAll,
  beforeAll,
  beforeEach,
  describe,
  expect,
  onTestFinished,
  test,
  vi,
} from "vitest";
import { StoreBaseStore } from "../src/index.js";
import { backends, type OpenStore } from "./support/backends.js";
import { randomFrom } from "./support/random.js";

function openMemory(): StoreBaseStore {
  const store = createStore({ adapter: memoryAdapter });
  onTestFinished(() => store.close());
  return new StoreBaseStore(store, "memory");
}

for (const backend of backends) {
  const { name, missing } = backend;
  describe.skipIf(missing !== undefined)(missing ? `${name}, skipped: ${missing}` : name, () => {
    let opened: OpenStore;
    let memory: StoreBaseStore;
    let domains = 0;
    beforeAll(async () => {
      opened = await backend.open();
    });
    afterAll(() => opened.close());
    beforeEach(() => {
      memory = new StoreBaseStore(opened.store, `memory-${domains++}`);
    });

    test("put, get and delete: an item keeps when it was created, and knows when it was updated", async () => {
      vi.useFakeTimers({ toFake: ["Date"] });
      onTestFinished(() => void vi.useRealTimers());
      const created = new Date();
      await memory.put(["users", "ada"], "prefs", { color: "red" });
      vi.setSystemTime(Date.now() + 5);
      await memory.put(["users", "ada"], "prefs", { color: "blue" });
      expect(await memory.get(["users", "ada"], "prefs")).toEqual({
        namespace: ["users", "ada"],
        key: "prefs",
        value: { color: "blue" },
        createdAt: created,
        updatedAt: new Date(),
      });
      await memory.delete(["users", "ada"], "prefs");
      expect(await memory.get(["users", "ada"], "prefs")).toBeNull();
      await memory.delete(["users", "ada"], "prefs");
    });

    test("search goes below a prefix, and no further: neither beside it nor into the item of its name", async () => {
      for (const namespace of [["a"], ["a", "b"], ["a", "b", "c"], ["ab"], ["a", "bc"]]) {
        await memory.put(namespace, "b", { at: namespace.join("/") });
      }
      const search = async (prefix: string[]) =>
        (await memory.search(prefix)).map(({ value }) => value.at);
      expect(await search(["a", "b"])).toEqual(["a/b", "a/b/c"]);
      expect(await search(["a"])).toEqual(["a", "a/b", "a/b/c", "a/bc"]);
      expect(await search([])).toHaveLength(5);
      expect(await search(["b"])).toEqual([]);
    });

    test("search without a limit gives ten, offset counts what matches", async () => {
      const operations = Array.from({ length: 25 }, (_, n) => ({
        namespace: ["n"],
        key: String(n).padStart(2, "0"),
        value: { n, odd: n % 2 === 1 },
      }));
      await memory.batch(operations);
      expect(await memory.search(["n"])).toHaveLength(10);
      const found = await memory.search(["n"], { filter: { odd: true }, offset: 2, limit: 3 });
      expect(found.map(({ value }) => value.n)).toEqual([5, 7, 9]);
      expect(await memory.search(["n"], { limit: 0 })).toEqual([]);
    });

    test("listNamespaces names those that hold something, once each, in order", async () => {
      await memory.put(["a", "x", "v1"], "1", {});
      await memory.put(["a", "x", "v1"], "2", {});
      await memory.put(["a", "y", "v2"], "1", {});
      await memory.put(["b"], "1", {});
      await memory.put(["gone"], "1", {});
      await memory.delete(["gone"], "1");
      const all = [["a", "x", "v1"], ["a", "y", "v2"], ["b"]];
      expect(await memory.listNamespaces()).toEqual(all);
      expect(await memory.listNamespaces({ prefix: ["a"] })).toEqual(all.slice(0, 2));
      expect(await memory.listNamespaces({ prefix: ["*", "y"] })).toEqual([all[1]]);
      expect(await memory.listNamespaces({ suffix: ["v1"] })).toEqual([all[0]]);
      expect(await memory.listNamespaces({ suffix: ["*", "v2"] })).toEqual([all[1]]);
      expect(await memory.listNamespaces({ maxDepth: 1 })).toEqual([["a"], ["b"]]);
      expect(await memory.listNamespaces({ limit: 1, offset: 1 })).toEqual([all[1]]);
    });

    test("reads of a batch see what was there before it; of two puts of a key, the last counts", async () => {
      await memory.put(["n"], "k", { v: 0 });
      const results = await memory.batch<Operation[]>([
        { namespace: ["n"], key: "k", value: { v: 1 } },
        { namespace: ["n"], key: "k" },
        { namespace: ["n"], key: "k", value: { v: 2 } },
        { namespace: ["n"], key: "gone", value: { v: 3 } },
        { namespace: ["n"], key: "gone", value: null },
        { namespacePrefix: ["n"] },
      ]);
      expect(results[1]).toMatchObject({ value: { v: 0 } });
      expect(results[5]).toMatchObject([{ value: { v: 0 } }]);
      expect((await memory.search(["n"])).map(({ value }) => value.v)).toEqual([2]);
    });
  });
}

describe("a filter", () => {
  const VALUES = [
    { n: 7 },
    { n: 7n },
    { n: "7" },
    { n: 8.5 },
    { n: new Date(9) },
    { n: Number.NaN },
    { n: { a: [1] } },
    {},
  ];
  async function found(condition: unknown): Promise<unknown[]> {
    const memory = openMemory();
    await memory.batch(VALUES.map((value, n) => ({ namespace: ["v"], key: String(n), value })));
    const items = await memory.search(["v"], { filter: { n: condition } });
    return items.map(({ value }) => value.n);
  }

  test.each<[string, unknown, unknown[]]>([
    ["a value", 7, [7]],
    ["an object, deeply", { a: [1] }, [{ a: [1] }]],
    ["an empty object", {}, []],
    ["$eq", { $eq: "7" }, ["7"]],
    ["$ne", { $ne: 7 }, VALUES.slice(1).map(({ n }) => n)],
    ["$gte of a number, which no text is", { $gte: 7 }, [7, 7n, 8.5]],
    ["$gt of a bigint", { $gt: 7n }, [8.5]],
    ["$lt and $gte", { $gte: 7, $lt: 8 }, [7, 7n]],
    ["$lte of a text", { $lte: "70" }, ["7"]],
    ["$gt of a Date", { $gt: new Date(8) }, [new Date(9)]],
    ["$gte of NaN", { $gte: Number.NaN }, []],
    ["$in", { $in: ["7", { a: [1] }] }, ["7", { a: [1] }]],
    ["$nin", { $nin: [7, 7n, "7", 8.5, { a: [1] }, undefined] }, [new Date(9), Number.NaN]],
  ])("%s", async (_name, condition, expected) => {
    expect(await found(condition)).toEqual(expected);
  });

  test.each([{ $regex: "a" }, { $in: 7 }])("%j is refused", async (condition) => {
    await expect(found(condition)).rejects.toMatchObject({ code: "STORE_INVALID_OPERATION" });
  });
});

test("what is put and what is read are copies, and stay what they are", async () => {
  const memory = openMemory();
  const value = { list: [1], at: new Date(3), id: 2n ** 64n };
  await memory.put(["n"], "k", value);
  value.list.push(2);
  const item = await memory.get(["n"], "k");
  expect(item?.value).toEqual({ ...value, list: [1] });
  item?.value.list.push(3);
  expect((await memory.get(["n"], "k"))?.value.list).toEqual([1]);
});

test("a namespace that is empty, or has what is no text, is refused", async () => {
  const memory = openMemory();
  await expect(memory.put([], "k", {})).rejects.toThrow();
  for (const namespace of [[], [5 as never]]) {
    await expect(memory.batch([{ namespace, key: "k", value: {} }])).rejects.toMatchObject({
      name: "InvalidNamespaceError",
    });
  }
});

test("a batch that can't be stored whole stores nothing", async () => {
  const memory = openMemory();
  const batch = memory.batch([
    { namespace: ["n"], key: "a", value: { v: 1 } },
    { namespace: ["n"], key: "b", value: { run: () => 1 } },
  ]);
  await expect(batch).rejects.toMatchObject({ code: "STORE_INVALID_RECORD" });
  expect(await memory.search([])).toEqual([]);
});

const seed = Math.floor(Math.random() * 2 ** 32);

test(`it answers as InMemoryStore does, where that keeps what it was given: seed ${seed}`, async () => {
  const random = randomFrom(seed);
  const below = (end: number) => Math.floor(random() * end);
  const pick = <T>(values: readonly T[]): T => values[below(values.length)] as T;
  const namespace = () => Array.from({ length: 1 + below(3) }, () => pick(["a", "b", "c"]));

  const [ours, theirs] = [openMemory(), new InMemoryStore()];
  const shown = (items: readonly { namespace: string[]; key: string; value: object }[]) =>
    items.map(({ namespace, key, value }) => JSON.stringify([namespace, key, value])).sort();
  for (let step = 0; step < 400; step++) {
    const [at, key] = [namespace(), pick(["x", "y", "z"])];
    const value = { n: below(5), tag: pick(["t", "u"]) };
    const filter = pick([undefined, { n: below(5) }, { n: { $gt: below(5) } }, { tag: "t" }]);
    for (const store of [ours, theirs]) {
      if (step % 5 === 0) await store.delete(at, key);
      else await store.put(at, key, value);
    }
    const prefix = namespace().slice(0, below(3));
    const options = { limit: 1_000, ...(filter === undefined ? {} : { filter }) };
    // InMemoryStore's search([]) looks at all; an empty prefix is no namespace to its checks.
    expect(shown(await ours.search(prefix, options))).toEqual(
      shown(await theirs.search(prefix, options)),
    );
    const [own, other] = [await ours.get(at, key), await theirs.get(at, key)];
    expect(own?.value ?? null).toEqual(other?.value ?? null);
  }
});

test("a graph has it as its store", async () => {
  const memory = openMemory();
  const graph = new StateGraph(Annotation.Root({ seen: Annotation<number>() }))
    .addNode("remember", async (_state, { store }) => {
      const item = await store?.get(["visits"], "n");
      const n = (item?.value.n ?? 0) + 1;
      await store?.put(["visits"], "n", { n });
      return { seen: n };
    })
    .addEdge(START, "remember")
    .addEdge("remember", END)
    .compile({ store: memory });
  await graph.invoke({});
  expect(await graph.invoke({})).toEqual({ seen: 2 });
});
