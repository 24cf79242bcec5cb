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
