import { createStore, StoreError } from "@store/core";
import { memoryAdapter } from "@store/memory";
import { Keyv as Keyv5 } from "keyv";
import { Keyv as Keyv6, KeyvBridgeAdapter } from "keyv-6";
import { describe, expect, onTestFinished, test, vi } from "vitest";
import { type KeyvRecord, KeyvStore, type KeyvTable } from "../src/index.js";
import { type AnyKeyv, type KeyvVersion, versions } from "./support/keyv-versions.js";
import { backends } from "./support/tables.js";

const TITLES = versions.map(
  (each) =>
    [each.isRunnable ? `Keyv ${each.version}` : "skipped: Keyv 6 needs Node 22.19", each] as const,
);

function memoryTable(type: "set" | "ordered_set" = "ordered_set") {
  const store = createStore({ adapter: memoryAdapter });
  onTestFinished(() => store.close());
  return store.ensureTable<KeyvRecord>("cache", "keyv", { type });
}

async function entriesOf(keyv: AnyKeyv): Promise<unknown[]> {
  const entries: unknown[] = [];
  for await (const entry of keyv.iterator?.() ?? []) entries.push(entry);
  return entries.sort();
}

/** What a call of the table was made with, in order, by the names of the calls. */
function callsOf(table: KeyvTable): string[] {
  const calls: string[] = [];
  for (const name of Object.keys(table) as (keyof KeyvTable)[]) {
    if (typeof table[name] !== "function") continue;
    const counted = table as unknown as Record<string, (...args: unknown[]) => unknown>;
    const original = counted[name] as (...args: unknown[]) => unknown;
    counted[name] = (...args) => {
      calls.push(name);
      return original.apply(table, args);
    };
  }
  return calls;
}

describe.each(TITLES)("%s", (_title, version: KeyvVersion) => {
  const it = test.skipIf(!version.isRunnable);

  for (const backend of backends) {
    for (const type of ["set", "ordered_set"] as const) {
      test.skipIf(!version.isRunnable || backend.missing !== undefined)(
        `clear of a namespace leaves those whose names begin with it, over a ${type} in ${backend.name}`,
        async () => {
          const { table, close } = await backend.open(type);
          onTestFinished(close);
          const [users, archive, user, none] = ["users", "users:archive", "user", undefined].map(
            (namespace) => version.create({ store: new KeyvStore(table), namespace }),
          ) as [AnyKeyv, AnyKeyv, AnyKeyv, AnyKeyv];
          for (const keyv of [users, archive, user, none]) await keyv.set("1", "here");
          await users.set("archive", "here");

          await users.clear();
          expect(await users.getMany(["1", "archive"])).toEqual([undefined, undefined]);
          expect(await archive.get("1")).toBe("here");
          expect(await user.get("1")).toBe("here");
          expect(await none.get("1")).toBe("here");
          await archive.clear();
          expect(await table.size).toBe(2);
        },
      );
    }
  }

  it("clear without a namespace empties the table", async () => {
    const table = memoryTable();
    await version.create({ store: new KeyvStore(table), namespace: "a" }).set("k", 1);
    const keyv = version.create({ store: new KeyvStore(table), namespace: undefined });
    await keyv.set("k", 1);
    await keyv.clear();
    expect(table.size).toBe(0);
  });

  it("the table holds the namespace and the key apart, and the text of the value", async () => {
    const table = memoryTable();
    const keyv = version.create({ store: new KeyvStore(table), namespace: "users" });
    await keyv.set("a:b", { n: 1 });
    const none = version.create({ store: new KeyvStore(table), namespace: undefined });
    await none.set("a:b", 2);
    expect([...table.keys()]).toEqual([
      [null, "a:b"],
      ["users", "a:b"],
    ]);
    expect(table.lookupElement(["users", "a:b"], 2)).toBe('{"value":{"n":1}}');
  });

  it("a key that begins with its namespace is no other's", async () => {
    const keyv = version.create({ store: new KeyvStore(memoryTable()), namespace: "user" });
    await keyv.setMany([{ key: "1", value: "a" }]);
    if (version.version === 6) await keyv.set("user:1", "b");
    expect(await keyv.get("1")).toBe("a");
  });

  it("a ttl becomes the record's moment, and the clock takes it away", async () => {
    vi.useFakeTimers({ toFake: ["Date"] });
    onTestFinished(() => void vi.useRealTimers());
    const table = memoryTable();
    const keyv = version.create({ store: new KeyvStore(table), namespace: "n" });
    await keyv.set("k", 1, 1_000);
    expect(table.expiresAt(["n", "k"])).toBe(Date.now() + 1_000);
    await keyv.set("for ever", 1);
    await keyv.set("zero", 1, 0);
    expect(table.expiresAt(["n", "for ever"])).toBeUndefined();
    expect(table.expiresAt(["n", "zero"])).toBeUndefined();
    vi.setSystemTime(Date.now() + 1_001);
    expect(table.lookup(["n", "k"])).toEqual([]);
    expect(await keyv.has("k")).toBe(false);
    expect(await keyv.has("zero")).toBe(true);
  });

  it("a value without a ttl lives as long as the table's expireAfter says", async () => {
    const store = createStore({ adapter: memoryAdapter });
    onTestFinished(() => store.close());
    const table = store.ensureTable<KeyvRecord>("cache", "keyv", { expireAfter: 60_000 });
    await version.create({ store: new KeyvStore(table), namespace: "n" }).set("k", 1);
    expect(table.expiresAt(["n", "k"])).toBeGreaterThan(Date.now() + 50_000);
  });

  it("setMany, getMany and deleteMany are one call of the table for any number of keys", async () => {
    const source = memoryTable();
    const table = { ...source, type: source.type, name: source.name } as typeof source;
    const calls = callsOf(table);
    const keyv = version.create({ store: new KeyvStore(table), namespace: "n" });
    const keys = Array.from({ length: 100 }, (_, n) => `key-${n}`);

    await keyv.setMany(keys.map((key, n) => ({ key, value: n })));
    expect(calls.splice(0)).toEqual(["insertMany"]);
    expect(await keyv.getMany(keys)).toEqual(keys.map((_, n) => n));
    expect(calls.splice(0)).toEqual(["lookupMany"]);
    await keyv.deleteMany(keys);
    expect(calls.splice(0)).toEqual(
      version.version === 5 ? ["deleteMany"] : ["lookupMany", "deleteMany"],
    );
    expect(source.size).toBe(0);
  });

  it("setMany keeps the last value of a key, and each entry's own ttl", async () => {
    const table = memoryTable();
    const keyv = version.create({ store: new KeyvStore(table), namespace: "n" });
    const answer = await keyv.setMany([
      { key: "a", value: 1, ttl: 5_000 },
      { key: "b", value: 2 },
      { key: "a", value: 3 },
      { key: "c", value: 4, ttl: 60_000 },
    ]);
    expect(answer).toEqual([true, true, true, true]);
    expect(await keyv.getMany(["a", "b", "c", "d"])).toEqual([3, 2, 4, undefined]);
    expect(table.expiresAt(["n", "a"])).toBeUndefined();
    expect(table.expiresAt(["n", "c"])).toBeGreaterThan(Date.now() + 50_000);
  });

  it("deleteMany says what was there, as its version says it", async () => {
    const keyv = version.create({ store: new KeyvStore(memoryTable()), namespace: "n" });
    await keyv.setMany([
      { key: "a", value: 1 },
      { key: "b", value: 2 },
    ]);
    const isFive = version.version === 5;
    expect(await keyv.deleteMany(["a", "x"])).toEqual(isFive ? false : [true, false]);
    expect(await keyv.deleteMany(["b"])).toEqual(isFive ? true : [true]);
  });

  it("the iterator gives the keys of its namespace without it", async () => {
    const table = memoryTable();
    const a = version.create({ store: new KeyvStore(table), namespace: "a" });
    const b = version.create({ store: new KeyvStore(table), namespace: "ab" });
    await a.set("k:1", 1);
    await b.set("k:2", 2);
    expect(await entriesOf(a)).toEqual([["k:1", 1]]);
    expect(await entriesOf(b)).toEqual([["k:2", 2]]);
  });

  it("without serialization values stay what they are, and are the reader's own", async () => {
    const keyv = version.create({
      store: new KeyvStore(memoryTable()),
      namespace: "n",
      serialization: false,
      serialize: undefined,
      deserialize: undefined,
    });
    const value = { id: 2n ** 70n, at: new Date(5), tags: new Set(["a"]), list: [1] };
    await keyv.set("k", value);
    const read = await keyv.get<typeof value>("k");
    expect(read).toEqual(value);
    read?.list.push(2);
    expect(await keyv.get("k")).toEqual(value);
  });

  it("an error of the table is Keyv's error event, and the write is false", async () => {
    const store = createStore({ adapter: memoryAdapter });
    const table = store.ensureTable<KeyvRecord>("cache", "keyv");
    const keyv = version.create({ store: new KeyvStore(table), namespace: "n" });
    const errors: unknown[] = [];
    keyv.on("error", (error) => errors.push(error));
    store.close();
    expect(await keyv.set("k", 1)).toBe(false);
    expect(errors).toMatchObject([{ code: "STORE_TABLE_CLOSED" }]);
  });
});

describe.skipIf(!versions[1]?.isRunnable)("Keyv 5 and Keyv 6", () => {
  test.each([undefined, "users", "users:archive"])(
    "each reads what the other wrote, with namespace %s",
    async (namespace) => {
      const table = memoryTable();
      const [five, six] = versions.map(({ create }) =>
        create({ store: new KeyvStore(table), namespace }),
      ) as [AnyKeyv, AnyKeyv];
      const values = { text: ":colon", list: [1, null, { a: "b" }], bytes: Buffer.from("x") };
      await five.set("from 5", values, 60_000);
      await six.set("from:6", values, 60_000);

      for (const keyv of [five, six]) {
        expect(await keyv.getMany(["from 5", "from:6"])).toEqual([values, values]);
        expect(await keyv.has("from 5")).toBe(true);
        expect(await keyv.has("from:6")).toBe(true);
      }
      expect(await five.delete("from:6")).toBe(true);
      expect(await six.delete("from 5")).toBe(true);
      expect(table.size).toBe(0);
    },
  );

  test("Keyvs of version 6 that share a KeyvStore keep apart", async () => {
    const store = new KeyvStore(memoryTable());
    const a = new Keyv6({ store, namespace: "a" });
    const b = new Keyv6({ store, namespace: "a:b" });
    await a.set("k", "a");
    await b.set("k", "b");
    expect([await a.get("k"), await b.get("k")]).toEqual(["a", "b"]);
    await a.clear();
    expect([await a.get("k"), await b.get("k")]).toEqual([undefined, "b"]);
  });

  test("a namespace with Keyv 6's separator in it is found again, and cleared alone", async () => {
    const table = memoryTable();
    const odd = new Keyv6({ store: new KeyvStore(table), namespace: "a::b:" });
    const beside = new Keyv6({ store: new KeyvStore(table), namespace: "a::c" });
    await odd.set(":k", 1);
    await beside.set("k", 2);
    expect(await odd.get(":k")).toBe(1);
    await odd.clear();
    expect(await odd.get(":k")).toBeUndefined();
    expect(await beside.get("k")).toBe(2);
  });

  test("namespaceSeparator is that of a bridge of one's own", async () => {
    const table = memoryTable();
    const store = new KeyvStore(table, { namespaceSeparator: "/" });
    const bridge = new KeyvBridgeAdapter(store, { namespaceSeparator: "/" });
    await new Keyv6({ store: bridge, namespace: "users" }).set("k", 1);
    expect(table.first()).toEqual(["users", "k"]);
  });
});

describe("a KeyvStore that several Keyvs of version 5 share", () => {
  test("keeps their keys apart, and refuses to clear a namespace that Keyv doesn't name", async () => {
    const table = memoryTable();
    const store = new KeyvStore(table);
    const a = new Keyv5({ store, namespace: "users" });
    const b = new Keyv5({ store, namespace: "users:archive" });
    const errors: unknown[] = [];
    b.on("error", (error) => errors.push(error));
    await a.set("k", "a");
    await b.set("k", "b");
    expect([await a.get("k"), await b.get("k")]).toEqual(["a", "b"]);
    expect([...table.keys()]).toEqual([
      ["users", "k"],
      ["users:archive", "k"],
    ]);
    await b.clear();
    expect(table.size).toBe(2);
    expect(String(errors)).toContain('several namespaces ("users", "users:archive")');
  });

  test("refuses keys that aren't joined", async () => {
    const store = new KeyvStore(memoryTable());
    new Keyv5({ store, namespace: "a", useKeyPrefix: false });
    const b = new Keyv5({ store, namespace: "b", useKeyPrefix: false, throwOnErrors: true });
    await expect(b.set("k", 1)).rejects.toMatchObject({ code: "STORE_INVALID_OPERATION" });
  });
});

test("Keyv 5 with useKeyPrefix: false clears its own namespace", async () => {
  const table = memoryTable();
  const [a, b] = ["a", "b"].map(
    (namespace) => new Keyv5({ store: new KeyvStore(table), namespace, useKeyPrefix: false }),
  ) as [Keyv5, Keyv5];
  await a.set("k", 1);
  await b.set("k", 2);
  await a.clear();
  expect([await a.get("k"), await b.get("k")]).toEqual([undefined, 2]);
});

test("a namespace that is assigned to Keyv 5 later counts", async () => {
  const table = memoryTable();
  const keyv = new Keyv5({ store: new KeyvStore(table), namespace: "a" });
  await keyv.set("k", 1);
  keyv.namespace = "b";
  await keyv.set("k", 2);
  await keyv.clear();
  expect([...table.keys()]).toEqual([["a", "k"]]);
});

test.each(["bag", "duplicate_bag"] as const)("a %s is refused", (type) => {
  const store = createStore({ adapter: memoryAdapter });
  onTestFinished(() => store.close());
  const table = store.ensureTable<KeyvRecord>("cache", "bag", { type });
  expect(() => new KeyvStore(table)).toThrowError(
    expect.objectContaining({ code: "STORE_TABLE_TYPE_MISMATCH" }),
  );
});

test("an empty separator is refused", () => {
  const table = memoryTable();
  expect(() => new KeyvStore(table, { namespaceSeparator: "" })).toThrowError(StoreError);
});

test("it is a store to the types of both versions, over any table", () => {
  const store = createStore({ adapter: memoryAdapter });
  onTestFinished(() => store.close());
  const table = store.ensureTable("cache", "keyv");
  new Keyv5(new KeyvStore(table), { namespace: "a" });
  new Keyv6(new KeyvBridgeAdapter(new KeyvStore(table)), { namespace: "a" });
  expect(table.size).toBe(0);
});
