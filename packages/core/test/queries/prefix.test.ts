import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { compareKeys, type Key, type StoreRecord } from "../../src/index.js";
import { arrayAdapter } from "../support/array-adapter.js";
import { failure, MODES, storeOf } from "../support/mode.js";
import { all } from "../support/table-calls.js";

type Prefix = string | Uint8Array | readonly Key[];

/** Whether a key begins with a prefix, said as plainly as can be. */
function begins(key: Key, prefix: Prefix): boolean {
  if (typeof prefix === "string") return typeof key === "string" && key.startsWith(prefix);
  if (Array.isArray(prefix)) {
    return Array.isArray(key) && prefix.every((part, at) => equal(part, key[at]));
  }
  return key instanceof Uint8Array && prefix.every((byte, at) => byte === key[at]);
}

function equal(part: Key, other: Key | undefined): boolean {
  return other !== undefined && compareKeys(part, other) === 0;
}

/** Few of each, so that prefixes and keys meet. */
const text = fc
  .array(fc.constantFrom("a", "b", "\0", "\ud83d", "\uffff"), { maxLength: 3 })
  .map((units) => units.join(""));
const binary = fc
  .array(fc.constantFrom(0, 1, 254, 255), { maxLength: 3 })
  .map((list) => Uint8Array.from(list));
const part: fc.Arbitrary<Key> = fc.oneof(
  text,
  binary,
  fc.constantFrom<Key>(null, false, true, 1, 1n, Infinity, -Infinity, [], [1]),
);
const tuple = fc.array(part, { maxLength: 3 });
const key: fc.Arbitrary<Key> = fc.oneof(part, tuple);
const prefix: fc.Arbitrary<Prefix> = fc.oneof(text, binary, tuple);

describe("a prefix", () => {
  test("is the range of exactly the keys that begin with it", async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(key, { maxLength: 30 }), prefix, async (keys, given) => {
        await using store = storeOf("async", arrayAdapter());
        const table = await store.ensureTable("d", "t", { type: "ordered_set" });
        await table.insertMany(keys.map((each): StoreRecord => [each]));
        const range = { prefix: given };
        const found = (await all(table.keys(range))) as Key[];
        const stored = (await all(table.keys())) as Key[];
        expect(found).toEqual(stored.filter((each) => begins(each, given)));
        expect(await table.count(range)).toBe(found.length);
        expect(await all(table.keys({ ...range, reverse: true }))).toEqual(found.toReversed());
        expect(await table.deleteRange(range)).toBe(found.length);
        expect(await all(table.keys())).toEqual(stored.filter((each) => !begins(each, given)));
      }),
      { numRuns: 300 },
    );
  });
});

describe.each(MODES)("deleteRange and count in a store that is %s", (mode) => {
  const keys = [1, 2, 3, "a", "b", ["a", 1], ["a", 2], ["b"]];

  async function filled() {
    const store = storeOf(mode, arrayAdapter());
    const table = await store.ensureTable("d", "t", { type: "ordered_set" });
    await table.insertMany(keys.map((each): StoreRecord => [each]));
    return table;
  }

  test.each<[object, readonly unknown[]]>([
    [{}, keys],
    [{ gt: 1, lte: 3 }, [2, 3]],
    [{ limit: 2 }, [1, 2]],
    [{ limit: 2, reverse: true }, [["a", 2], ["b"]]],
    [{ limit: 0 }, []],
    [{ gt: 3, lt: 1 }, []],
    [{ prefix: ["a"], limit: 1 }, [["a", 1]]],
    [{ prefix: ["a"], limit: 1, reverse: true }, [["a", 2]]],
  ])("with %o take what records would", async (range, expected) => {
    const table = await filled();
    const found = (await all(table.records(range))).map(([each]) => each);
    expect([...found].sort((a, b) => compareKeys(a, b))).toEqual(expected);
    expect(await table.count(range)).toBe(expected.length);
    expect(await table.deleteRange(range)).toBe(expected.length);
    const gone = new Set(expected.map((each) => JSON.stringify(each)));
    const left = keys.filter((each) => !gone.has(JSON.stringify(each)));
    expect(await all(table.keys())).toEqual(left);
  });

  test.each(["set", "bag", "duplicate_bag"] as const)(
    "of a %s: count with a limit alone, deleteRange not at all",
    async (type) => {
      const table = await storeOf(mode, arrayAdapter()).ensureTable("d", "t", { type });
      await table.insertMany([[1], [2], [3]]);
      expect(await table.count()).toBe(3);
      expect(await table.count({ limit: 2 })).toBe(2);
      await failure("STORE_NOT_SUPPORTED", () => table.count({ gt: 1 }));
      const error = await failure("STORE_NOT_SUPPORTED", () => table.deleteRange({ limit: 1 }));
      expect(error.message).toBe(
        `deleteRange on table "t" (domain "d"): deleteRange needs an ordered_set, not a ${type}`,
      );
      expect(await table.size).toBe(3);
    },
  );

  test.each([null, 1, [], { greater: 1 }, { gt: Number.NaN }, { limit: -1 }, { limit: 1.5 }])(
    "given %o delete nothing",
    async (range) => {
      const table = await filled();
      await expect(async () => await table.deleteRange(range as never)).rejects.toThrow();
      await expect(async () => await table.count(range as never)).rejects.toThrow();
      expect(await table.size).toBe(keys.length);
    },
  );
});
