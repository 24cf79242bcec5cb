import { expect, test } from "vitest";
import { TreeRig } from "../support/tree-rig.js";

test("a write that fails since a read does, in the flush that it needs, has changed nothing", () => {
  for (let nth = 1, hasFailed = true; hasFailed; nth++) {
    const rig = new TreeRig();
    rig
      .open({ writeBufferBytes: 1 })
      .ensureTable("d", "t")
      .insertMany([[0], [1]]);
    rig.kill();
    const store = rig.open({ autoSave: 0 });
    const table = store.ensureTable("d", "t");
    rig.fileSystem.fail({ nth, code: "EIO", calls: ["read"] });
    let isWritten = true;
    try {
      table.insert([2]);
    } catch {
      isWritten = false;
    }
    ({ hasFailed } = rig.fileSystem);
    rig.fileSystem.heal();
    const expected = isWritten ? [[0], [1], [2]] : [[0], [1]];
    expect([...table.records()], `read ${nth}`).toEqual(expected);
    table.insert([3]);
    const opened = rig.memory.openCount;
    expect(opened, `read ${nth}`).toBeLessThan(10);
    rig.kill();
    const after = rig.open().ensureTable("d", "t");
    expect([...after.records()], `read ${nth}`).toEqual([...expected, [3]]);
  }
});
