import type { StoreRecord } from "@store/core";
import { expect, test } from "vitest";
import { FailingFileSystem } from "../../simulation/failing-file-system.js";
import { changed, filesAfter, pathOf, TreeDisk } from "../support/tree-disk.js";

const COUNT = 300;

/** From some write on, nothing succeeds: the process is dead. */
class DyingFileSystem extends FailingFileSystem {
  left = Number.POSITIVE_INFINITY;

  override write(...parts: Parameters<FailingFileSystem["write"]>): number {
    if (--this.left === 0) this.fail({ nth: 1, code: "EIO", lasting: true });
    return super.write(...parts);
  }
}

test("what a repair of a log has written of a run when it dies counts for nothing", () => {
  const files = filesAfter((store) => {
    const table = store.ensureTable<StoreRecord>("d", "t");
    for (let key = 0; key < COUNT; key++) table.insert([key, `${key} `.repeat(500)]);
    table.sync();
  });
  const path = pathOf(files, "000001.log");
  const content = Buffer.from(files.get(path) as Buffer);
  content.writeUInt8(7, content.indexOf("2 2 2"));
  const damaged = changed(files, path, content);
  let hasPart = false;
  for (let nth = 1, hasFailed = true; hasFailed; nth++) {
    const disk = TreeDisk.with(damaged);
    const fileSystem = new DyingFileSystem(disk.memory);
    disk.fileSystem = fileSystem;
    fileSystem.left = nth;
    try {
      disk.open().ensureTable("d", "t");
    } catch {}
    ({ hasFailed } = fileSystem);
    const left = [...disk.files()].filter(([name]) => name.endsWith(".run"));
    if (left.some(([, { length }]) => length > 0)) hasPart = true;
    fileSystem.heal();
    fileSystem.left = Number.POSITIVE_INFINITY;
    disk.kill();
    const table = disk.open().ensureTable("d", "t");
    expect([...table.records()].length, `write ${nth}`).toBe(COUNT - 1);
  }
  expect(hasPart).toBe(true);
});
