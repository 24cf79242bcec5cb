import { _, type StoreRecord, type Table, type TableType } from "@store/core";
import { describe, expect, test } from "vitest";
import { Disk } from "../support/disk.js";

/** Lets promises that are settled call back. */
const settled = () => new Promise((resolve) => setImmediate(resolve));

const TYPES: readonly TableType[] = ["set", "ordered_set"];
const NEVER = Number.POSITIVE_INFINITY;

const IO = expect.objectContaining({ code: "STORE_IO" });
const FENCED = expect.objectContaining({ code: "STORE_FENCED" });
const OVERFLOW = expect.objectContaining({ code: "STORE_COUNTER_OVERFLOW" });
const INVALID = expect.objectContaining({ code: "STORE_INVALID_OPERATION" });

type Counted = [key: string, n: number | bigint, m: number];

/** A table with `["a", 1, 10]` and `["b", 1, 10]`, on disk; and what is there if the process dies now. */
function counted(type: TableType = "set", options: { autoSave?: number; ramFile?: boolean } = {}) {
  const disk = new Disk();
  const table = disk.open<Counted>({ type, atomicCounters: true, autoSave: NEVER, ...options });
  table.insertMany([
    ["a", 1, 10],
    ["b", 1, 10],
  ]);
  table.sync();
  return { disk, table };
}

function afterDeath(disk: Disk): StoreRecord[] {
  disk.kill();
  return [...disk.open().records()];
}

describe.each(TYPES)("atomicCounters, a %s", (type) => {
  test("counting writes nothing, and every read sees the live value", () => {
    const { disk, table } = counted(type);
    const writes = disk.fileSystem.count("write");
    for (let count = 2; count <= 1_000; count++) expect(table.updateCounter("a", 1)).toBe(count);
    expect(table.updateCounter("a", [3, -20])).toBe(-10);
    expect(disk.fileSystem.count("write")).toBe(writes);
    const live: Counted = ["a", 1_000, -10];
    const other: Counted = ["b", 1, 10];
    expect(table.lookup("a")).toEqual([live]);
    expect([...table.records()]).toEqual([live, other]);
    expect(table.foldl((record, all: StoreRecord[]) => [...all, record], [])).toEqual([
      live,
      other,
    ]);
    expect(table.matchObject([_, 1_000, _])).toEqual([live]);
    expect(table.matchObject(["a", _, _])).toEqual([live]);
    expect(table.matchObject([_, 1, _])).toEqual([other]);
    expect([...table.keys()]).toEqual(["a", "b"]);
    expect([table.member("a"), table.size]).toEqual([true, 2]);
    expect([table.first(), table.next("a"), table.last(), table.prev("b")]).toEqual([
      "a",
      "b",
      "b",
      "a",
    ]);
    expect(disk.fileSystem.count("write")).toBe(writes);
    expect(table.take("a")).toEqual([live]);
    expect(table.lookup("a")).toEqual([]);
  });

  test("counting begins with a default where there is no record, and fails without one", () => {
    const { disk, table } = counted(type);
    expect(() => table.updateCounter("c", 1)).toThrowError(
      expect.objectContaining({ code: "STORE_KEY_NOT_FOUND" }),
    );
    expect(table.updateCounter("c", 1, ["c", 5, 0])).toBe(6);
    expect(table.updateCounter("c", 1)).toBe(7);
    table.flushCounters();
    expect(afterDeath(disk)[2]).toEqual(["c", 7, 0]);
  });

  test("a crash loses the increments since the last flush, and nothing else", () => {
    const { disk, table } = counted(type);
    table.updateCounter("a", 1);
    table.updateCounter("b", 2);
    table.flushCounters();
    table.updateCounter("a", 5);
    table.insert(["c", 1, 1]);
    expect(afterDeath(disk)).toEqual([
      ["a", 2, 10],
      ["b", 3, 10],
      ["c", 1, 1],
    ]);
  });

  test.each(["flushCounters", "sync", "close"] as const)("%s writes what changed", (way) => {
    const { disk, table } = counted(type);
    table.updateCounter("a", 1);
    table.updateCounter("a", [3, 1]);
    table.updateCounter("b", 2);
    table[way]();
    expect(afterDeath(disk)).toEqual([
      ["a", 2, 11],
      ["b", 3, 10],
    ]);
  });

  test("flushCounters writes a record once for what changed since the last time, and nothing if nothing did", () => {
    const { disk, table } = counted(type);
    const writes = () => disk.fileSystem.count("write");
    const before = writes();
    for (let round = 1; round <= 3; round++) {
      table.updateCounter("a", 1);
      table.updateCounter("b", [3, 1]);
      table.updateCounter("b", 1);
      table.flushCounters();
      expect(writes()).toBe(before + round);
      table.flushCounters();
      expect(writes()).toBe(before + round);
    }
    const { diskBytes } = table.info();
    table.updateCounter("a", 1);
    table.flushCounters();
    const both = Number(table.info().diskBytes) - Number(diskBytes);
    expect(both).toBeLessThan(60);
    expect(table.updateCounter("a", 1)).toBe(6);
  });

  test("whatever else writes a record sees its live value, and puts an end to it", () => {
    const writes: readonly [(table: Table<Counted>) => unknown, Counted[]][] = [
      [(table) => table.insert(["a", 100, 0]), [["a", 100, 0]]],
      [(table) => table.insertMany([["a", 100, 0]]), [["a", 100, 0]]],
      [(table) => table.insertNew(["a", 100, 0]), [["a", 8, 10]]],
      [(table) => table.delete("a"), []],
      [(table) => table.take("a"), []],
      [(table) => table.deleteAllObjects(), []],
      [(table) => table.deleteObject(["a", 1, 10]), [["a", 8, 10]]],
      [(table) => table.deleteObject(["a", 8, 10]), []],
      [(table) => table.matchDelete([_, 1, 10]), [["a", 8, 10]]],
      [(table) => table.matchDelete([_, 8, 10]), []],
      [(table) => table.replace(["a", 1, 10], ["a", 5, 5]), [["a", 8, 10]]],
      [(table) => table.replace(["a", 8, 10], ["a", 5, 5]), [["a", 5, 5]]],
      [(table) => table.updateElement("a", [3, 0]), [["a", 8, 0]]],
      [(table) => table.updateElement("a", [2, 0]), [["a", 0, 10]]],
    ];
    for (const [write, left] of writes) {
      const { disk, table } = counted(type);
      expect(table.updateCounter("a", 7)).toBe(8);
      write(table);
      expect(table.lookup("a"), String(write)).toEqual(left);
      table.sync();
      expect(table.lookup("a"), String(write)).toEqual(left);
      expect(table.insertNew(["a", 3, 3])).toBe(left.length === 0);
      const [value = 3] = left.map((record) => Number(record[1]));
      expect(table.updateCounter("a", 1), String(write)).toBe(value + 1);
      table.close();
      expect(disk.open().lookup("a")[0]?.[1]).toBe(value + 1);
    }
  });

  test("what leaves a record as it is writes nothing", () => {
    const { disk, table } = counted(type);
    table.updateCounter("a", 7);
    const writes = disk.fileSystem.count("write");
    expect(table.replace(["a", 1, 10], ["a", 5, 5])).toBe(false);
    expect(table.matchDelete(["a", 1, 10])).toBe(0);
    table.deleteObject(["a", 1, 10]);
    table.insertNew(["a", 5, 5]);
    expect(disk.fileSystem.count("write")).toBe(writes);
    expect(table.lookup("a")).toEqual([["a", 8, 10]]);
  });

  test("a write that fails leaves the live value", () => {
    const writes: readonly ((table: Table<Counted>) => unknown)[] = [
      (table) => table.insert(["a", 100, 0]),
      (table) => table.insertMany([["a", 100, 0]]),
      (table) => table.delete("a"),
      (table) => table.take("a"),
      (table) => table.deleteAllObjects(),
      (table) => table.deleteObject(["a", 8, 10]),
      (table) => table.updateElement("a", [2, 0]),
    ];
    for (const write of writes) {
      const { disk, table } = counted(type);
      table.updateCounter("a", 7);
      disk.fileSystem.fail({ nth: 1, code: "ENOSPC", calls: ["write"] });
      expect(() => write(table)).toThrowError(IO);
      expect(table.lookup("a")).toEqual([["a", 8, 10]]);
      table.sync();
      expect(afterDeath(disk)[0]).toEqual(["a", 8, 10]);
    }
  });

  test("beyond 64 bits a bigint is STORE_COUNTER_OVERFLOW, and nothing changed", () => {
    const { table } = counted(type);
    const highest = 2n ** 63n - 1n;
    table.insert(["a", highest - 1n, 0]);
    expect(table.updateCounter("a", 1)).toBe(highest);
    expect(() => table.updateCounter("a", 1)).toThrowError(OVERFLOW);
    expect(() => table.updateCounter("a", 2n ** 100n)).toThrowError(OVERFLOW);
    expect(() => table.updateCounter("a", [2, 1, 0, 2n ** 63n])).toThrowError(OVERFLOW);
    expect(table.lookup("a")).toEqual([["a", highest, 0]]);
    expect(table.updateCounter("a", [2, 2n ** 100n, highest, 5])).toBe(5n);
    expect(table.updateCounter("a", -(2n ** 63n) - 5n)).toBe(-(2n ** 63n));
    expect(() => table.updateCounter("a", -1)).toThrowError(OVERFLOW);
    expect(table.updateCounter("a", 2n ** 64n - 1n)).toBe(highest);
    table.flushCounters();
    expect(table.lookup("a")).toEqual([["a", highest, 0]]);
  });

  test("a bigint that is beyond 64 bits in the table can be brought into them only", () => {
    const { table } = counted(type);
    table.insert(["a", 2n ** 80n, 0]);
    expect(() => table.updateCounter("a", 1)).toThrowError(OVERFLOW);
    expect(table.lookup("a")).toEqual([["a", 2n ** 80n, 0]]);
    expect(table.updateCounter("a", -(2n ** 80n))).toBe(0n);
    expect(table.lookup("a")).toEqual([["a", 0n, 0]]);
  });

  test("a number that leaves the safe integers is STORE_COUNTER_OVERFLOW, and nothing changed", () => {
    const { table } = counted(type);
    for (const sign of [1, -1]) {
      table.insert(["a", sign * (Number.MAX_SAFE_INTEGER - 1), 0]);
      expect(() => table.updateCounter("a", sign * 2)).toThrowError(OVERFLOW);
      table.updateCounter("a", sign);
      expect(() => table.updateCounter("a", sign)).toThrowError(OVERFLOW);
      expect(() => table.updateCounter("a", sign * 2 ** 52)).toThrowError(OVERFLOW);
      expect(table.lookup("a")).toEqual([["a", sign * Number.MAX_SAFE_INTEGER, 0]]);
    }
  });

  test("what can't be counted is refused alike before and after counting began", () => {
    const { table } = counted(type);
    for (let round = 0; round < 2; round++) {
      expect(() => table.updateCounter("a", 1n)).toThrowError(INVALID);
      expect(() => table.updateCounter("a", [2, 1, 5n, 0])).toThrowError(INVALID);
      expect(() => table.updateCounter("a", [4 as 3, 1])).toThrowError(INVALID);
      expect(table.updateCounter("a", 1)).toBe(2 + round);
    }
  });

  test("-0 is counted as without it", () => {
    const { table } = counted(type);
    expect(Object.is(table.updateCounter("a", [2, 1, 0, -0]), -0)).toBe(true);
    expect(Object.is(table.updateCounter("a", -0), -0)).toBe(true);
    expect(Object.is(table.lookup("a")[0]?.[1], -0)).toBe(true);
    expect(table.updateCounter("a", 1)).toBe(1);
    expect(Object.is(table.updateCounter("a", [2, 1, 0, -0]), -0)).toBe(true);
    expect(Object.is(table.lookup("a")[0]?.[1], -0)).toBe(true);
    expect(Object.is(table.updateCounter("a", 0), 0)).toBe(true);
  });

  test("a number becomes a bigint, or no integer, only by another write", () => {
    const { table } = counted(type);
    table.updateCounter("a", 1);
    table.updateElement("a", [2, 5n]);
    expect(table.updateCounter("a", 1)).toBe(6n);
    table.updateElement("a", [2, 0.5 as never]);
    expect(() => table.updateCounter("a", 1)).toThrowError(INVALID);
    expect(table.lookup("a")).toEqual([["a", 0.5, 10]]);
  });

  test("an iterator that is held open sees the live value when it comes by", () => {
    const { table } = counted(type);
    const records = table.records();
    table.updateCounter("a", 1);
    expect(records.next().value).toEqual(["a", 2, 10]);
    table.updateCounter("b", 1);
    table.flushCounters();
    table.updateCounter("b", 1);
    expect(records.next().value).toEqual(["b", 3, 10]);
    expect(records.next().done).toBe(true);
  });
});

describe("atomicCounters and autoSave", () => {
  test("so long after the first count the counters are in the table, and on disk", async () => {
    const { disk, table } = counted("set", { autoSave: 1_000 });
    const writes = disk.fileSystem.count("write");
    table.updateCounter("a", 1);
    disk.host.advance(600);
    table.updateCounter("a", 1);
    disk.host.advance(399);
    expect(disk.fileSystem.count("write")).toBe(writes);
    disk.host.advance(1);
    expect(disk.fileSystem.count("write")).toBeGreaterThan(writes);
    await settled();
    expect(disk.fileSystem.count("syncInBackground")).toBe(1);
    disk.host.advance(1_000);
    await settled();
    table.updateCounter("a", 1);
    disk.host.advance(1_000);
    await settled();
    table.updateCounter("a", 1);
    expect(afterDeath(disk)).toEqual([
      ["a", 4, 10],
      ["b", 1, 10],
    ]);
  });

  test("another sync meanwhile doesn't let them wait longer", async () => {
    const { disk, table } = counted("set", { autoSave: 1_000 });
    table.updateCounter("a", 1);
    // So much begins a sync by itself.
    for (let key = 0; key < 5; key++) {
      (table as unknown as Table<StoreRecord>).insert([key, Buffer.alloc(2 ** 20)]);
    }
    await settled();
    expect(disk.fileSystem.count("syncInBackground")).toBe(1);
    disk.host.advance(1_000);
    await settled();
    expect(afterDeath(disk)).toContainEqual(["a", 2, 10]);
  });

  test("a flush in the background that fails is told by the next call, and tried again", async () => {
    const { disk, table } = counted("set", { autoSave: 1_000 });
    table.updateCounter("a", 1);
    disk.fileSystem.fail({ nth: 1, code: "ENOSPC", calls: ["write"] });
    disk.host.advance(1_000);
    expect(() => table.updateCounter("a", 1)).toThrowError(IO);
    expect(table.lookup("a")).toEqual([["a", 2, 10]]);
    expect(table.updateCounter("a", 1)).toBe(3);
    disk.host.advance(1_000);
    await settled();
    expect(afterDeath(disk)[0]).toEqual(["a", 3, 10]);
  });

  test("without a next call, it is tried again all the same", async () => {
    const { disk, table } = counted("set", { autoSave: 1_000 });
    table.updateCounter("a", 1);
    disk.fileSystem.fail({ nth: 1, code: "ENOSPC", calls: ["write"] });
    disk.host.advance(1_000);
    disk.host.advance(1_000);
    disk.host.advance(1_000);
    await settled();
    expect(afterDeath(disk)[0]).toEqual(["a", 2, 10]);
  });

  test("close writes the counters also when a flush before it failed, and says that it did", () => {
    const { disk, table } = counted("set", { autoSave: 1_000 });
    table.updateCounter("a", 1);
    disk.fileSystem.fail({ nth: 1, code: "ENOSPC", calls: ["write"] });
    disk.host.advance(1_000);
    expect(() => table.close()).toThrowError(IO);
    expect(disk.memory.openCount).toBe(0);
    disk.host = disk.host.spawn();
    expect(disk.open().lookup("a")).toEqual([["a", 2, 10]]);
  });

  test("0 writes and syncs each count before it returns; one that fails changes nothing", () => {
    const { disk, table } = counted("set", { autoSave: 0 });
    const syncs = disk.fileSystem.count("sync");
    expect(table.updateCounter("a", 1)).toBe(2);
    expect(disk.fileSystem.count("sync")).toBe(syncs + 1);
    disk.fileSystem.fail({ nth: 1, code: "ENOSPC", calls: ["write"] });
    expect(() => table.updateCounter("a", 1)).toThrowError(IO);
    expect(table.updateCounter("a", 1)).toBe(3);
    expect(() => table.updateCounter("a", Number.MAX_SAFE_INTEGER)).toThrowError(OVERFLOW);
    table.insert(["c", 1n, 0]);
    expect(() => table.updateCounter("c", 2n ** 63n)).toThrowError(OVERFLOW);
    expect(afterDeath(disk)).toEqual([
      ["a", 3, 10],
      ["b", 1, 10],
      ["c", 1n, 0],
    ]);
  });

  test("Infinity never flushes by itself", () => {
    const { disk, table } = counted();
    table.updateCounter("a", 1);
    disk.host.advance(60_000);
    expect(afterDeath(disk)[0]).toEqual(["a", 1, 10]);
  });
});

describe("atomicCounters", () => {
  test("a flush that fails leaves the counters, and the next one writes them", () => {
    for (const way of ["flushCounters", "sync"] as const) {
      const { disk, table } = counted();
      table.updateCounter("a", 1);
      table.updateCounter("b", 1);
      disk.fileSystem.fail({ nth: 1, code: "ENOSPC", calls: ["write"] });
      expect(() => table[way]()).toThrowError(IO);
      expect(table.updateCounter("a", 1)).toBe(3);
      table[way]();
      expect(afterDeath(disk)).toEqual([
        ["a", 3, 10],
        ["b", 2, 10],
      ]);
    }
  });

  test("close gives the table back, also when the flush fails, which is tried once more", () => {
    const { disk, table } = counted("set", { autoSave: 1_000 });
    table.updateCounter("a", 1);
    disk.fileSystem.fail({ nth: 1, code: "ENOSPC", calls: ["write"] });
    expect(() => table.close()).toThrowError(IO);
    expect(disk.memory.openCount).toBe(0);
    const calls = disk.fileSystem.count();
    disk.host.advance(60_000);
    expect(disk.fileSystem.count()).toBe(calls);
    disk.host = disk.host.spawn();
    expect(disk.open().lookup("a")).toEqual([["a", 2, 10]]);
  });

  test("once the lease is known to be lost, counting is STORE_FENCED", () => {
    const { disk, table } = counted();
    table.updateCounter("a", 1);
    const first = disk.host;
    first.stop();
    disk.host.advance(60_000);
    disk.host = first.spawn();
    const taken = disk.open();
    first.resume();
    expect(() => table.flushCounters()).toThrowError(FENCED);
    expect(() => table.updateCounter("a", 1)).toThrowError(FENCED);
    expect(() => table.close()).toThrowError(FENCED);
    expect(taken.lookup("a")).toEqual([["a", 1, 10]]);
  });

  test("with ramFile and without autoSave, they reach the disk by sync and close only", () => {
    const { disk, table } = counted("set", { ramFile: true });
    const logs = () => disk.files().filter((name) => name.endsWith(".log"));
    const onDisk = () => logs().map((name) => disk.read(name));
    // The log gets its spare segment.
    disk.host.runDeferred();
    const before = onDisk();
    table.updateCounter("a", 1);
    disk.host.advance(60_000);
    table.flushCounters();
    table.updateCounter("a", 1);
    expect(onDisk()).toEqual(before);
    table.sync();
    table.updateCounter("a", 1);
    table.flushCounters();
    expect(afterDeath(disk)[0]).toEqual(["a", 3, 10]);
  });

  test("in a bag it changes nothing", () => {
    const disk = new Disk();
    const table = disk.open({ type: "bag", atomicCounters: true });
    table.insert(["a", 1]);
    expect(() => table.updateCounter("a", 1)).toThrowError(
      expect.objectContaining({ code: "STORE_NOT_SUPPORTED" }),
    );
    table.flushCounters();
    expect(table.lookup("a")).toEqual([["a", 1]]);
  });
});

test("a counted record whose moment is past is gone: it is neither counted nor written", () => {
  const { disk, table } = counted();
  table.insert(["e", 1, 10], { expiresAt: disk.host.wallTime() + 1_000 });
  expect(table.updateCounter("e", 1)).toBe(2);
  disk.host.shiftWallTime(999);
  expect(table.updateCounter("e", 1)).toBe(3);
  disk.host.shiftWallTime(1);
  expect(() => table.updateCounter("e", 1)).toThrowError(
    expect.objectContaining({ code: "STORE_KEY_NOT_FOUND" }),
  );
  table.sync();
  expect(table.lookup("e")).toEqual([]);
  table.insert(["e", 10, 10]);
  expect(table.updateCounter("e", 1)).toBe(11);
  table.sync();
  expect(afterDeath(disk)).toContainEqual(["e", 11, 10]);
});

test("a write that fails leaves the counters of its record as they were, also when they are on disk", () => {
  const { disk, table } = counted();
  table.updateCounter("a", 1);
  table.sync();
  disk.fileSystem.fail({ nth: 1, code: "ENOSPC", calls: ["write"] });
  expect(() => table.insert(["a", 100, 10])).toThrowError(IO);
  expect(table.lookup("a")).toEqual([["a", 2, 10]]);
  const writes = disk.fileSystem.count("write");
  // There is nothing to write.
  table.sync();
  expect(disk.fileSystem.count("write")).toBe(writes);
  expect(table.updateCounter("a", 1)).toBe(3);
  table.sync();
  expect(afterDeath(disk)).toContainEqual(["a", 3, 10]);
});
