import { expect, test } from "vitest";
import { OLDEST } from "../../prove/power-cut/chooser.js";
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
