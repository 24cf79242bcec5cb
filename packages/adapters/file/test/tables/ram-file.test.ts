import type { StoreRecord, TableType } from "@store/core";
import { describe, expect, test } from "vitest";
import { Disk } from "../support/disk.js";

const TYPES: readonly TableType[] = ["set", "ordered_set", "bag", "duplicate_bag"];

const IO = expect.objectContaining({ code: "STORE_IO" });
const FENCED = expect.objectContaining({ code: "STORE_FENCED" });
/** Lets promises that are settled call back. */
const settled = () => new Promise((resolve) => setImmediate(resolve));

const MEBIBYTE = 2 ** 20;

describe.each(TYPES)("ramFile, a %s", (type) => {
  test("writes nothing before sync, and then one batch", () => {
    const disk = new Disk();
    const table = disk.open({ type, ramFile: true, autoSave: Number.POSITIVE_INFINITY });
    const logs = () => disk.files().filter((name) => name.endsWith(".log"));
    const bytes = () => logs().reduce((sum, name) => sum + disk.read(name).length, 0);
    // The log gets its spare segment.
    disk.host.runDeferred();
    const before = [logs(), bytes()];
    for (let key = 0; key < 1_000; key++) table.insert([key, "x".repeat(100)]);
    table.delete(1);
    table.take(2);
    table.deleteObject([3, "x".repeat(100)]);
    table.insertMany([
      ["a", 1],
      ["b", 1],
    ]);
    disk.host.advance(60_000);
    expect([logs(), bytes()]).toEqual(before);
    expect(disk.fileSystem.count("syncInBackground")).toBe(0);
    const writes = disk.fileSystem.count("write");
    table.sync();
    expect(table.info().diskBytes).toBeGreaterThan(100_000);
    expect(disk.fileSystem.count("write")).toBeGreaterThan(writes);
    const synced = disk.fileSystem.count("write");
    table.sync();
    expect(disk.fileSystem.count("write")).toBe(synced);
  });

  test("killed, it loses what was written since the last sync, and exactly that", () => {
    const disk = new Disk();
    const table = disk.open({ type, ramFile: true });
    table.insertMany([
      ["a", 1],
      ["b", 1],
      ["c", 1],
    ]);
    table.sync();
    table.delete("a");
    table.insert(["b", 2]);
    table.insert(["d", 1]);
    disk.kill();
    const next = disk.open({ ramFile: true });
    expect([...next.records()]).toEqual([
      ["a", 1],
      ["b", 1],
      ["c", 1],
    ]);
    next.deleteAllObjects();
    disk.kill();
    expect(disk.open().size).toBe(3);
  });

  test("close writes everything, and both ways of opening it find that", () => {
    const disk = new Disk();
    const table = disk.open({ type, ramFile: true });
    table.insertMany([
      ["a", 1],
      ["b", { nested: [1n, new Date(0)] }],
      ["a", 2],
    ]);
    const records = [...table.records()];
    table.close();
    const onDisk = disk.open();
    expect([...onDisk.records()]).toEqual(records);
    onDisk.insert(["c", 3]);
    onDisk.close();
    expect([...disk.open({ ramFile: true }).records()]).toEqual([...records, ["c", 3]]);
  });

  test("deleteAllObjects, and what comes after it, is one change for the disk", () => {
    const disk = new Disk();
    const table = disk.open({ type, ramFile: true });
    table.insertMany([
      ["a", 1],
      ["b", 1],
    ]);
    table.sync();
    table.deleteAllObjects();
    table.insertMany([
      ["b", 2],
      ["c", 1],
    ]);
    disk.fileSystem.fail({ nth: 1, code: "ENOSPC", calls: ["write"] });
    expect(() => table.sync()).toThrowError(IO);
    table.sync();
    const details = table.info().details ?? {};
    disk.kill();
    const again = disk.open();
    expect([...again.records()]).toEqual([
      ["b", 2],
      ["c", 1],
    ]);
    expect(again.info().details?.liveBytes).toBe(details.liveBytes);
  });

  test("gives the memory of records that are gone back", () => {
    const disk = new Disk();
    const table = disk.open({ type, ramFile: true });
    const empty = Number(table.info().memoryBytes);
    const used = () => Number(table.info().memoryBytes) - empty;
    const filler = "x".repeat(1_000);
    const fill = () => {
      for (let key = 0; key < 5_000; key++) table.insert([key, filler, key]);
    };
    fill();
    expect(used()).toBeGreaterThan(5_000_000);
    expect(used()).toBeLessThan(7_000_000);
    const full = used();
    for (let round = 0; round < 3; round++) {
      for (let key = 0; key < 5_000; key += 2) table.delete(key);
      for (let key = 1; key < 5_000; key += 2) table.take(key);
      expect(used()).toBeLessThan(2 * MEBIBYTE);
      fill();
    }
    for (let key = 0; key < 5_000; key++) table.deleteObject([key, filler, key]);
    expect(used()).toBeLessThan(2 * MEBIBYTE);
    fill();
    expect(used()).toBeLessThan(1.1 * full);
    table.deleteAllObjects();
    expect(used()).toBeLessThan(2 * MEBIBYTE);
    expect(table.size).toBe(0);
  });
});

describe("ramFile", () => {
  test("a hundred thousand increments take no memory", () => {
    const disk = new Disk();
    const table = disk.open<[string, number]>({ ramFile: true });
    table.insert(["a", 0]);
    const before = Number(table.info().memoryBytes);
    for (let count = 0; count < 100_000; count++) table.updateCounter("a", 1);
    expect(Number(table.info().memoryBytes)).toBeLessThan(before + 2 ** 16);
    table.close();
    expect(disk.open().lookup("a")).toEqual([["a", 100_000]]);
  });

  test("of several records of a key in one batch, the last stays, and takes the only room", () => {
    const disk = new Disk();
    const table = disk.open({ ramFile: true });
    const batch = Array.from(
      { length: 100 },
      (_, index): StoreRecord => ["a", "x".repeat(10_000), index],
    );
    const empty = Number(table.info().memoryBytes);
    for (let round = 0; round < 5; round++) table.insertMany(batch);
    expect(table.lookup("a")).toEqual([batch[99]]);
    expect(Number(table.info().memoryBytes) - empty).toBeLessThan(50_000);
  });

  test("not even many bytes are synced in the background", () => {
    const disk = new Disk();
    const table = disk.open({ ramFile: true });
    table.insert(["a", Buffer.alloc(9 * MEBIBYTE)]);
    table.sync();
    expect(disk.fileSystem.count("syncInBackground")).toBe(0);
  });

  test("each read is a new copy", () => {
    const disk = new Disk();
    const table = disk.open({ ramFile: true });
    table.insert(["a", { b: 1 }]);
    const [record] = table.lookup("a");
    expect(table.lookup("a")[0]).not.toBe(record);
    expect(table.lookup("a")[0]?.[1]).not.toBe(record?.[1]);
  });

  test("a sync that fails leaves the disk as it was, and the next one writes everything", () => {
    const disk = new Disk();
    const table = disk.open({ type: "bag", ramFile: true });
    const old = Array.from({ length: 20 }, (_, index): StoreRecord => ["a", index]);
    table.insertMany(old);
    table.sync();
    table.deleteObject(["a", 3]);
    table.insert(["a", "new"]);
    table.insert(["b", "x".repeat(3 * MEBIBYTE)]);
    const records = [...table.records()];
    disk.fileSystem.halvesTransfers = true;
    disk.fileSystem.fail({ nth: 3, code: "EIO", calls: ["write"] });
    expect(() => table.sync()).toThrowError(IO);
    disk.fileSystem.halvesTransfers = false;
    expect([...table.records()]).toEqual(records);
    disk.fileSystem.fail({ nth: 1, code: "EIO", calls: ["write"] });
    expect(() => table.sync()).toThrowError(IO);
    table.sync();
    disk.kill();
    expect([...disk.open().records()]).toEqual(records);
  });

  test("killed after a sync that failed in its midst, it has what the one before left", () => {
    const disk = new Disk();
    const table = disk.open({ ramFile: true });
    table.insert(["a", 1]);
    table.sync();
    table.deleteAllObjects();
    for (let key = 0; key < 100; key++) table.insert([key, "x".repeat(50_000)]);
    disk.fileSystem.fail({ nth: 4, code: "EIO", calls: ["write"] });
    expect(() => table.sync()).toThrowError(IO);
    disk.kill();
    expect([...disk.open().records()]).toEqual([["a", 1]]);
  });

  test("when it isn't known what is on disk, a write in memory is refused as well", () => {
    const disk = new Disk();
    const table = disk.open({ ramFile: true });
    table.insert(["a", 1]);
    disk.fileSystem.fail({ nth: 1, code: "EIO", calls: ["sync"], lasting: true });
    expect(() => table.sync()).toThrowError(IO);
    disk.fileSystem.heal();
    expect(() => table.insert(["b", 1])).toThrowError(IO);
    expect(() => table.deleteAllObjects()).toThrowError(IO);
    expect([...table.records()]).toEqual([["a", 1]]);
    expect(() => table.sync()).toThrowError(IO);
    expect(() => table.close()).toThrowError(IO);
  });

  test("close gives the table back, also when its sync fails", () => {
    const disk = new Disk();
    const table = disk.open({ ramFile: true });
    table.insert(["a", 1]);
    table.sync();
    table.insert(["b", 1]);
    disk.fileSystem.fail({ nth: 1, code: "ENOSPC", calls: ["write"] });
    expect(() => table.close()).toThrowError(IO);
    expect(disk.memory.openCount).toBe(0);
    disk.host = disk.host.spawn();
    expect([...disk.open().records()]).toEqual([["a", 1]]);
  });

  test("autoSave writes what is held, and brings it to disk", async () => {
    const disk = new Disk();
    const table = disk.open({ ramFile: true, autoSave: 1_000 });
    table.insert(["a", 1]);
    disk.host.advance(1_000);
    await settled();
    table.insert(["b", 1]);
    disk.kill();
    expect([...disk.open().records()]).toEqual([["a", 1]]);
  });

  test("a lost lease is STORE_FENCED for each write in memory, and for sync", () => {
    const disk = new Disk();
    const stalled = disk.open({ ramFile: true, autoSave: Number.POSITIVE_INFINITY });
    stalled.insert(["a", 1]);
    stalled.sync();
    const first = disk.host;
    first.stop();
    disk.host.advance(60_000);
    disk.host = first.spawn();
    const taken = disk.open();
    first.resume();
    expect(() => stalled.insert(["b", 1])).toThrowError(FENCED);
    expect(() => stalled.sync()).toThrowError(FENCED);
    expect(() => stalled.insert(["c", 1])).toThrowError(FENCED);
    expect(() => stalled.delete("a")).toThrowError(FENCED);
    expect(() => stalled.deleteAllObjects()).toThrowError(FENCED);
    expect([...stalled.records()]).toEqual([["a", 1]]);
    expect(() => stalled.close()).toThrowError(FENCED);
    expect([...taken.records()]).toEqual([["a", 1]]);
  });
});
