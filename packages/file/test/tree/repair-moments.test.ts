import type { StoreRecord } from "@store/core";
import { expect, test } from "vitest";
import { changed, DATA_DIR, type Files, filesAfter, TreeDisk } from "../support/tree-disk.js";

const COUNT = 400;

/** A run of records that expire, of whose index of moments a block is damaged. */
function damagedMoments(): Files {
  const files = filesAfter((store, { host }) => {
    const table = store.ensureTable<StoreRecord>("d", "t");
    for (let key = 0; key < COUNT; key++) {
      table.insert([key, "x".repeat(100)], { expiresAt: host.wallTime() + 60_000 + key });
    }
    store.close();
  });
  const run = [...files.keys()].find((name) => name.endsWith(".run")) as string;
  const content = Buffer.from(files.get(run) as Buffer);
  content.writeUInt8(content.readUInt8(4596) ^ 1, 4596);
  return changed(files, run, content);
}

test("what a repair wrote that brought back moments can do without the manifest", () => {
  const disk = TreeDisk.with(damagedMoments());
  expect(disk.open({ repair: "force" }).ensureTable("d", "t").size).toBe(COUNT);
  // Removes the epoch before.
  disk.host.runDeferred();
  disk.kill();
  const epochs = disk.memory.list(DATA_DIR).filter((name) => name.startsWith("E"));
  expect(epochs.length).toBe(1);
  disk.memory.remove(`${DATA_DIR}/${epochs[0]}/MANIFEST`);
  const table = disk.open().ensureTable<StoreRecord>("d", "t");
  expect(table.size).toBe(COUNT);
  expect([...table.records()].length).toBe(COUNT);
  for (let turn = 0; turn < 40; turn++) disk.host.advance(30_000);
  expect(table.size).toBe(0);
});
