import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { RecordCache } from "../src/record-cache.js";

/** A body that tells its position and which version of it this is. */
function body(position: number, length: number, version = 0): Buffer {
  return Buffer.alloc(length, `${position}/${version};`);
}

function add(cache: RecordCache, position: number, bytes: Uint8Array): void {
  const around = Buffer.alloc(bytes.length + 5, "#");
  around.set(bytes, 2);
  cache.add(position, around, 2, 2 + bytes.length);
}

/** Fails where the cache has another body for a position than the model. */
function check(cache: RecordCache, model: ReadonlyMap<number, Buffer>, position: number): void {
  const bytes = found(cache, position);
  if (bytes === undefined || model.get(position)?.equals(bytes)) return;
  expect(bytes).toEqual(model.get(position));
}

/** The body that the cache has for a position. */
function found(cache: RecordCache, position: number): Buffer | undefined {
  const place = cache.find(position);
  if (place === -1) return undefined;
  return Buffer.from(cache.buffer.subarray(place, place + cache.lengthAt(place)));
}

describe("a record cache", () => {
  test("has for a position what was added last for it, or nothing", () => {
    const far = 2 ** 53 - 1;
    const operation = fc.record({
      kind: fc.constantFrom("add", "add", "find", "clear"),
      // Some that follow one another, some that differ in single bits, high ones too.
      position: fc.oneof(
        fc.nat({ max: 40 }),
        fc.nat({ max: 52 }).map((bit) => 2 ** bit),
        fc.nat({ max: 52 }).map((bit) => far - 2 ** bit),
        fc.maxSafeInteger().map(Math.abs),
      ),
      length: fc.nat({ max: 150 }),
      run: fc.integer({ min: 1, max: 30 }),
    });
    fc.assert(
      fc.property(
        fc.nat({ max: 5_000 }),
        fc.array(operation, { maxLength: 60, size: "max" }),
        (capacity, operations) => {
          const cache = new RecordCache(capacity);
          const model = new Map<number, Buffer>();
          let version = 0;
          for (const { kind, position, length, run } of operations) {
            if (kind === "clear" && run === 1) {
              cache.clear();
              model.clear();
            }
            for (let at = position; at < Math.min(far, position + run); at++) {
              if (kind === "add") {
                const bytes = body(at, length, version++);
                add(cache, at, bytes);
                // One too large to be cached hides no older one: a position has one body for ever, but for a clear.
                if (length + 4 <= capacity / 16) model.set(at, bytes);
              }
              check(cache, model, at);
            }
          }
          for (const at of model.keys()) check(cache, model, at);
        },
      ),
      { numRuns: 300 },
    );
  });

  test("has each body right after it was added, whatever came before", () => {
    const cache = new RecordCache(10_000);
    for (let position = 0; position < 5_000; position++) {
      const bytes = body(position, (position * 7) % 600);
      add(cache, position * 1_000, bytes);
      expect(found(cache, position * 1_000)?.equals(bytes)).toBe(true);
    }
  });

  test("keeps the latest, of positions far apart and close together", () => {
    for (const step of [1, 64, 4_096, 2 ** 32, 2 ** 40 + 100]) {
      const cache = new RecordCache(1 << 20);
      const count = Math.min(20_000, Math.floor(2 ** 53 / step));
      for (let index = 0; index < count; index++) add(cache, index * step, body(index, 100));
      let hits = 0;
      const latest = Math.min(count, 2_000);
      for (let index = count - latest; index < count; index++) {
        if (cache.find(index * step) !== -1) hits++;
      }
      expect(hits / latest).toBeGreaterThan(0.95);
    }
  });

  test("keeps what is found again and again while others come and go", () => {
    const cache = new RecordCache(100_000);
    const hot = Array.from({ length: 20 }, (_, index) => 1_000_000 + index);
    let misses = 0;
    for (let position = 0; position < 10_000; position++) {
      add(cache, position, body(position, 200));
      if (position % 50 > 0) continue;
      for (const each of hot) {
        if (found(cache, each)?.equals(body(each, 200))) continue;
        misses++;
        add(cache, each, body(each, 200));
      }
    }
    // The first time, and a few that others of their group have pushed out.
    expect(misses).toBeLessThan(100);
    expect(cache.find(0)).toBe(-1);
  });

  test("takes no memory at first, little for little, and never more than its capacity", () => {
    const capacity = 16 << 20;
    const cache = new RecordCache(capacity);
    expect(cache.memoryBytes).toBe(0);
    add(cache, 1, body(1, 100));
    expect(cache.memoryBytes).toBeLessThan(100_000);
    for (let position = 0; position < 10_000; position++) {
      cache.add(position, body(position, 4_000), 0, 4_000);
      expect(cache.memoryBytes).toBeLessThanOrEqual(capacity);
    }
    expect(cache.memoryBytes).toBeGreaterThan(0.8 * capacity);
  });

  test("keeps what it has while it grows", () => {
    const cache = new RecordCache(16 << 20);
    for (let position = 0; position < 2_000; position++)
      add(cache, position, body(position, 1_000));
    const all = Array.from({ length: 2_000 }, (_, position) => position);
    const left = all.filter((position) => found(cache, position)?.equals(body(position, 1_000)));
    // A few may have met in a pair.
    expect(left.length).toBeGreaterThan(1_950);
  });

  test("takes no body above a sixteenth of its capacity", () => {
    const cache = new RecordCache(16_000);
    add(cache, 1, body(1, 996));
    add(cache, 2, body(2, 997));
    expect(found(cache, 1)).toEqual(body(1, 996));
    expect(cache.find(2)).toBe(-1);
  });

  test("clear forgets everything and frees the memory", () => {
    const cache = new RecordCache(100_000);
    for (let position = 0; position < 1_000; position++) add(cache, position, body(position, 500));
    cache.clear();
    expect(cache.memoryBytes).toBe(0);
    for (let position = 0; position < 1_000; position++) expect(cache.find(position)).toBe(-1);
    add(cache, 999, body(999, 10));
    expect(found(cache, 999)).toEqual(body(999, 10));
    expect(cache.find(998)).toBe(-1);
  });

  test("of capacity 0 holds nothing and takes no memory", () => {
    const cache = new RecordCache(0);
    add(cache, 0, body(0, 0));
    add(cache, 1, body(1, 10));
    expect([cache.find(0), cache.find(1), cache.memoryBytes]).toEqual([-1, -1, 0]);
  });
});
