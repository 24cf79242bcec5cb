import { expect, test } from "vitest";
import { TreeDisk } from "../support/tree-disk.js";
import { TreeRig } from "../support/tree-rig.js";

/** Of a data directory, whatever is in it (I9). */
const MOST_DESCRIPTORS = 64;

test("an owner has few descriptors open, however many tables and runs there are", () => {
  const disk = new TreeDisk();
  // Each write but the first flushes the one before: there are as many runs as there may be.
  const store = disk.open({ writeBufferBytes: 1 });
  let most = 0;
  for (let table = 0; table < 200; table++) {
    store.ensureTable("d", `table ${table}`).insert([table]);
    most = Math.max(most, disk.memory.openCount);
  }
  expect(most).toBeGreaterThan(39);
  expect(most).toBeLessThan(MOST_DESCRIPTORS);
  const reader = disk.open({ readOnly: true });
  expect(reader.ensureTable("d", "table 7").size).toBe(1);
  expect(disk.memory.openCount - most).toBeLessThan(MOST_DESCRIPTORS);
  reader.close();
  store.close();
  expect(disk.memory.openCount).toBe(0);
});

test("an open that fails, at whichever call, leaves no descriptor open", () => {
  for (let nth = 1, hasFailed = true; hasFailed; nth++) {
    const rig = new TreeRig();
    const store = rig.open({ writeBufferBytes: 1 });
    const table = store.ensureTable("d", "t");
    table.insert([1]);
    table.insert([2]);
    rig.kill();
    const before = rig.memory.openCount;
    rig.fileSystem.fail({
      nth,
      code: "EIO",
      calls: ["create", "link", "open", "size", "read", "write", "sync", "syncDirectory", "rename"],
    });
    try {
      rig.open().close();
    } catch {}
    ({ hasFailed } = rig.fileSystem);
    expect(rig.memory.openCount, `call ${nth}`).toBe(before);
  }
});
