import { createStore, type Store } from "@store/core";
import { expect, test } from "vitest";
import { createFileAdapter } from "../../src/file-adapter.js";
import { createTimerHeartbeat } from "../support/timer-heartbeat.js";
import { TreeRig } from "../support/tree-rig.js";

/** Another process, which reads. */
function readerOf({ fileSystem, host }: TreeRig): Store<"sync"> {
  return createStore({
    adapter: createFileAdapter({
      fileSystem,
      host: host.spawn(),
      createHeartbeat: createTimerHeartbeat,
    }),
    options: { dataDir: "/data", readOnly: true },
  });
}

function keysIn(store: Store<"sync">): unknown[] {
  return [...store.ensureTable("d", "t").keys()].sort();
}

test("a reader lists a table that was created since, and not one that was dropped, a second later", () => {
  const rig = new TreeRig();
  const owner = rig.open();
  owner.ensureTable("d", "old");
  const reader = readerOf(rig);
  const names = () => reader.tables("d").map(({ name }) => name);
  reader.ensureTable("d", "t");
  expect(names()).toEqual(["old", "t"]);
  owner.dropTable("d", "old");
  owner.ensureTable("d", "new");
  rig.host.advance(1_000);
  expect(names()).toEqual(["new", "t"]);
});

test("a reader sees what the next owner of a killed one's directory writes", () => {
  const rig = new TreeRig();
  rig.open().ensureTable("d", "t").insert([1]);
  rig.kill();
  const table = rig.open().ensureTable("d", "t");
  const early = readerOf(rig);
  expect(keysIn(early)).toEqual([1]);
  table.insert([2]);
  expect(keysIn(readerOf(rig))).toEqual([1, 2]);
  rig.host.advance(1_000);
  expect(keysIn(early)).toEqual([1, 2]);
});

test("a reader sees no write that was taken back, and those after it", () => {
  const rig = new TreeRig();
  const table = rig.open().ensureTable("d", "t");
  table.insert([1]);
  const early = readerOf(rig);
  expect(keysIn(early)).toEqual([1]);
  // The write is there; the look at the lease behind it fails.
  rig.host.shiftWallTime(10_000);
  rig.fileSystem.fail({ nth: 1, code: "EIO", calls: ["touch", "list"], lasting: true });
  expect(() => table.insert(["never"])).toThrow();
  rig.fileSystem.heal();
  table.insert([2]);
  rig.host.advance(1_000);
  expect(keysIn(early)).toEqual([1, 2]);
  expect(keysIn(readerOf(rig))).toEqual([1, 2]);
});
