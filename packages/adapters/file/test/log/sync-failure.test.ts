import type { StoreRecord } from "@store/core";
import { describe, expect, test } from "vitest";
import { FailingFileSystem } from "../../simulation/failing-file-system.js";
import { Disk } from "../support/disk.js";

/** Lets promises that are settled call back. */
const settled = () => new Promise((resolve) => setImmediate(resolve));

const IO = expect.objectContaining({ code: "STORE_IO" });

describe("sync", () => {
  test("when it fails, what wasn't on disk is written again in a new segment, and is durable then", () => {
    const disk = new Disk();
    const table = disk.open();
    table.insertMany([
      ["a", 1],
      ["b", 1],
    ]);
    table.sync();
    table.insert(["c", 1]);
    table.insertMany([
      ["d", 1],
      ["b", 2],
    ]);
    const records = [...table.records()];
    const before = disk.files();
    disk.fileSystem.fail({ nth: 1, code: "EIO", calls: ["sync"] });
    table.sync();
    expect(disk.files()).not.toEqual(before);
    expect([...table.records()]).toEqual(records);
    const syncs = disk.fileSystem.count("sync");
    table.sync();
    expect(disk.fileSystem.count("sync")).toBe(syncs);
    table.insert(["e", 1]);
    disk.kill();
    expect([...disk.open().records()]).toEqual([...records, ["e", 1]]);
  });

  test("when that fails, too, it fails, the table takes no more writes, and goes on being read", () => {
    const disk = new Disk();
    const table = disk.open();
    table.insert(["a", 1]);
    disk.fileSystem.fail({ nth: 1, code: "EIO", calls: ["sync"], lasting: true });
    expect(() => table.sync()).toThrowError(IO);
    disk.fileSystem.heal();
    expect(() => table.sync()).toThrowError(IO);
    expect(() => table.insert(["b", 1])).toThrowError(IO);
    expect(() => table.delete("a")).toThrowError(IO);
    expect([...table.records()]).toEqual([["a", 1]]);
    expect(() => table.close()).toThrowError(IO);
    expect([...disk.open().records()]).toEqual([["a", 1]]);
  });

  test("when what was written again can't be made to count, it fails, and nothing more is written", () => {
    const disk = new Disk();
    const failing = new FailingFileSystem(disk.fileSystem);
    const table = disk.openStore({}, failing).ensureTable("d", "t");
    table.insert(["a", 1]);
    failing.fail({ nth: 1, code: "EIO", calls: ["sync"] });
    // That of the manifest.
    disk.fileSystem.fail({ nth: 1, code: "ENOSPC", calls: ["rename"] });
    expect(() => table.sync()).toThrowError(IO);
    expect(() => table.insert(["b", 1])).toThrowError(IO);
    expect([...table.records()]).toEqual([["a", 1]]);
    expect(() => table.close()).toThrowError(IO);
    expect([...disk.open().records()]).toEqual([["a", 1]]);
  });

  test("a failed one is never tried again on the same file", () => {
    const disk = new Disk();
    const table = disk.open();
    table.insert(["a", 1]);
    // The segment is torn, and the log goes on in the next one.
    disk.fileSystem.fail({ nth: 1, code: "ENOSPC", calls: ["write"] });
    expect(() => table.insert(["b", 1])).toThrowError(IO);
    table.insert(["c", 1]);
    const logs = disk.files().filter((name) => name.endsWith(".log"));
    disk.fileSystem.fail({ nth: 1, code: "EIO", calls: ["sync"] });
    table.sync();
    expect(disk.files().filter((name) => logs.slice(0, 2).includes(name))).toEqual([]);
    disk.kill();
    expect([...disk.open().records()]).toEqual([
      ["a", 1],
      ["c", 1],
    ]);
  });
});

describe("autoSave", () => {
  test("syncs in the background, so long after the first write that waits for it", async () => {
    const disk = new Disk();
    const table = disk.open({ autoSave: 1_000 });
    table.insert(["a", 1]);
    disk.host.advance(600);
    table.insert(["b", 1]);
    disk.host.advance(399);
    expect(disk.fileSystem.count("syncInBackground")).toBe(0);
    disk.host.advance(1);
    expect(disk.fileSystem.count("syncInBackground")).toBe(1);
    await settled();
    const syncs = disk.fileSystem.count("sync");
    table.sync();
    expect(disk.fileSystem.count("sync")).toBe(syncs);
    disk.host.advance(10_000);
    expect(disk.fileSystem.count("syncInBackground")).toBe(1);
  });

  test("comes in the midst of writes, too, where a program never yields to a timer", () => {
    const disk = new Disk();
    const table = disk.open({ autoSave: 1_000 });
    table.insert(["a", 1]);
    disk.host.stop();
    disk.host.advance(1_001);
    for (let write = 0; write < 256; write++) table.insert(["b", write]);
    expect(disk.fileSystem.count("syncInBackground")).toBe(1);
    const syncs = disk.fileSystem.count("sync");
    // It doesn't come to know that this one has landed.
    disk.host.advance(1_001);
    for (let write = 0; write < 512; write++) table.insert(["b", write]);
    expect(disk.fileSystem.count("sync")).toBe(syncs + 1);
  });

  test("0 syncs before each write returns, once", () => {
    const disk = new Disk();
    const table = disk.open({ autoSave: 0 });
    const syncs = disk.fileSystem.count("sync");
    table.insert(["a", 1]);
    expect(disk.fileSystem.count("sync")).toBe(syncs + 1);
    table.insertMany([
      ["b", 1],
      ["c", 1],
    ]);
    expect(disk.fileSystem.count("sync")).toBe(syncs + 2);
  });

  test("0 and a sync that fails: the write is durable in another file, or it fails and changes nothing", () => {
    const disk = new Disk();
    const table = disk.open({ autoSave: 0 });
    table.insert(["a", 1]);
    disk.fileSystem.fail({ nth: 1, code: "EIO", calls: ["sync"] });
    table.insertMany([
      ["b", 1],
      ["c", 1],
    ]);
    expect(table.lookup("c")).toEqual([["c", 1]]);
    disk.fileSystem.fail({ nth: 1, code: "EIO", calls: ["sync"], lasting: true });
    expect(() => table.insert(["a", 2])).toThrowError(IO);
    expect(table.lookup("a")).toEqual([["a", 1]]);
    expect(table.size).toBe(3);
  });

  test("Infinity never syncs by itself", () => {
    const disk = new Disk();
    const table = disk.open({ autoSave: Number.POSITIVE_INFINITY });
    const syncs = disk.fileSystem.count("sync");
    table.insert(["a", 1]);
    disk.host.advance(1e7);
    expect(disk.fileSystem.count("syncInBackground")).toBe(0);
    expect(disk.fileSystem.count("sync")).toBe(syncs);
  });

  test("when the background sync fails, the bytes are written again, and nobody need know", async () => {
    const disk = new Disk();
    const table = disk.open({ autoSave: 1_000 });
    table.insert(["a", 1]);
    disk.fileSystem.fail({ nth: 1, code: "EIO", calls: ["syncInBackground"] });
    const before = disk.files();
    disk.host.advance(1_000);
    await settled();
    expect(disk.files()).not.toEqual(before);
    table.insert(["b", 1]);
    disk.kill();
    expect([...disk.open().records()]).toEqual([
      ["a", 1],
      ["b", 1],
    ]);
  });

  test("when writing them again fails, too, the next write says so", async () => {
    const disk = new Disk();
    const table = disk.open({ autoSave: 1_000 });
    table.insert(["a", 1]);
    disk.fileSystem.fail({
      nth: 1,
      code: "EIO",
      calls: ["syncInBackground", "sync"],
      lasting: true,
    });
    disk.host.advance(1_000);
    await settled();
    disk.fileSystem.heal();
    expect(() => table.insert(["b", 1])).toThrowError(IO);
    expect(() => table.sync()).toThrowError(IO);
    expect(table.lookup("a")).toEqual([["a", 1]]);
  });

  test("a sync that succeeded, and a background sync that fails for the same bytes: they are written again", async () => {
    const disk = new Disk();
    const table = disk.open({ autoSave: 1_000 });
    table.insert(["a", 1]);
    disk.memory.background.hold();
    disk.host.advance(1_000);
    await settled();
    table.sync();
    const before = disk.files();
    disk.memory.background.settleNext(Object.assign(new Error("EIO"), { code: "EIO" }));
    await settled();
    expect(disk.files()).not.toEqual(before);
    disk.memory.background.release();
    table.insert(["b", 1]);
    disk.kill();
    expect(disk.open().size).toBe(2);
  });

  test("one sync is in flight at a time; what is written meanwhile waits for the next", async () => {
    const disk = new Disk();
    const table = disk.open({ autoSave: 1_000 });
    table.insert(["a", 1]);
    disk.memory.background.hold();
    disk.host.advance(1_000);
    await settled();
    table.insert(["b", 1]);
    disk.host.advance(5_000);
    await settled();
    expect(disk.memory.background.held).toBe(1);
    disk.memory.background.settleNext();
    await settled();
    disk.host.advance(1_000);
    await settled();
    expect(disk.memory.background.held).toBe(1);
    disk.memory.background.release();
  });

  test("close with a sync in flight leaves its descriptor open until it lands", async () => {
    const disk = new Disk();
    const table = disk.open({ autoSave: 1_000 });
    table.insert(["a", 1]);
    disk.memory.background.hold();
    disk.host.advance(1_000);
    await settled();
    table.close();
    expect(disk.memory.openCount).toBe(1);
    disk.memory.background.release();
    await settled();
    expect(disk.memory.openCount).toBe(0);
    expect([...disk.open().records()]).toEqual([["a", 1]]);
  });

  test("many bytes that wait begin a sync before autoSave says so", async () => {
    const disk = new Disk();
    const table = disk.open({ autoSave: Number.POSITIVE_INFINITY });
    const megabyte = new Uint8Array(2 ** 20).fill(1);
    disk.memory.background.hold();
    for (let key = 0; key < 5; key++) table.insert([key, megabyte]);
    await settled();
    expect(disk.fileSystem.count("syncInBackground")).toBe(1);
    for (let key = 5; key < 33; key++) table.insert([key, megabyte]);
    disk.memory.background.release();
    await settled();
    const records = [...table.records()] as StoreRecord[];
    expect(records).toHaveLength(33);
  });

  test("so many bytes that a sync in the background falls behind are waited for", async () => {
    const disk = new Disk();
    const table = disk.open({ autoSave: Number.POSITIVE_INFINITY });
    const syncs = disk.fileSystem.count("sync");
    disk.memory.background.hold();
    table.insert([1, new Uint8Array(2 ** 22)]);
    await settled();
    expect(disk.fileSystem.count("syncInBackground")).toBe(1);
    expect(disk.fileSystem.count("sync")).toBe(syncs);
    table.insert([2, new Uint8Array(2 ** 25)]);
    expect(disk.fileSystem.count("sync")).toBe(syncs + 1);
    disk.memory.background.release();
    await settled();
  });
});
