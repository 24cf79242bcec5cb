import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { EntryCache } from "../../src/engine/entry-cache.js";
import { hashKey } from "../../src/format/run/filter-page.js";

function keyOf(name: number | string): Buffer {
  return Buffer.from(`key ${name}`);
}

/** A value that tells whose it is, and which version of it this is. */
function contentOf(name: number | string, length: number, version = 0): Buffer {
  return Buffer.alloc(length, `${name}/${version};`);
}

function hashOf(key: Buffer): number {
  return hashKey(key, 0, key.length);
}

function add(cache: EntryCache, key: Buffer, value: Buffer, hash = hashOf(key)): void {
  const around = Buffer.concat([Buffer.from("##"), value, Buffer.from("###")]);
  const keyAround = Buffer.concat([Buffer.from("#"), key, Buffer.from("##")]);
  cache.add(keyAround, 1, 1 + key.length, hash, around, 2, 2 + value.length);
}

/** The value that the cache has for a key. */
function found(cache: EntryCache, key: Buffer, hash = hashOf(key)): Buffer | undefined {
  if (!cache.find(key, 0, key.length, hash)) return undefined;
  return Buffer.from(cache.buffer.subarray(cache.valueStart, cache.valueEnd));
}

describe("an entry cache", () => {
  test("has for a key what was added last for it, or nothing", () => {
    const operation = fc.record({
      kind: fc.constantFrom("add", "add", "find", "forget", "clear"),
      name: fc.nat({ max: 60 }),
      // Some keys share a hash.
      hash: fc.option(fc.nat({ max: 3 }), { nil: undefined }),
      length: fc.nat({ max: 150 }),
      run: fc.integer({ min: 1, max: 30 }),
    });
    fc.assert(
      fc.property(
        fc.nat({ max: 5_000 }),
        fc.array(operation, { maxLength: 60, size: "max" }),
        (capacity, operations) => {
          const cache = new EntryCache(capacity);
          const model = new Map<string, Buffer>();
          let version = 0;
          for (const { kind, name, hash, length, run } of operations) {
            if (kind === "clear" && run === 1) {
              cache.clear();
              model.clear();
            }
            for (let each = name; each < name + run; each++) {
              const key = keyOf(each);
              const hashed = hash ?? hashOf(key);
              const id = `${hashed} ${each}`;
              if (kind === "forget") {
                cache.forget(hashed);
                for (const other of model.keys()) {
                  if (other.startsWith(`${hashed} `)) model.delete(other);
                }
              }
              if (kind === "add") {
                const value = contentOf(each, length, version++);
                add(cache, key, value, hashed);
                // One too large hides no older one: it can't be another one but after it was forgotten.
                if (8 + key.length + length <= capacity / 16) model.set(id, value);
              }
              const bytes = found(cache, key, hashed);
              if (bytes !== undefined) expect(bytes).toEqual(model.get(id));
            }
          }
        },
      ),
      { numRuns: 60 },
    );
  });

  test("has each entry right after it was added, whatever came before", () => {
    const cache = new EntryCache(20_000);
    for (let name = 0; name < 5_000; name++) {
      const value = contentOf(name, (name * 7) % 600);
      add(cache, keyOf(name), value);
      expect(found(cache, keyOf(name))?.equals(value)).toBe(true);
    }
  });

  test("keeps the latest", () => {
    const cache = new EntryCache(1 << 20);
    for (let name = 0; name < 20_000; name++) add(cache, keyOf(name), contentOf(name, 100));
    let hits = 0;
    for (let name = 18_000; name < 20_000; name++) if (found(cache, keyOf(name))) hits++;
    expect(hits).toBeGreaterThan(1_900);
  });

  test("keeps what is found again and again while others come and go", () => {
    const cache = new EntryCache(100_000);
    const hot = Array.from({ length: 20 }, (_, index) => `hot ${index}`);
    let misses = 0;
    for (let name = 0; name < 10_000; name++) {
      add(cache, keyOf(name), contentOf(name, 200));
      if (name % 50 > 0) continue;
      for (const each of hot) {
        if (found(cache, keyOf(each))?.equals(contentOf(each, 200))) continue;
        misses++;
        add(cache, keyOf(each), contentOf(each, 200));
      }
    }
    // The first time, and a few that others of their group have pushed out.
    expect(misses).toBeLessThan(200);
    expect(found(cache, keyOf(0))).toBeUndefined();
  });

  test("takes no memory at first, little for little, and never more than its capacity", () => {
    const capacity = 16 << 20;
    const cache = new EntryCache(capacity);
    expect(cache.memoryBytes).toBe(0);
    add(cache, keyOf(1), contentOf(1, 100));
    expect(cache.memoryBytes).toBeLessThan(100_000);
    for (let name = 0; name < 10_000; name++) {
      add(cache, keyOf(name), contentOf(name, 4_000));
      expect(cache.memoryBytes).toBeLessThanOrEqual(capacity);
    }
    expect(cache.memoryBytes).toBeGreaterThan(0.8 * capacity);
  });

  test("keeps what it has while it grows", () => {
    const cache = new EntryCache(16 << 20);
    const all = Array.from({ length: 2_000 }, (_, name) => name);
    for (const name of all) add(cache, keyOf(name), contentOf(name, 1_000));
    const left = all.filter((name) => found(cache, keyOf(name))?.equals(contentOf(name, 1_000)));
    // A few may have met in a group.
    expect(left.length).toBeGreaterThan(1_900);
  });

  test("takes no entry above a sixteenth of its capacity", () => {
    const cache = new EntryCache(16_000);
    const [one, two] = [keyOf(1), keyOf(2)] as const;
    add(cache, one, contentOf(1, 1_000 - 8 - one.length));
    add(cache, two, contentOf(2, 1_001 - 8 - two.length));
    expect(found(cache, one)).toEqual(contentOf(1, 1_000 - 8 - one.length));
    expect(found(cache, two)).toBeUndefined();
  });

  test("forgets a key, which can be added again", () => {
    const cache = new EntryCache(100_000);
    cache.forget(hashOf(keyOf("never there")));
    add(cache, keyOf("a"), contentOf("a", 10));
    add(cache, keyOf("b"), contentOf("b", 10));
    cache.forget(hashOf(keyOf("a")));
    cache.forget(hashOf(keyOf("a")));
    expect(found(cache, keyOf("a"))).toBeUndefined();
    expect(found(cache, keyOf("b"))).toEqual(contentOf("b", 10));
    add(cache, keyOf("a"), contentOf("a", 10, 1));
    expect(found(cache, keyOf("a"))).toEqual(contentOf("a", 10, 1));
  });

  test("clear forgets everything and frees the memory", () => {
    const cache = new EntryCache(100_000);
    for (let name = 0; name < 1_000; name++) add(cache, keyOf(name), contentOf(name, 500));
    cache.clear();
    expect(cache.memoryBytes).toBe(0);
    for (let name = 0; name < 1_000; name++) expect(found(cache, keyOf(name))).toBeUndefined();
    add(cache, keyOf(999), contentOf(999, 10));
    expect(found(cache, keyOf(999))).toEqual(contentOf(999, 10));
  });

  test("of capacity 0 holds nothing and takes no memory", () => {
    const cache = new EntryCache(0);
    add(cache, keyOf(0), contentOf(0, 0));
    expect([found(cache, keyOf(0)), cache.memoryBytes]).toEqual([undefined, 0]);
  });
});
