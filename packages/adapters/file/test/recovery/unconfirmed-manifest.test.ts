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

test("autoSave brings a manifest to disk whose directory couldn't be synced, off the main thread", async () => {
  const rig = adopted();
  const table = rig.open({ autoSave: 1_000 }).ensureTable("d", "t");
  await rig.workUntilRenamed();
  await rig.land(new Error("the directory isn't synced"));
  // The failure in the background is told.
  expect(() => table.insert([2])).toThrow();
  table.insert([2]);
  const syncs = () => rig.fileSystem.count("sync") + rig.fileSystem.count("syncDirectory");
  const before = syncs();
  rig.host.advance(1_000);
  while (await rig.land());
  expect(syncs()).toBe(before);
  const after = rig.cutPower(OLDEST).open();
  expect([...after.ensureTable("d", "t").records()]).toEqual([[1], [2]]);
});

test("autoSave waits for the flush of what a killed owner left, and sees to it", async () => {
  const rig = adopted();
  const table = rig.open({ autoSave: 2_000 }).ensureTable("d", "t");
  await rig.work();
  await rig.land(new Error("the run isn't synced"));
  expect(() => table.insert([2])).toThrow();
  table.insert([2]);
  // Nothing else begins the flush again.
  rig.host.advance(2_000);
  await rig.workAll();
  rig.host.advance(2_000);
  await rig.workAll();
  const after = rig.cutPower(OLDEST).open();
  expect([...after.ensureTable("d", "t").records()]).toEqual([[1], [2]]);
});

test("a close says what failed in the background, and leaves everything on disk all the same", async () => {
  const rig = adopted();
  const store = rig.open();
  store.ensureTable("d", "t").insert([2]);
  await rig.work();
  await rig.land(new Error("the run isn't synced"));
  expect(() => store.close()).toThrow("the run isn't synced");
  const after = rig.cutPower(OLDEST).open();
  expect([...after.ensureTable("d", "t").records()]).toEqual([[1], [2]]);
});
