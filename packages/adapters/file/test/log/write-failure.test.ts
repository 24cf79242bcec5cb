import type { StoreRecord, TableType } from "@store/core";
import { describe, expect, test } from "vitest";
import { Disk } from "../support/disk.js";

const TYPES: readonly TableType[] = ["set", "ordered_set", "bag", "duplicate_bag"];

describe.each(TYPES)("a %s", (type) => {
  test("a write that fails changes nothing, and the next one succeeds, in a new segment", () => {
    const disk = new Disk();
    const table = disk.open({ type });
    table.insert(["a", 1]);
    disk.fileSystem.fail({ nth: 1, code: "ENOSPC", calls: ["write"] });
    expect(() => table.insert(["b", 1])).toThrowError(
      expect.objectContaining({ code: "STORE_IO", message: expect.stringContaining("ENOSPC") }),
    );
    expect([...table.records()]).toEqual([["a", 1]]);
    table.insert(["c", 1]);
    expect(table.lookup("c")).toEqual([["c", 1]]);
    expect(disk.files().filter((name) => name.endsWith(".log"))).toHaveLength(2);
    disk.kill();
    const reopened = disk.open();
    expect([...reopened.records()]).toEqual([
      ["a", 1],
      ["c", 1],
    ]);
    expect(reopened.info().details?.repair).toBeUndefined();
  });

  test("while no write succeeds each one fails, and reads go on; when the fault goes, writes do again", () => {
    const disk = new Disk();
    const table = disk.open({ type });
    table.insert(["a", 1]);
    disk.fileSystem.fail({ nth: 1, code: "ENOSPC", calls: ["write", "create"], lasting: true });
    for (let tries = 0; tries < 5; tries++) {
      expect(() => table.insert(["b", tries])).toThrowError(
        expect.objectContaining({ code: "STORE_IO" }),
      );
      expect(() => table.delete("a")).toThrowError(expect.objectContaining({ code: "STORE_IO" }));
      expect(table.lookup("a")).toEqual([["a", 1]]);
      expect(table.size).toBe(1);
    }
    disk.fileSystem.heal();
    table.insert(["b", 2]);
    table.close();
    expect([...disk.open().records()]).toEqual([
      ["a", 1],
      ["b", 2],
    ]);
  });

  test("short writes and short reads are gone on with", () => {
    const disk = new Disk();
    disk.fileSystem.halvesTransfers = true;
    const table = disk.open({ type, cacheBytes: 0 });
    const records: StoreRecord[] = [];
    for (let key = 0; key < 20; key++) records.push([key, "x".repeat(100 * key)]);
    table.insertMany(records);
    table.sync();
    expect([...table.records()]).toEqual(records);
    disk.kill();
    expect([...disk.open().records()]).toEqual(records);
  });
});

test("a batch of which a part was written before the failure takes no effect, not even after a crash", () => {
  const disk = new Disk();
  const table = disk.open();
  table.insert(["a", 1]);
  disk.fileSystem.halvesTransfers = true;
  disk.fileSystem.fail({ nth: 3, code: "EIO", calls: ["write"] });
  const batch = Array.from({ length: 10 }, (_, key): StoreRecord => [key, "x".repeat(50)]);
  expect(() => table.insertMany(batch)).toThrowError(expect.objectContaining({ code: "STORE_IO" }));
  expect(table.size).toBe(1);
  disk.kill();
  expect([...disk.open().records()]).toEqual([["a", 1]]);
});

test("what a failed write left behind doesn't come back with later writes", () => {
  const disk = new Disk();
  const table = disk.open();
  const batch = Array.from({ length: 10 }, (_, key): StoreRecord => [key, "x".repeat(50)]);
  disk.fileSystem.halvesTransfers = true;
  disk.fileSystem.fail({ nth: 3, code: "EIO", calls: ["write"] });
  expect(() => table.insertMany(batch)).toThrow();
  disk.fileSystem.halvesTransfers = false;
  table.insert([0, "x".repeat(50)]);
  table.insert([1, "x".repeat(50)]);
  const records = [...table.records()];
  expect(records).toHaveLength(2);
  disk.kill();
  expect([...disk.open().records()]).toEqual(records);
});

test("a read that fails is STORE_IO, and works again when the fault goes", () => {
  const disk = new Disk();
  const first = disk.open({ cacheBytes: 0 });
  first.insert(["a", "x".repeat(100_000)]);
  first.close();
  const table = disk.open({ cacheBytes: 0 });
  disk.fileSystem.fail({ nth: 1, code: "EIO", calls: ["read"] });
  expect(() => table.lookup("a")).toThrowError(
    expect.objectContaining({ code: "STORE_IO", message: expect.stringContaining("EIO") }),
  );
  expect(table.lookup("a")).toHaveLength(1);
});
