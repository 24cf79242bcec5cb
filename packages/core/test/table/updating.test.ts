import { describe, expect, test } from "vitest";
import type { Key, TableType } from "../../src/index.js";
import { arrayAdapterOf } from "../support/array-adapter.js";
import { failure, MODES, storeOf } from "../support/mode.js";
import { all, type UntypedTable } from "../support/table-calls.js";

const LAST = Number.MAX_SAFE_INTEGER;

describe.each(MODES)("in a store that is %s", (mode) => {
  async function table(type: TableType = "ordered_set"): Promise<UntypedTable> {
    const store = storeOf(mode, arrayAdapterOf(mode));
    return (await store.ensureTable("d", "t", { type })) as unknown as UntypedTable;
  }

  test("append counts from 1 under each prefix, and returns the key", async () => {
    const log = await table();
    expect(await log.append(["a"], "x", { y: 1 })).toEqual(["a", 1]);
    expect(await log.append(["a"], "z")).toEqual(["a", 2]);
    expect(await log.append(["b"])).toEqual(["b", 1]);
    expect(await log.append(["a", 1])).toEqual(["a", 1, 1]);
    expect(await log.append([])).toEqual([1]);
    expect(await log.append(null, "n")).toBe(1);
    expect(await log.append(null, "m")).toBe(2);
    expect(await log.lookup(["a", 1])).toEqual([[["a", 1], "x", { y: 1 }]]);
    expect(await log.size).toBe(7);
  });

  test.each<[string, readonly Key[], Key]>([
    [
      "a gap",
      [
        ["p", 1],
        ["p", 7],
      ],
      ["p", 8],
    ],
    [
      "zero, and numbers below",
      [
        ["p", 0],
        ["p", -3],
      ],
      ["p", 1],
    ],
    [
      "fractions",
      [
        ["p", 2],
        ["p", 2.5],
        ["p", 9.5],
      ],
      ["p", 3],
    ],
    [
      "numbers that are not safe",
      [
        ["p", 2],
        ["p", LAST + 1],
        ["p", 2 ** 60],
        ["p", Infinity],
      ],
      ["p", 3],
    ],
    [
      "bigints",
      [
        ["p", 2],
        ["p", 3n],
        ["p", 10n ** 30n],
        ["p", BigInt(LAST)],
      ],
      ["p", 3],
    ],
    [
      "a bigint beside the number",
      [
        ["p", 4],
        ["p", 4n],
      ],
      ["p", 5],
    ],
    [
      "longer keys",
      [
        ["p", 2],
        ["p", 3, 1],
        ["p", 9, "x"],
        ["p", 9n, 1],
      ],
      ["p", 3],
    ],
    [
      "a longer key of the last number",
      [
        ["p", 2],
        ["p", 2, 0],
        ["p", 2, 5],
      ],
      ["p", 3],
    ],
    [
      "strings, bytes and tuples",
      [
        ["p", 2],
        ["p", "9"],
        ["p", Uint8Array.of(9)],
        ["p", [9]],
      ],
      ["p", 3],
    ],
    ["other prefixes", [["o", 9], ["pp", 9], ["q", 9], "p", 9], ["p", 1]],
    ["nothing but what doesn't count", [["p"], ["p", null], ["p", false], ["p", 1n]], ["p", 1]],
    ["the last but one", [["p", LAST - 1]], ["p", LAST]],
  ])("append among %s", async (_what, keys, expected) => {
    const log = await table();
    await log.insertMany(keys.map((key) => [key]));
    expect(await log.append(["p"], 1)).toEqual(expected);
    const size = await log.size;
    expect(size).toBe(keys.length + 1);
  });

  test.each<[string, readonly Key[], Key]>([
    ["a gap", [1, 7], 8],
    ["what doesn't count", [2, 2.5, 3n, "9", [9], null, false, -1, 0, Infinity, LAST + 1], 3],
    ["nothing that counts", ["1", 1n, 0.5], 1],
  ])("append with null among %s", async (_what, keys, expected) => {
    const log = await table();
    await log.insertMany(keys.map((key) => [key]));
    expect(await log.append(null, 1)).toBe(expected);
  });

  test("append past the last safe integer is STORE_COUNTER_OVERFLOW, and changes nothing", async () => {
    const log = await table();
    await log.insertMany([[["p", LAST]], [LAST]]);
    await failure("STORE_COUNTER_OVERFLOW", () => log.append(["p"], 1));
    const error = await failure("STORE_COUNTER_OVERFLOW", () => log.append(null, 1));
    expect(error.message).toContain(`the last number is ${LAST}`);
    expect(await log.size).toBe(2);
  });

  test("append for many callers at once gives each its number", async () => {
    const log = await table();
    const keys = await Promise.all(
      Array.from({ length: 50 }, (_unused, n) => log.append(["p"], n)),
    );
    expect(keys.map((key) => (key as Key[])[1])).toEqual(
      Array.from({ length: 50 }, (_u, n) => n + 1),
    );
    expect(await all(log.keys())).toEqual(keys);
  });

  test.each<[string, unknown, string]>([
    ["no prefix", undefined, "STORE_INVALID_OPERATION"],
    ["a string", "p", "STORE_INVALID_OPERATION"],
    ["a number", 1, "STORE_INVALID_OPERATION"],
    ["a prefix with NaN in it", [Number.NaN], "STORE_INVALID_KEY"],
  ])("append with %s is refused", async (_what, prefix, code) => {
    const log = await table();
    await failure(code as "STORE_IO", () => log.append(prefix, 1));
    const error = await failure("STORE_INVALID_RECORD", () => log.append(["p"], 1, () => 1));
    expect(error.message).toContain("[3] is a function");
    expect(await log.size).toBe(0);
  });

  test.each(["set", "bag", "duplicate_bag"] as const)(
    "append in a %s is STORE_NOT_SUPPORTED",
    async (type) => {
      const unordered = await table(type);
      await failure("STORE_NOT_SUPPORTED", () => unordered.append(["p"], 1));
    },
  );

  test("updateElement takes a list: in order, all or none", async () => {
    const set = await table();
    await set.insert(["k", 1, [2], "three"]);
    expect(
      await set.updateElement("k", [
        [2, 10],
        [4, { x: 1 }],
        [2, 11],
      ]),
    ).toBe(true);
    expect(await set.lookup("k")).toEqual([["k", 11, [2], { x: 1 }]]);
    await failure("STORE_INVALID_OPERATION", () =>
      set.updateElement("k", [
        [2, 0],
        [5, 0],
      ]),
    );
    await failure("STORE_INVALID_OPERATION", () =>
      set.updateElement("k", [
        [2, 0],
        [1, "z"],
      ]),
    );
    await failure("STORE_INVALID_RECORD", () =>
      set.updateElement("k", [
        [2, 0],
        [3, () => 1],
      ]),
    );
    await failure("STORE_INVALID_OPERATION", () => set.updateElement("k", [[2]] as never));
    expect(await set.lookup("k")).toEqual([["k", 11, [2], { x: 1 }]]);
    expect(await set.updateElement("k", [])).toBe(true);
    expect(await set.updateElement("missing", [])).toBe(false);
    // A value that is a list of pairs is no list of changes.
    expect(await set.updateElement("k", [3, [[2, 1]]] as never)).toBe(true);
    expect(await set.lookupElement("k", 3)).toEqual([[2, 1]]);
  });

  test("updateElement with a default inserts it, changed, and says that the key wasn't there", async () => {
    const set = await table();
    expect(await set.updateElement("k", [[2, 5]], ["other", 0, 1])).toBe(false);
    expect(await set.updateElement("k", [3, 6], ["other", 0, 1])).toBe(true);
    expect(await set.lookup("k")).toEqual([["k", 5, 6]]);
    await failure("STORE_INVALID_OPERATION", () => set.updateElement("z", [3, 6], ["other", 0]));
    await failure("STORE_INVALID_RECORD", () => set.updateElement("z", [2, 6], 7 as never));
    await failure("STORE_INVALID_RECORD", () => set.updateElement("z", [2, 6], ["z", () => 1]));
    expect(await set.member("z")).toBe(false);
  });

  test("updateCounter takes a list: in order, all or none, and returns a list", async () => {
    const set = await table();
    await set.insert(["k", 1, 10n, 5]);
    expect(
      await set.updateCounter("k", [
        [2, 1],
        [3, -1],
        [2, 1],
        [4, 1, 5, 0],
      ]),
    ).toEqual([2, 9n, 3, 0]);
    expect(await set.updateCounter("k", [[2, 1]])).toEqual([4]);
    expect(await set.updateCounter("k", [])).toEqual([]);
    await failure("STORE_COUNTER_OVERFLOW", () =>
      set.updateCounter("k", [
        [3, 1],
        [2, LAST],
      ]),
    );
    await failure("STORE_INVALID_OPERATION", () =>
      set.updateCounter("k", [
        [3, 1],
        [5, 1],
      ]),
    );
    await failure("STORE_INVALID_OPERATION", () => set.updateCounter("k", [[3, 1], 1] as never));
    expect(await set.lookup("k")).toEqual([["k", 4, 9n, 0]]);
    expect(
      await set.updateCounter(
        "new",
        [
          [2, 1],
          [3, 2],
        ],
        ["?", 0, 0],
      ),
    ).toEqual([1, 2]);
    expect(await set.lookup("new")).toEqual([["new", 1, 2]]);
    await failure("STORE_KEY_NOT_FOUND", () => set.updateCounter("z", [[2, 1]]));
    await failure("STORE_KEY_NOT_FOUND", () => set.updateCounter("z", []));
  });

  test("lists for many callers at once lose nothing", async () => {
    const set = await table();
    await Promise.all(
      Array.from({ length: 20 }, async (_unused, n) => {
        await set.updateCounter(
          "k",
          [
            [2, 1],
            [3, 2],
          ],
          ["k", 0, 0],
        );
        await set.updateElement(
          "e",
          [
            [2, n],
            [3, n],
          ],
          ["e", 0, 0],
        );
      }),
    );
    expect(await set.lookup("k")).toEqual([["k", 20, 40]]);
    const [[, a, b] = []] = await set.lookup("e");
    expect(a).toBe(b);
  });
});
