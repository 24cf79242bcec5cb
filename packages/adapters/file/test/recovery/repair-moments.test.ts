import type { StoreRecord } from "@store/core";
import { expect, test } from "vitest";
import { FailingFileSystem } from "../../simulation/failing-file-system.js";
import { SystemError } from "../../simulation/system-error.js";
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
  for (let turn = 0; turn < 6; turn++) disk.host.advance(30_000);
  expect(table.size).toBe(0);
});

/** Long keys, so that a few records have more moments than a part has room for. */
const KEY_BYTES = 100_000;
const LONG = 90;

test("moments that a repair brings back are written in parts", () => {
  const files = filesAfter((store, { host }) => {
    const table = store.ensureTable<StoreRecord>("d", "t");
    for (let key = 0; key < LONG; key++) {
      table.insert([`${key}${"k".repeat(KEY_BYTES)}`], { expiresAt: host.wallTime() + 60_000 });
    }
    table.sync();
  });
  const manifest = [...files.keys()].find((name) => name.endsWith("/MANIFEST")) as string;
  const disk = TreeDisk.with(changed(files, manifest, undefined));
  const table = disk.open().ensureTable<StoreRecord>("d", "t");
  expect(table.size).toBe(LONG);
  const runs = [...disk.files().keys()].filter((path) => /E000002\/\d+\.run$/.test(path));
  expect(runs.length).toBe(3);
});

/** The first run can be written, but no other. */
class FullFileSystem extends FailingFileSystem {
  #runs = 0;

  override create(path: string): number {
    if (path.endsWith(".run") && ++this.#runs === 2)
      throw new SystemError("ENOSPC", "create", path);
    return super.create(path);
  }
}

test("a repair that can't write the moments is done again, and leaves no file open", () => {
  const disk = TreeDisk.with(damagedMoments());
  disk.fileSystem = new FullFileSystem(disk.memory);
  const store = disk.open({ repair: "force" });
  expect(() => store.ensureTable("d", "t")).toThrow("ENOSPC");
  expect(disk.memory.openCount).toBe(0);
  const table = store.ensureTable("d", "t");
  expect(table.size).toBe(COUNT);
});
