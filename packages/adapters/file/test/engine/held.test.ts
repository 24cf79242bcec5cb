import { expect, onTestFinished, test, vi } from "vitest";
import { OLDEST } from "../../prove/power-cut/chooser.js";
import { Log } from "../../src/log/log.js";
import { TreeRig } from "../support/tree-rig.js";

const IO_ERROR = expect.objectContaining({ code: "STORE_IO" });

test("what was held, and is written in another segment after a write that failed, is found again", () => {
  const rig = new TreeRig();
  const table = rig.open({ ramFile: true }).ensureTable("d", "t");
  table.insert([1]);
  table.sync();
  table.insert([2]);
  rig.fileSystem.fail({ nth: 1, code: "ENOSPC", calls: ["write"] });
  expect(() => table.sync()).toThrow(IO_ERROR);
  table.insert([3]);
  table.sync();
  const after = rig.cutPower(OLDEST).open({ ramFile: true });
  expect([...after.ensureTable("d", "t").records()]).toEqual([[1], [2], [3]]);
});

test("what was written before is still there when what is held is changed again and again, and so its last change", () => {
  const rig = new TreeRig();
  const table = rig.open({ ramFile: true }).ensureTable<[string, string]>("d", "t");
  table.insertMany([
    ["kept", "written".repeat(5_000)],
    ["changed", "written"],
  ]);
  table.sync();
  const written = Number(table.info().diskBytes);
  const condensed = vi.spyOn(Log.prototype, "replaceHeld");
  onTestFinished(() => condensed.mockRestore());
  const last = "x".repeat(5_000);
  let changes = 0;
  while (condensed.mock.calls.length < 2 && changes < 100) {
    table.insert(["changed", `${++changes}${last}`]);
  }
  const records = [
    ["changed", `${changes}${last}`],
    ["kept", "written".repeat(5_000)],
  ];
  expect([...table.records()]).toEqual(records);
  table.sync();
  // Only the last change, and nothing once more.
  expect(Number(table.info().diskBytes) - written).toBeLessThan(10_000);
  table.delete("kept");
  table.insert(["kept", "again"]);
  table.sync();
  const after = rig.cutPower(OLDEST).open({ ramFile: true }).ensureTable("d", "t");
  expect([...after.records()]).toEqual([records[0], ["kept", "again"]]);
  expect(after.size).toBe(2);
});

test("what was held, and changed again and again, is gone after a kill; what was written is not", () => {
  const rig = new TreeRig();
  const table = rig.open({ ramFile: true }).ensureTable<[string, string]>("d", "t");
  table.insert(["a", "written"]);
  table.sync();
  for (let change = 0; change < 30; change++) table.insert(["a", `${change}`.repeat(5_000)]);
  rig.kill();
  const after = rig.open({ ramFile: true }).ensureTable("d", "t");
  expect([...after.records()]).toEqual([["a", "written"]]);
});
