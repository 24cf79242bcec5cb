import type { StoreRecord } from "@store/core";
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
