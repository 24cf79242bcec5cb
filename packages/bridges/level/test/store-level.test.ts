import { createStore, StoreError } from "@store/core";
import { memoryAdapter } from "@store/memory";
import { describe, expect, onTestFinished, test, vi } from "vitest";
import { type LevelRecord, StoreLevel } from "../src/index.js";
import { file, memory, sqlite } from "./support/backends.js";

function memoryTable() {
  const store = createStore({ adapter: memoryAdapter });
  onTestFinished(() => store.close());
  return store.ensureTable<LevelRecord>("level", "t", { type: "ordered_set" });
}

test("a batch that puts and deletes is one change of the adapter; if that fails, nothing changed", async () => {
  let fails = false;
  let count = 0;
  const adapter: typeof memoryAdapter = {
    ...memoryAdapter,
    open(...args) {
      const backend = memoryAdapter.open(...args);
      return {
        openTable: (...given) => backend.openTable(...given),
        tables: (domain) => backend.tables(domain),
        dropTable: (domain, name) => backend.dropTable(domain, name),
        close: () => backend.close(),
        applyChanges(changes) {
          count++;
          if (fails) throw new Error("the disk is full");
          backend.applyChanges?.(changes);
        },
      };
    },
  };
  const store = createStore({ adapter });
  onTestFinished(() => store.close());
  const table = store.ensureTable<LevelRecord>("level", "t", { type: "ordered_set" });
  const db = new StoreLevel(table);
  await db.batch([
    { type: "put", key: "a", value: "1" },
    { type: "del", key: "a" },
    { type: "put", key: "b", value: "1" },
    { type: "put", key: "a", value: "2" },
    { type: "del", key: "b" },
  ]);
  expect(count).toBe(1);
  expect(await db.iterator().all()).toEqual([["a", "2"]]);

  fails = true;
  const batch = db.batch().put("c", "3").del("a");
  await expect(batch.write()).rejects.toMatchObject({ code: "STORE_IO" });
  expect(await db.iterator().all()).toEqual([["a", "2"]]);
});

test("a Buffer that its owner changes later changes nothing that is stored", async () => {
  const db = new StoreLevel<Buffer, Buffer>(memoryTable(), {
    keyEncoding: "buffer",
    valueEncoding: "buffer",
  });
  const [key, value] = [Buffer.from("m"), Buffer.from("1")];
  await db.batch([
    { type: "put", key, value },
    { type: "put", key: Buffer.from("a"), value },
  ]);
  const iterator = db.iterator();
  await db.del(key);
  key.fill("0");
  value.fill("0");
  expect((await iterator.all()).map(String)).toEqual(["a,1", "m,1"]);
  for (const [, read] of await db.iterator().all()) read.fill(0);
  expect(String(await db.get(Buffer.from("a")))).toBe("1");
});

test("a bound of undefined or null is a text, as in every Level", async () => {
  const db = new StoreLevel(memoryTable());
  await db.batch(["a", "m", "z"].map((key) => ({ type: "put", key, value: "" })));
  await db.clear({ gte: undefined as unknown as string });
  expect(await db.keys().all()).toEqual(["a", "m"]);
  expect(await db.keys({ gt: null as unknown as string }).all()).toEqual([]);
});

test("keys are ordered by their bytes, not by UTF-16", async () => {
  const db = new StoreLevel(memoryTable());
  const keys = ["\u{1f600}", "\uffee", "\ufeffmark", "z", "", "a\0", "a"];
  await db.batch(keys.map((key) => ({ type: "put", key, value: key })));
  expect(await db.keys().all()).toEqual(["", "a", "a\0", "z", "\ufeffmark", "\uffee", "\u{1f600}"]);
});

test("sublevels are apart, and one batch writes to several", async () => {
  const table = memoryTable();
  const db = new StoreLevel<string, unknown>(table, { valueEncoding: "json" });
  const users = db.sublevel<string, object>("users", { valueEncoding: "json" });
  const names = db.sublevel("names");
  await db.batch([
    { type: "put", sublevel: users, key: "1", value: { name: "Ada" } },
    { type: "put", sublevel: names, key: "Ada", value: "1" },
  ]);
  expect(await users.get("1")).toEqual({ name: "Ada" });
  expect(await names.iterator().all()).toEqual([["Ada", "1"]]);
  await names.clear();
  expect(table.size).toBe(1);
});

test("close leaves the table open, and the database can be opened again", async () => {
  const table = memoryTable();
  const db = new StoreLevel(table);
  await db.put("k", "v");
  await db.close();
  expect(table.size).toBe(1);
  await expect(db.get("k")).rejects.toMatchObject({ code: "LEVEL_DATABASE_NOT_OPEN" });
  await db.open();
  expect(await db.get("k")).toBe("v");
});

test("{ sync: true } brings the write to the disk, as in classic-level", async () => {
  const original = memoryTable();
  const sync = vi.fn();
  const table = { ...original, size: 0, sync };
  const db = new StoreLevel(table);
  await db.put("k", "v");
  expect(sync).not.toHaveBeenCalled();
  await db.put("k", "v", { sync: true } as object);
  await db.del("k", { sync: true } as object);
  await db.batch([{ type: "put", key: "a", value: "b" }], { sync: true } as object);
  expect(sync).toHaveBeenCalledTimes(3);
});

test("what expires in the table is gone", async () => {
  vi.useFakeTimers({ toFake: ["Date"] });
  onTestFinished(() => void vi.useRealTimers());
  const store = createStore({ adapter: memoryAdapter });
  onTestFinished(() => store.close());
  const options = { type: "ordered_set", expireAfter: 1_000 } as const;
  const db = new StoreLevel(store.ensureTable<LevelRecord>("level", "t", options));
  await db.put("k", "v");
  vi.setSystemTime(Date.now() + 1_001);
  expect(await db.get("k")).toBeUndefined();
});

test("the error of a closed store is the table's", async () => {
  const store = createStore({ adapter: memoryAdapter });
  const table = store.ensureTable("level", "t", { type: "ordered_set" });
  const db = new StoreLevel(table);
  await db.open();
  store.close();
  await expect(db.put("k", "v")).rejects.toMatchObject({ code: "STORE_TABLE_CLOSED" });
});

test.each(["set", "bag", "duplicate_bag"] as const)("a %s is refused", (type) => {
  const store = createStore({ adapter: memoryAdapter });
  onTestFinished(() => store.close());
  const table = store.ensureTable<LevelRecord>("level", "t", { type });
  expect(() => new StoreLevel(table)).toThrowError(
    expect.objectContaining({ code: "STORE_TABLE_TYPE_MISMATCH" }),
  );
});

test("a handle that is wrapped does all but a batch of puts and deletes, which it refuses", async () => {
  const original = memoryTable();
  const db = new StoreLevel({ ...original, size: 0 } as typeof original);
  await db.batch([{ type: "put", key: "a", value: "1" }]);
  const refused = db.batch([
    { type: "put", key: "b", value: "1" },
    { type: "del", key: "a" },
  ]);
  await expect(refused).rejects.toBeInstanceOf(StoreError);
  expect(await db.iterator().all()).toEqual([["a", "1"]]);
});

describe.each([memory, file, sqlite])("the manifest over $name", ({ name, isThere, open }) => {
  test.skipIf(!isThere)(
    "says what outlives the process, and what other processes may write",
    async () => {
      const { newTable, close } = open("sync");
      onTestFinished(close);
      expect(new StoreLevel(await newTable()).supports).toMatchObject({
        permanence: name !== "memory",
        explicitSnapshots: name !== "sqlite",
        implicitSnapshots: name !== "sqlite",
        has: true,
        getSync: true,
        seek: true,
        signals: { iterators: false },
      });
    },
  );
});
