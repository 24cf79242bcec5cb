import { expect, test } from "vitest";
import { OLDEST } from "../../prove/power-cut/chooser.js";
import { TreeRig } from "../support/tree-rig.js";

test("a data directory whose name couldn't be synced is synced by the next open", () => {
  const rig = new TreeRig();
  rig.fileSystem.fail({ nth: 1, code: "EIO", calls: ["syncDirectory"] });
  expect(() => rig.open()).toThrow(expect.objectContaining({ code: "STORE_IO" }));
  const table = rig.open().ensureTable("d", "t");
  table.insert([1]);
  table.sync();
  const after = rig.cutPower(OLDEST).open();
  expect([...after.ensureTable("d", "t").records()]).toEqual([[1]]);
});
