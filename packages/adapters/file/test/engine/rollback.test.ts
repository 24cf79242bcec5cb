import type { Store, StoreRecord } from "@store/core";
import { expect, test } from "vitest";
import { TreeRig } from "../support/tree-rig.js";

const IO_ERROR = expect.objectContaining({ code: "STORE_IO" });

test("a batch that clears a table, and fails, leaves its size as it was", () => {
  const rig = new TreeRig();
  const store = rig.open();
  const table = store.ensureTable("d", "t");
  table.insert([1]);
  rig.fileSystem.fail({ nth: 1, code: "EIO", calls: ["write"] });
  const batch = store
    .batch()
    .insertMany(table, [[2], [3]])
    .deleteAllObjects(table)
    .insert(table, [4]);
  expect(() => batch.commit()).toThrow(IO_ERROR);
  expect(table.info().size).toBe(1);
  expect([...table.records()]).toEqual([[1]]);
  table.insert([5]);
  expect(table.info().size).toBe(2);
  store.close();
});

test("a write whose sync fails is not found again when the log goes on", async () => {
  const rig = new TreeRig();
  rig.open().ensureTable("d", "t").insert([1]);
  rig.kill();
  const table = rig.open({ autoSave: 0 }).ensureTable("d", "t");
  await rig.workUntilRenamed();
  await rig.land(new Error("the directory isn't synced"));
  expect(() => table.insert([2]), "what failed in the background").toThrow(IO_ERROR);
  rig.fileSystem.fail({ nth: 1, code: "EIO", calls: ["syncDirectory"] });
  expect(() => table.insert([2])).toThrow(IO_ERROR);
  expect([...table.records()]).toEqual([[1]]);
  table.insert([3]);
  rig.kill();
  const after = rig.open().ensureTable("d", "t");
  expect([...after.records()]).toEqual([[1], [3]]);
  expect(after.info().size).toBe(2);
});

test("a write that was held, and then not written, isn't written later", () => {
  const rig = new TreeRig();
  const table = rig.open({ autoSave: 0, ramFile: true }).ensureTable("d", "t");
  table.insert([1]);
  rig.fileSystem.fail({ nth: 1, code: "ENOSPC", calls: ["write"] });
  expect(() => table.insert([2])).toThrow(IO_ERROR);
  table.insert([3]);
  rig.kill();
  const after = rig.open().ensureTable("d", "t");
  expect([...after.records()]).toEqual([[1], [3]]);
});

test("after a sync that failed, and could not be made up for, nothing is written in the background", async () => {
  const rig = new TreeRig();
  const store = rig.open({ autoSave: 0 });
  const table = store.ensureTable("d", "t");
  table.insert([1]);
  rig.fileSystem.fail({ nth: 1, code: "EIO", calls: ["sync"], lasting: true });
  expect(() => table.insert([2])).toThrow(IO_ERROR);
  expect(() => table.insert([3])).toThrow("nothing more is written");
  rig.fileSystem.heal();
  const writes = rig.fileSystem.count("write");
  rig.host.advance(60_000);
  await rig.workAll();
  expect(rig.fileSystem.count("write")).toBe(writes);
  expect([...table.records()]).toEqual([[1]]);
  expect(() => store.close()).toThrow("nothing more is written");
  expect([...rig.open().ensureTable("d", "t").records()]).toContainEqual([1]);
});

test("after such a sync, what was due on a full disk isn't written in the background either", async () => {
  const rig = new TreeRig();
  const table = rig.open({ writeBufferBytes: 2 ** 16 }).ensureTable<StoreRecord>("d", "t");
  table.insertMany([[1], [2], [3]]);
  rig.memory.capacity = 2 ** 30;
  rig.memory.capacity -= rig.memory.freeBytes() - 2 ** 15;
  expect(() => table.insert([4, "x".repeat(10_000)]), "no room can be kept").toThrow(IO_ERROR);
  table.delete(1);
  await rig.workAll();
  // It is flushed as well, but not at once.
  table.delete(2);
  rig.fileSystem.fail({ nth: 1, code: "EIO", calls: ["sync"], lasting: true });
  expect(() => table.sync()).toThrow(IO_ERROR);
  rig.fileSystem.heal();
  const writes = rig.fileSystem.count("write");
  rig.host.advance(60_000);
  await rig.workAll();
  expect(rig.fileSystem.count("write")).toBe(writes);
  expect([...table.records()]).toEqual([[3]]);
});

test("a batch of a bag that fails, and was too long for the memory of the log that there was, is taken back", () => {
  const rig = new TreeRig();
  const bag = rig.open().ensureTable<StoreRecord>("d", "bag", { type: "bag" });
  bag.insert(["before"]);
  rig.fileSystem.fail({ nth: 1, code: "EIO", calls: ["write"] });
  const failed = expect.objectContaining({ code: "STORE_IO", cause: expect.anything() });
  // A bag looks for an equal record, and so has the entries in order.
  expect(() =>
    bag.insertMany([
      ["a", "x".repeat(5_000)],
      ["a", 0],
    ]),
  ).toThrow(failed);
  expect([...bag.records()]).toEqual([["before"]]);
  bag.insertMany([
    ["a", 1],
    ["a", 2],
  ]);
  expect(bag.lookup("a")).toEqual([
    ["a", 1],
    ["a", 2],
  ]);
});

test("a table whose creation or removal can't be written is as it was, and can be made or removed later", () => {
  const rig = new TreeRig();
  const store = rig.open();
  const table = store.ensureTable("d", "t");
  table.insert([1]);
  const names = () => store.tables("d").map(({ name }) => name);
  rig.fileSystem.fail({ nth: 1, code: "EIO", calls: ["write"] });
  expect(() => store.ensureTable("d", "new")).toThrow(IO_ERROR);
  expect(names()).toEqual(["t"]);
  const created = store.ensureTable("d", "new");
  created.insertMany([[1], [2]]);
  expect(created.size).toBe(2);
  table.close();
  rig.fileSystem.fail({ nth: 1, code: "EIO", calls: ["write"] });
  expect(() => store.dropTable("d", "t")).toThrow(IO_ERROR);
  expect(names()).toEqual(["new", "t"]);
  const kept = store.ensureTable("d", "t");
  kept.insert([2]);
  expect(kept.size).toBe(2);
  store.close();
  const after = rig.open();
  expect(after.ensureTable("d", "t").size).toBe(2);
  expect(after.ensureTable("d", "new").size).toBe(2);
  expect(after.dropTable("d", "t")).toBe(true);
  expect(after.tables("d").map(({ name }) => name)).toEqual(["new"]);
});

test("a batch of thousands of records that fails is taken back, and so is a short one after it", () => {
  const rig = new TreeRig();
  const table = rig.open().ensureTable<[number, string]>("d", "t");
  const many = Array.from({ length: 5_000 }, (_, key): [number, string] => [key, "many"]);
  table.insert([4_999, "before"]);
  const fail = () => rig.fileSystem.fail({ nth: 1, code: "EIO", calls: ["write"] });
  fail();
  expect(() => table.insertMany(many)).toThrow(IO_ERROR);
  expect([...table.records()]).toEqual([[4_999, "before"]]);
  table.insertMany(many);
  fail();
  expect(() => table.insert([0, "never"])).toThrow(IO_ERROR);
  expect(table.lookup(0)).toEqual([[0, "many"]]);
  expect(table.lookup(4_999)).toEqual([[4_999, "many"]]);
  expect(table.size).toBe(5_000);
});

test("a table whose creation can't be written leaves nothing behind on disk", () => {
  const entriesAfter = (act: (store: Store<"sync">, rig: TreeRig) => void) => {
    const rig = new TreeRig();
    const store = rig.open();
    store.ensureTable("d", "t").insert([1]);
    act(store, rig);
    store.close();
    return rig.open().ensureTable("d", "t").info().details?.entries;
  };
  const failing = entriesAfter((store, rig) => {
    rig.fileSystem.fail({ nth: 1, code: "EIO", calls: ["write"] });
    expect(() => store.ensureTable("d", "new")).toThrow(IO_ERROR);
  });
  expect(failing).toBeGreaterThan(0);
  expect(failing).toBe(entriesAfter(() => {}));
});
