import { createStore } from "@store/core";
import { expect, test } from "vitest";
import { ActiveSegment } from "../src/active-segment.js";
import { FrameKind } from "../src/frame.js";
import { FrameScanner } from "../src/frame-scanner.js";
import { fileAdapter } from "../src/index.js";
import { nodeFileSystem } from "../src/platform/node-file-system.js";
import { Segment, segmentHeader } from "../src/segment.js";
import { Disk } from "./support/disk.js";
import { MemoryFileSystem } from "./support/memory-file-system.js";
import { temporaryDirectory } from "./support/playground.js";
import { SparseTable } from "./support/sparse-table.js";

const FIVE_GIB = 5 * 2 ** 30;

test("values of 16 MB and more come back as they were, before and after a reopen", () => {
  const dataDir = temporaryDirectory();
  const bytes = new Uint8Array(20 * 2 ** 20).map((_, index) => index * 31);
  const text = "Zürich ".repeat(2_500_000);
  const many = Array.from({ length: 300_000 }, (_, index) => ({ index }));
  const open = () => createStore({ adapter: fileAdapter, options: { dataDir } });
  const check = (table: { lookup(key: string): unknown[] }) => {
    // By hand: an assertion on so large a value takes its time.
    const [[, stored]] = table.lookup("bytes") as [[string, Uint8Array]];
    expect(Buffer.compare(stored, bytes)).toBe(0);
    const [[, storedText]] = table.lookup("text") as [[string, string]];
    expect(storedText === text).toBe(true);
    const [[, storedMany]] = table.lookup("many") as [[string, { index: number }[]]];
    expect(storedMany.length).toBe(many.length);
    expect(storedMany.every(({ index }, position) => index === position)).toBe(true);
  };
  {
    using store = open();
    const table = store.ensureTable("d", "t");
    table.insertMany([
      ["bytes", bytes],
      ["text", text],
      ["many", many],
    ]);
    check(table);
  }
  using store = open();
  check(store.ensureTable("d", "t"));
});

test("a string whose UTF-8 would be longer than any string is read as it was written", () => {
  // An engine makes no string of 2^29 bytes of UTF-8 and more.
  const text = "中".repeat(Math.ceil(2 ** 29 / 3));
  const disk = new Disk();
  const table = disk.open({ cacheBytes: 0 });
  table.insert(["a", text]);
  table.insert(["b", 1]);
  const [[, read] = []] = table.lookup("a");
  expect(read === text).toBe(true);
  expect(table.foldl(([key], keys: unknown[]) => [...keys, key], [])).toEqual(["a", "b"]);
});

test.each([
  ["the file system", nodeFileSystem],
  ["a file system in memory", new MemoryFileSystem()],
])("a segment goes on beyond 4 GiB, on %s", (_name, fileSystem) => {
  const path = `${fileSystem === nodeFileSystem ? temporaryDirectory() : ""}/000001.log`;
  const identity = { table: new Uint8Array(16).fill(7), id: 1, covers: 0, type: 1 };
  const file = fileSystem.create(path);
  const header = segmentHeader(identity);
  fileSystem.write(file, header, 0, header.length, 0);
  // What is in between is a hole, and takes no room.
  const segment = new Segment(fileSystem, path, file, identity, 3, FIVE_GIB);
  const active = new ActiveSegment(fileSystem, segment, 0);
  const bodies = ["first", "second"].map((text) => Buffer.from(text));
  for (const body of bodies) active.stage(FrameKind.put, body);
  active.write();
  const positions = [active.positionAt(0), active.positionAt(1)];
  active.markDurable(active.size);
  expect(positions.every(Number.isSafeInteger)).toBe(true);
  expect(positions[0]).not.toBe(positions[1]);

  const scanner = new FrameScanner(segment, FIVE_GIB, active.size);
  const found: [number, string][] = [];
  while (scanner.next()) {
    const { buffer, at, length, offset } = scanner;
    found.push([segment.positionOf(offset), buffer.toString("latin1", at + 16, at + length)]);
  }
  expect(scanner.isAtEnd).toBe(true);
  expect(found.slice(0, 2)).toEqual([
    [positions[0], "first"],
    [positions[1], "second"],
  ]);
  expect(found).toHaveLength(3);
  segment.close();
});

test("a record beyond 4 GiB is found again, by a hint that says where it is", () => {
  const disk = new Disk();
  const sparse = new SparseTable(disk);
  const table = disk.open({ cacheBytes: 0 });
  expect(table.lookup("far")).toEqual([["far", sparse.value]]);
  expect([...table.records()]).toEqual([["far", sparse.value]]);
  expect(table.info().diskBytes).toBeGreaterThan(FIVE_GIB);
  table.insert(["near", 1]);
  table.sync();
  disk.kill();
  expect([...disk.open().records()]).toEqual([
    ["far", sparse.value],
    ["near", 1],
  ]);
});

test("iterating over a table keeps no more than a piece of it in memory", () => {
  const dataDir = temporaryDirectory();
  using store = createStore({ adapter: fileAdapter, options: { dataDir, cacheBytes: 2 ** 20 } });
  const table = store.ensureTable<[number, Uint8Array]>("d", "t", { type: "ordered_set" });
  const megabyte = new Uint8Array(2 ** 20);
  for (let key = 0; key < 200; key++) table.insert([key, megabyte.fill(key)]);
  table.sync();
  const most = 2 ** 26;
  const before = process.memoryUsage().arrayBuffers;
  let count = 0;
  for (const [key, bytes] of table.records()) {
    expect(bytes[2 ** 19]).toBe(key);
    count++;
    if (count % 20 === 0) {
      globalThis.gc?.();
      expect(table.info().memoryBytes).toBeLessThan(most);
    }
  }
  expect(count).toBe(200);
  expect(process.memoryUsage().arrayBuffers - before).toBeLessThan(200 * 2 ** 20);
});
