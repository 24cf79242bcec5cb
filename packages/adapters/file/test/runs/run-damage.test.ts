import { describe, expect, test } from "vitest";
import { MemoryFileSystem } from "../../simulation/memory-file-system.js";
import { BlockCache } from "../../src/runs/blocks/block-cache.js";
import { Run } from "../../src/runs/run.js";
import { CorruptRun, NewerRun } from "../../src/runs/run-error.js";
import {
  allOf,
  entry,
  findIn,
  identity,
  showEntry,
  type TestEntry,
  valueIn,
  writeRun,
} from "../support/run-files.js";

const PATH = "/000001.run";

/** Several blocks of data and one of the index. */
function someEntries(seed: string): TestEntry[] {
  return Array.from({ length: 6 }, (_, index) => {
    const key = Buffer.from(`key ${String(index).padStart(3, "0")}`);
    return entry(key, index === 2 ? undefined : Buffer.alloc(1900 + index * 9, `${seed}${index};`));
  });
}

/** What is found of a key that isn't written. */
const MISSING = Buffer.from("key 0035");

function written(entries: readonly TestEntry[], id = 1): Buffer {
  const fileSystem = new MemoryFileSystem();
  writeRun(fileSystem, PATH, id, entries);
  const file = fileSystem.open(PATH);
  const content = Buffer.alloc(fileSystem.size(file));
  fileSystem.read(file, content, 0, content.length, 0);
  return content;
}

function holding(content: Buffer): MemoryFileSystem {
  const fileSystem = new MemoryFileSystem();
  const file = fileSystem.create(PATH);
  fileSystem.write(file, content, 0, content.length, 0);
  fileSystem.close(file);
  return fileSystem;
}

/** Reads all there is in every way. Returns the errors; what is no error is right, or the test fails. */
function readAll(content: Buffer, entries: readonly TestEntry[]): unknown[] {
  const fileSystem = holding(content);
  const errors: unknown[] = [];
  const attempt = (call: () => void): void => {
    try {
      call();
    } catch (error) {
      errors.push(error);
    }
  };
  attempt(() => {
    const run = Run.open(fileSystem, PATH, identity(1), new BlockCache(2 ** 16));
    for (const each of entries) {
      attempt(() => {
        const found = findIn(run, each.key);
        if (found !== valueIn(each)) expect(found).toBe(valueIn(each));
      });
    }
    attempt(() => expect(findIn(run, MISSING)).toBe(undefined));
    attempt(() => expect(allOf(run.cursor())).toEqual(entries.map(showEntry)));
    run.close();
  });
  for (const error of errors) {
    if (!(error instanceof CorruptRun || error instanceof NewerRun)) throw error;
    if (error.path !== PATH) throw error;
  }
  if (fileSystem.openCount > 0) throw new Error("a file is left open");
  return errors;
}

describe("a damaged run", () => {
  const entries = someEntries("a");
  const content = written(entries);

  test("gives an error, or what was written, whichever byte is another", () => {
    expect(readAll(content, entries)).toEqual([]);
    for (let at = 0; at < content.length; at++) {
      const flipped = Buffer.from(content);
      flipped[at] = (content[at] as number) ^ (1 << (at % 8));
      if (readAll(flipped, entries).length === 0) throw new Error(`no error: byte ${at}`);
    }
  });

  test("gives an error, cut off at any length", () => {
    for (let length = 0; length < content.length; length++) {
      expect(readAll(content.subarray(0, length), entries), `${length}`).not.toEqual([]);
    }
    expect(readAll(Buffer.concat([content, Buffer.alloc(1)]), entries)).not.toEqual([]);
  });

  test("says which file it is, and where", () => {
    const flipped = Buffer.from(content);
    flipped.writeUInt8(1, 60);
    const run = Run.open(holding(flipped), PATH, identity(1), new BlockCache(0));
    const cursor = run.cursor();
    expect(() => cursor.seek(Buffer.from("key"), 0, 3)).toThrow(
      expect.objectContaining({ name: "CorruptRun", path: PATH, byte: 52 }),
    );
    expect(cursor.isValid).toBe(false);
  });

  test("that was cut off while it is open gives an error", () => {
    for (const cacheBytes of [0, 2 ** 16]) {
      const fileSystem = holding(content);
      const run = Run.open(fileSystem, PATH, identity(1), new BlockCache(cacheBytes));
      const short = holding(content.subarray(0, 5000));
      Object.assign(fileSystem, { read: cutRead(fileSystem, short) });
      const cursor = run.cursor();
      expect(() => allOf(cursor)).toThrow(CorruptRun);
      expect(cursor.isValid).toBe(false);
      expect(() => findIn(run, entries[5]?.key as Buffer)).toThrow(CorruptRun);
    }
  });

  test("that is cut off while a scan reads ahead gives an error", () => {
    const fileSystem = holding(content);
    const run = Run.open(fileSystem, PATH, identity(1), new BlockCache(2 ** 16));
    const cursor = run.cursor();
    // It reads the index and the first block.
    cursor.seek(Buffer.alloc(0), 0, 0);
    Object.assign(fileSystem, { read: cutRead(fileSystem, holding(content.subarray(0, 7900))) });
    expect(() => allOf(cursor)).toThrow("cut off bytes");
  });

  test("has no block of another run, nor of another place", () => {
    const other = written(someEntries("b"), 2);
    expect(other.length).toBe(content.length);
    const pieces = piecesOf(content, entries);
    // Three blocks of data, one of the index, and a page of the filter.
    expect(pieces.size).toBe(5);
    const first = pieces.get(52) ?? 0;
    for (const [offset, length] of pieces) {
      const mixed = Buffer.from(content);
      other.copy(mixed, offset, offset, offset + length);
      expect(readAll(mixed, entries)).not.toEqual([]);
      if (offset === 52) continue;
      const shifted = Buffer.from(content);
      content.copy(shifted, offset + length - first, 52, 52 + first);
      expect(readAll(shifted, entries)).not.toEqual([]);
    }
  });
});

/** Where each piece of a run that is read after it was opened begins, and its bytes. */
function piecesOf(content: Buffer, entries: readonly TestEntry[]): Map<number, number> {
  const pieces = new Map<number, number>();
  const fileSystem = holding(content);
  const run = Run.open(fileSystem, PATH, identity(1), new BlockCache(0));
  const read = fileSystem.read.bind(fileSystem);
  fileSystem.read = (file, buffer, start, length, position) => {
    pieces.set(position, length);
    return read(file, buffer, start, length, position);
  };
  for (const each of entries) findIn(run, each.key);
  run.close();
  return pieces;
}

/** Reads from the files of another file system, with the same descriptors' meaning. */
function cutRead(from: MemoryFileSystem, short: MemoryFileSystem): MemoryFileSystem["read"] {
  const file = short.open(PATH);
  expect(from.openCount).toBe(1);
  return (_, buffer, start, length, position) => short.read(file, buffer, start, length, position);
}

describe("opening a run", () => {
  const content = written([entry(Buffer.from("k"), Buffer.from("v"))]);
  const open = (bytes: Buffer, id = 1) =>
    Run.open(holding(bytes), PATH, identity(id), new BlockCache(0));

  test("of a newer format says so", () => {
    const newer = Buffer.from(content);
    newer.writeUInt32LE(3, 8);
    expect(() => open(newer)).toThrow(
      expect.objectContaining({ name: "NewerRun", path: PATH, version: 3 }),
    );
  });

  test("refuses a format that never was, and what is no run", () => {
    const older = Buffer.from(content);
    older.writeUInt32LE(1, 8);
    expect(() => open(older)).toThrow("damaged header");
    expect(() => open(Buffer.from("something else, which is long enough"))).toThrow(CorruptRun);
    expect(() => open(Buffer.alloc(0))).toThrow(CorruptRun);
  });

  test("refuses another run, and one of another directory", () => {
    expect(() => open(content, 2)).toThrow("header of another run (1)");
    const directory = Buffer.from("fedcba9876543210");
    expect(() => Run.open(holding(content), PATH, { directory, id: 1 }, new BlockCache(0))).toThrow(
      "header of another run (1)",
    );
  });
});
