import { expect, test } from "vitest";
import { decodeManifest, encodeManifest, type Manifest } from "../../src/format/manifest.js";
import { readWhole } from "../../src/platform/whole-file.js";
import { TreeDisk } from "../support/tree-disk.js";

/** The background never has a turn: each write but the first flushes the one before, in the call. */
const EACH = { writeBufferBytes: 1 };

function manifestOf(disk: TreeDisk): { readonly path: string; readonly manifest: Manifest } {
  const path = [...disk.files().keys()].filter((name) => name.endsWith("/MANIFEST")).at(-1) ?? "";
  return { path, manifest: decodeManifest(readWhole(disk.memory, path)) as Manifest };
}

test("a writer that is ahead of the background merges the runs itself before there are too many", () => {
  const disk = new TreeDisk();
  const table = disk.open(EACH).ensureTable("d", "t");
  let most = 0;
  for (let key = 0; key < 100; key++) {
    table.insert([key]);
    most = Math.max(most, manifestOf(disk).manifest.runs.length);
  }
  expect(most).toBe(39);
  expect(manifestOf(disk).manifest.runs.length).toBeLessThan(40);
  expect(table.size).toBe(100);
  expect([...table.keys()]).toHaveLength(100);
});

test("a writer doesn't wait where there are many runs, and too few of each level to be merged", () => {
  const disk = new TreeDisk();
  const store = disk.open(EACH);
  const table = store.ensureTable("d", "t");
  while (manifestOf(disk).manifest.runs.length < 38) table.insert([table.size]);
  store.close();
  // Four of each level.
  const { path, manifest } = manifestOf(disk);
  const runs = manifest.runs.map((run, index) => ({ ...run, level: 1 + Math.floor(index / 4) }));
  disk.memory.remove(path);
  const file = disk.memory.create(path);
  const content = encodeManifest({ ...manifest, runs });
  disk.memory.write(file, content, 0, content.length, 0);
  disk.memory.close(file);
  const after = disk.open(EACH).ensureTable("d", "t");
  const before = after.size;
  for (let key = 0; key < 3; key++) after.insert([`more ${key}`]);
  expect(manifestOf(disk).manifest.runs).toHaveLength(41);
  expect(after.size).toBe(before + 3);
});
