import { expect, test } from "vitest";
import { TreeRig } from "../support/tree-rig.js";

test("the flush of what a killed owner left makes no second spare segment", async () => {
  const rig = new TreeRig();
  rig.open().ensureTable("d", "t").insert([1]);
  rig.kill();
  rig.open();
  await rig.workAll();
  const logs = rig.memory.list("/data/E000002").filter((name) => name.endsWith(".log"));
  expect(logs).toHaveLength(2);
});
