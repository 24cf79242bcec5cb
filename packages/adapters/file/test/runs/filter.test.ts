import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { MemoryFileSystem } from "../../simulation/memory-file-system.js";
import { hashKey } from "../../src/format/run/filter-page.js";
import { BlockCache } from "../../src/runs/blocks/block-cache.js";
import { Run } from "../../src/runs/run.js";
import { entry, identity, writeRun } from "../support/run-files.js";

const PATH = "/000001.run";

/** A run with these keys, in order. */
function runOf(keys: readonly Buffer[], suffixBytes = 0): Run {
  const fileSystem = new MemoryFileSystem();
  const entries = keys.map((key) => entry(key, Buffer.alloc(0), suffixBytes));
  writeRun(fileSystem, PATH, 1, entries);
  return Run.open(fileSystem, PATH, identity(1), new BlockCache(2 ** 22));
}

function mayContain(run: Run, key: Buffer): boolean {
  return run.mayContain(hashKey(key, 0, key.length));
}

const kinds: [string, (index: number) => Buffer][] = [
  ["numbers", (index) => uint32s(17, 0, index)],
  ["numbers in steps", (index) => uint32s(17, index * 1024, 0)],
  ["texts", (index) => Buffer.from(`user:${String(index).padStart(9, "0")}`)],
];

function uint32s(...numbers: number[]): Buffer {
  const bytes = Buffer.alloc(numbers.length * 4);
  numbers.forEach((number, index) => {
    bytes.writeUInt32BE(number, index * 4);
  });
  return bytes;
}

describe("the filter of a run", () => {
  test.each(kinds)("passes all keys, and about one in a hundred others: %s", (_, keyOf) => {
    const keys = Array.from({ length: 20_000 }, (_, index) => keyOf(index * 2));
    const run = runOf(keys);
    expect(keys.every((key) => mayContain(run, key))).toBe(true);
    let passed = 0;
    for (let index = 0; index < 20_000; index++) {
      if (mayContain(run, keyOf(index * 2 + 1))) passed++;
    }
    expect(passed / 20_000).toBeGreaterThan(0.005);
    expect(passed / 20_000).toBeLessThan(0.015);
  });

  test("is as small as its keys, and passes nothing without any", () => {
    expect(mayContain(runOf([]), Buffer.from("a"))).toBe(false);
    const one = runOf([Buffer.from("a")]);
    expect(mayContain(one, Buffer.from("a"))).toBe(true);
    expect(one.summary.fileBytes).toBeLessThan(256);
  });

  test("counts a key once that has many suffixes, and doesn't know these", () => {
    const suffixed = (index: number): Buffer =>
      Buffer.concat([Buffer.from("key"), uint32s(0, index), Buffer.alloc(2)]);
    const keys = Array.from({ length: 2000 }, (_, index) => suffixed(index));
    const bag = runOf(keys, 10);
    const set = runOf(keys, 0);
    expect(mayContain(bag, Buffer.from("key"))).toBe(true);
    expect(bag.summary.fileBytes).toBeLessThan(set.summary.fileBytes - 2000);
  });
});

test("the hash of a key is 32 bits that depend on its bytes only", () => {
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 40 }), fc.nat(9), (key, before) => {
      const around = Buffer.concat([Buffer.alloc(before, 5), key, Buffer.alloc(3, 6)]);
      const hash = hashKey(around, before, before + key.length);
      expect(hash).toBe(hashKey(key, 0, key.length));
      expect(hash).toBe(hash | 0);
    }),
  );
  // On disk: it must never change.
  expect(hashKey(Buffer.from("a key of many bytes"), 0, 19)).toBe(-1791691148);
  expect(hashKey(Buffer.from("key"), 0, 3)).toBe(-2041761507);
});
