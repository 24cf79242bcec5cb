import { expect, test } from "vitest";
import { OLDEST } from "../../prove/power-cut/chooser.js";
import { TreeRig } from "../support/tree-rig.js";

/** A directory whose last owner was killed, so that only a flush brings to disk what it wrote. */
function adopted(): TreeRig {
  const rig = new TreeRig();
  const store = rig.open();
  store.ensureTable("d", "t").insert([1]);
  rig.kill();
  return rig;
}

test("what a flush wrote is synced when its manifest is known to be on disk, and not before", async () => {
  const rig = adopted();
  const store = rig.open();
  await rig.workUntilRenamed();
  store.ensureTable("d", "t").sync();
  const after = rig.cutPower(OLDEST).open();
  expect([...after.ensureTable("d", "t").records()]).toEqual([[1]]);
});

test("a sync tries again to bring a manifest to disk whose directory couldn't be synced", async () => {
  for (const lasting of [false, true]) {
    const rig = adopted();
    const store = rig.open();
    const table = store.ensureTable("d", "t");
    await rig.workUntilRenamed();
    rig.fileSystem.fail({ nth: 1, code: "EIO", calls: ["syncDirectory"], lasting });
    await rig.land(new Error("the directory isn't synced"));
    // The failure in the background is told.
    expect(() => table.sync()).toThrow();
    expect(() => table.sync()).toThrow();
    if (lasting) rig.fileSystem.heal();
    table.sync();
    const after = rig.cutPower(OLDEST).open();
    expect([...after.ensureTable("d", "t").records()]).toEqual([[1]]);
  }
});
