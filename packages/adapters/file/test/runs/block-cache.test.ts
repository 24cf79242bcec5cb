import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { BlockCache, KEEP_DATA, KEEP_INDEX } from "../../src/runs/blocks/block-cache.js";

/** Takes a block in whose bytes tell which it is. */
function add(cache: BlockCache, run: number, offset: number, length = 4096, keep = KEEP_DATA) {
  if (!cache.takes(length)) return;
  const slot = cache.reserve(length);
  cache.buffers[slot]?.fill(`${run}/${offset};`, 0, length);
  cache.enter(slot, run, offset, keep);
}

function find(cache: BlockCache, run: number, offset: number): Buffer | undefined {
  const slot = cache.find(run, offset, KEEP_DATA);
  return slot === -1 ? undefined : cache.buffers[slot];
}

describe("a block cache", () => {
  test("has blocks as they were taken in, or not at all, and no more bytes than its bound", () => {
    const step = fc.record({
      kind: fc.constantFrom("add", "add", "add", "find", "find", "forget", "fail"),
      run: fc.integer({ min: 1, max: 3 }),
      // Some differ in the high half only.
      offset: fc.oneof(
        fc.nat(40),
        fc.nat(20).map((high) => high * 2 ** 32),
      ),
      length: fc.oneof(fc.integer({ min: 1, max: 4096 }), fc.integer({ min: 1, max: 20_000 })),
      keep: fc.constantFrom(KEEP_DATA, KEEP_INDEX),
    });
    const bound = fc.oneof(fc.constantFrom(0, 1, 4095, 4096, 8192), fc.nat(200_000));
    fc.assert(
      fc.property(bound, fc.array(step, { maxLength: 300, size: "max" }), (bytes, steps) => {
        const cache = new BlockCache(bytes);
        const lengths = new Map<string, number>();
        for (const { kind, run, offset, length, keep } of steps) {
          const name = `${run}/${offset};`;
          const found = find(cache, run, offset);
          if (found !== undefined) {
            const known = lengths.get(name);
            expect(known).not.toBe(undefined);
            const expected = Buffer.alloc(known ?? 0, name);
            expect(found.subarray(0, known).equals(expected)).toBe(true);
          }
          if (kind === "add" && found === undefined && cache.takes(length)) {
            add(cache, run, offset, length, keep);
            lengths.set(name, length);
            expect(find(cache, run, offset)).not.toBe(undefined);
          } else if (kind === "forget") {
            cache.forget(run);
            for (const each of lengths.keys()) if (each.startsWith(`${run}/`)) lengths.delete(each);
          } else if (kind === "fail" && cache.takes(length)) {
            cache.buffers[cache.reserve(length)]?.fill("?");
          }
          expect(cache.bytes).toBeLessThanOrEqual(bytes);
          expect(cache.bytes).toBe(cache.buffers.reduce((sum, each) => sum + each.length, 0));
        }
      }),
      { numRuns: 100 },
    );
  });

  test("keeps what is in use while a scan comes by", () => {
    const cache = new BlockCache(100 * 4096);
    for (let block = 0; block < 60; block++) {
      add(cache, 1, block);
      find(cache, 1, block);
    }
    for (let scanned = 0; scanned < 2000; scanned++) {
      add(cache, 2, scanned);
      for (let block = scanned % 10; block < 60; block += 10) find(cache, 1, block);
    }
    for (let block = 0; block < 60; block++) expect(find(cache, 1, block)).not.toBe(undefined);
  });

  test("keeps an index that isn't used longer than data", () => {
    const cache = new BlockCache(100 * 4096);
    add(cache, 1, 0, 4096, KEEP_DATA);
    add(cache, 1, 1, 4096, KEEP_INDEX);
    for (let block = 2; block < 150; block++) add(cache, 1, block);
    expect(find(cache, 1, 0)).toBe(undefined);
    expect(find(cache, 1, 1)).not.toBe(undefined);
  });

  test("gives the memory of a run that goes to others", () => {
    const cache = new BlockCache(10 * 4096);
    for (let block = 0; block < 10; block++) add(cache, 1, block);
    expect(cache.bytes).toBe(10 * 4096);
    cache.forget(1);
    expect(cache.bytes).toBe(0);
    add(cache, 2, 0);
    expect(cache.bytes).toBe(4096);
  });
});
