import { createStore, type Store } from "@store/core";
import { expect, test, vi } from "vitest";
import type { ManualHost } from "../../simulation/manual-host.js";
import { SystemError } from "../../simulation/system-error.js";
import { createTimerHeartbeat } from "../../simulation/timer-heartbeat.js";
import { createFileAdapter } from "../../src/file-adapter.js";
import type { FileSystem } from "../../src/platform/file-system.js";
import { TreeRig } from "../support/tree-rig.js";

type Environment = { readonly fileSystem: FileSystem; readonly host: ManualHost };

/** Another process, which reads. */
function readerOf({ fileSystem, host }: Environment): Store<"sync"> {
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

test("a reader forgets a write that it saw and that was taken back then", () => {
  const rig = new TreeRig();
  const table = rig.open().ensureTable("d", "t");
  table.insert([1]);
  const reader = readerOf({ fileSystem: rig.memory, host: rig.host });
  expect(keysIn(reader)).toEqual([1]);
  rig.host.advance(500);
  rig.host.shiftWallTime(10_000);
  let seen: unknown[] = [];
  // The owner's look at the lease, behind the write.
  const looks = (["touch", "list"] as const).map((name) =>
    vi.spyOn(rig.fileSystem, name).mockImplementation(() => {
      seen = keysIn(reader);
      throw new SystemError("EIO", name, "lease");
    }),
  );
  expect(() => table.insert([2])).toThrow();
  for (const look of looks) look.mockRestore();
  expect(seen).toEqual([1, 2]);
  table.insert([3]);
  rig.host.advance(500);
  expect(keysIn(reader)).toEqual([1, 3]);
});

test("a reader finds nothing in a table that was dropped, and what comes by its name and type", () => {
  const rig = new TreeRig();
  const owner = rig.open();
  owner.ensureTable("d", "t").insert([1]);
  const table = readerOf(rig).ensureTable("d", "t");
  const seen = () => {
    rig.host.advance(500);
    return [table.size, ...table.keys()];
  };
  expect(seen()).toEqual([1, 1]);
  owner.dropTable("d", "t");
  expect(seen()).toEqual([0]);
  owner.ensureTable("d", "t", { type: "bag" }).insert([2]);
  expect(seen()).toEqual([0]);
  owner.dropTable("d", "t");
  owner.ensureTable("d", "t").insertMany([[3], [4]]);
  expect(seen()).toEqual([2, 3, 4]);
});

test("a reader sees no record whose moment is past, and goes by its own clock", () => {
  const rig = new TreeRig();
  const table = rig.open().ensureTable("d", "t");
  table.insert([1], { expiresAt: rig.host.wallTime() + 100 });
  table.insert([2]);
  const reader = readerOf(rig);
  expect(keysIn(reader)).toEqual([1, 2]);
  rig.host.shiftWallTime(100);
  expect(keysIn(reader)).toEqual([2]);
  expect(reader.ensureTable("d", "t").lookup(1)).toEqual([]);
});

test("a reader writes nothing, also not by a batch, and says how much there is on disk", () => {
  const rig = new TreeRig();
  const owner = rig.open();
  owner.ensureTable("d", "t").insert([1]);
  owner.close();
  const reader = readerOf(rig);
  const table = reader.ensureTable("d", "t");
  expect(table.info().diskBytes).toBeGreaterThan(0);
  const writes = rig.fileSystem.count("write");
  const readOnly = expect.objectContaining({ code: "STORE_READ_ONLY" });
  expect(() => reader.batch().insert(table, [2]).delete(table, 1).commit()).toThrow(readOnly);
  expect(rig.fileSystem.count("write")).toBe(writes);
  expect(keysIn(reader)).toEqual([1]);
});

test("a reader reads the last epoch that has a manifest: that of the next owner may not have one yet", () => {
  const rig = new TreeRig();
  const owner = rig.open();
  owner.ensureTable("d", "t").insert([1]);
  rig.memory.makeDirectory("/data/E000009");
  expect(keysIn(readerOf(rig))).toEqual([1]);
});

test("a reader looks again when a file is gone that the manifest named, but not for ever", () => {
  const rig = new TreeRig();
  const owner = rig.open();
  owner.ensureTable("d", "t").insert([1]);
  rig.fileSystem.fail({ nth: 2, code: "ENOENT", calls: ["open"] });
  expect(keysIn(readerOf(rig))).toEqual([1]);
  expect(rig.fileSystem.hasFailed).toBe(true);
  for (const name of rig.memory.list("/data/E000001")) {
    if (name.endsWith(".log")) rig.memory.remove(`/data/E000001/${name}`);
  }
  const missing = expect.objectContaining({
    code: "STORE_CORRUPT",
    message: expect.stringContaining("a file of /data is missing"),
  });
  expect(() => keysIn(readerOf(rig))).toThrow(missing);
});

test("a reader whose open fails, at whichever call, leaves no descriptor open", () => {
  const rig = new TreeRig();
  const owner = rig.open({ writeBufferBytes: 1 });
  owner.ensureTable("d", "t").insertMany([[1], [2]]);
  owner.ensureTable("d", "t").insert([3]);
  const before = rig.memory.openCount;
  for (let nth = 1, hasFailed = true; hasFailed; nth++) {
    rig.fileSystem.hasFailed = false;
    rig.fileSystem.fail({ nth, code: "EIO", calls: ["status", "list", "open", "size", "read"] });
    const reader = readerOf(rig);
    try {
      expect(keysIn(reader)).toEqual([1, 2, 3]);
    } catch (error) {
      expect(error, `call ${nth}`).toMatchObject({ code: "STORE_IO" });
    }
    ({ hasFailed } = rig.fileSystem);
    rig.fileSystem.heal();
    reader.close();
    expect(rig.memory.openCount, `call ${nth}`).toBe(before);
  }
});
