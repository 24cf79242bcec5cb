import { expect, test } from "vitest";
import { TreeRig } from "../support/tree-rig.js";

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
