import { crc32 } from "node:zlib";
import { describe, expect, test } from "vitest";
import { MemoryFileSystem } from "../../simulation/memory-file-system.js";
import { blocking, inBackground, runBlocking } from "../../src/platform/syncing.js";
import { readWhole } from "../../src/platform/whole-file.js";
import { BlockCache } from "../../src/runs/blocks/block-cache.js";
import { Run } from "../../src/runs/run.js";
import { RunWriter } from "../../src/runs/run-writer.js";
import {
  ArrayCursor,
  allOf,
  entry,
  findIn,
  identity,
  origin,
  showEntry,
  shown,
  type TestEntry,
  valueIn,
  writeRun,
} from "../support/run-files.js";

const PATH = "/000001.run";

/** Fails unless a run of these entries is what they are, in both directions. */
function check(entries: readonly TestEntry[], cacheBytes = 2 ** 20): void {
  const fileSystem = new MemoryFileSystem();
  const summary = writeRun(fileSystem, PATH, 1, entries);
  expect(summary.entries).toBe(entries.length);
  const run = Run.open(fileSystem, PATH, identity(1), new BlockCache(cacheBytes));
  for (const each of entries) {
    if (findIn(run, each.key) !== valueIn(each)) throw new Error(showEntry(each));
  }
  const texts = entries.map(showEntry);
  const cursor = run.cursor();
  expect(allOf(cursor)).toEqual(texts);
  const backward: (string | undefined)[] = [];
  const behind = Buffer.alloc(1, 0xff);
  for (cursor.seekBefore(behind, 0, 1); cursor.isValid; cursor.previous()) {
    backward.push(shown(cursor));
  }
  expect(backward.reverse()).toEqual(texts);
  run.close();
}

function numbered(prefix: Buffer, count: number, valueLength: number): TestEntry[] {
  return Array.from({ length: count }, (_, index) => {
    const number = Buffer.alloc(4);
    number.writeUInt32BE(index);
    return entry(Buffer.concat([prefix, number]), Buffer.alloc(valueLength, `${index};`));
  });
}

describe("a run writer", () => {
  test.each([
    ["thousands of entries", Buffer.from("key"), 12_000, 60],
    ["thousands of the least entries", Buffer.alloc(0), 5000, 0],
    ["keys whose index has many levels", Buffer.alloc(1500, "p"), 600, 10],
    ["keys so long that blocks of the index are wide", Buffer.alloc(30_000, "p"), 60, 10],
    ["values larger than a block", Buffer.from("key"), 100, 5000],
    ["values larger than all buffers", Buffer.from("key"), 5, 400_000],
  ])("writes %s", (_, prefix, count, valueLength) => {
    const entries = numbered(prefix, count, valueLength);
    check(entries);
    check(entries, 0);
  });

  test("writes tombstones and counts all", () => {
    const fileSystem = new MemoryFileSystem();
    const entries = [
      entry(Buffer.from("a"), Buffer.from("value")),
      entry(Buffer.from("bb"), undefined),
      entry(Buffer.from("c"), Buffer.alloc(0)),
    ];
    expect(writeRun(fileSystem, PATH, 1, entries)).toEqual({
      entries: 3,
      tombstones: 1,
      keyBytes: 4,
      valueBytes: 5,
      fileBytes: fileSystem.status(PATH)?.size,
      smallestKey: Buffer.from("a"),
      largestKey: Buffer.from("c"),
    });
    check(entries);
  });

  test("refuses a key that is not above the one before", () => {
    const writer = new RunWriter(new MemoryFileSystem(), PATH, identity(1), origin(1));
    const cursor = new ArrayCursor([
      entry(Buffer.from("a"), Buffer.alloc(5000)),
      entry(Buffer.from("b"), Buffer.alloc(5000)),
    ]);
    cursor.seek(Buffer.from("b"), 0, 1);
    writer.add(cursor);
    expect(() => writer.add(cursor)).toThrow("not above");
    cursor.previous();
    expect(() => writer.add(cursor)).toThrow("not above");
    expect(writer.entries).toBe(1);
  });

  test("knows how long it is, and asks for a sync every 8 MiB", async () => {
    const fileSystem = new MemoryFileSystem();
    const syncing = inBackground(fileSystem);
    const writer = new RunWriter(fileSystem, PATH, identity(1), origin(1));
    const cursor = new ArrayCursor(numbered(Buffer.from("k"), 300, 100_000));
    let synced = 0;
    const run = async (steps: Generator<void | Promise<void>, unknown>): Promise<void> => {
      for (let turn = steps.next(); !turn.done; turn = steps.next()) {
        await turn.value;
      }
    };
    for (cursor.seek(Buffer.from("k"), 0, 1); cursor.isValid; cursor.next()) {
      const before = writer.bytes;
      writer.add(cursor);
      expect(writer.bytes).toBeGreaterThanOrEqual(before + 100_000);
      if (!writer.wantsSync) continue;
      await run(writer.sync(syncing));
      expect(writer.wantsSync).toBe(false);
      synced++;
    }
    expect(synced).toBe(3);
    await run(writer.finish(syncing));
    expect(fileSystem.openCount).toBe(0);
  });

  test("syncs in the middle of a large filter", () => {
    const fileSystem = new MemoryFileSystem();
    const writer = new RunWriter(fileSystem, PATH, identity(1), origin(1));
    const buffer = Buffer.alloc(60_000);
    const cursor = Object.assign(new ArrayCursor([]), { buffer, keyEnd: 4, valueStart: 4 });
    const add = (number: number, valueLength: number): void => {
      buffer.writeUInt32BE(number, 0);
      cursor.valueEnd = 4 + valueLength;
      writer.add(cursor);
    };
    const keys = 500_000;
    for (let number = 0; number < keys; number++) add(number, 0);
    for (let number = keys; writer.bytes < 2 ** 23 - 150_000; number++) add(number, 50_000);
    expect(writer.wantsSync).toBe(false);
    const { file, directory } = blocking(fileSystem);
    let syncs = 0;
    const counted = (descriptor: number): void => {
      syncs++;
      return void file(descriptor);
    };
    runBlocking(writer.finish({ file: counted, directory }));
    expect(syncs).toBe(2);
  });

  test("writes the same bytes as it ever did", () => {
    const fileSystem = new MemoryFileSystem();
    // On disk: neither must ever change.
    const entries = [
      ...numbered(Buffer.from("key"), 400, 50),
      entry(Buffer.from("key of a bag, suffix"), Buffer.from("value"), 10),
      entry(Buffer.from("last"), undefined),
    ];
    writeRun(fileSystem, PATH, 1, entries);
    const content = readWhole(fileSystem, PATH);
    expect(content.length).toBe(26_495);
    expect(crc32(content)).toBe(2_195_316_434);
  });

  test("that is abandoned leaves nothing", () => {
    const fileSystem = new MemoryFileSystem();
    new RunWriter(fileSystem, PATH, identity(1), origin(1)).abandon();
    const finished = new RunWriter(fileSystem, PATH, identity(1), origin(1));
    runBlocking(finished.finish(blocking(fileSystem)));
    finished.abandon();
    expect(fileSystem.list("/")).toEqual([]);
    expect(fileSystem.openCount).toBe(0);
  });
});
