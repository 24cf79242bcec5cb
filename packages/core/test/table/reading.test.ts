import { beforeEach, describe, expect, test } from "vitest";
import type { TableType } from "../../src/index.js";
import { arrayAdapterOf } from "../support/array-adapter.js";
import { TYPES } from "../support/domain-fixture.js";
import { failure, MODES, storeOf } from "../support/mode.js";
import { all, type UntypedTable } from "../support/table-calls.js";

describe.each(MODES)("in a store that is %s", (mode) => {
  async function table(type: TableType, methods?: unknown): Promise<UntypedTable> {
    const store = storeOf(mode, arrayAdapterOf(mode, { methods }));
    return (await store.ensureTable("d", "t", { type })) as unknown as UntypedTable;
  }

  describe.each(TYPES)("a %s:", (type) => {
    const isBag = type.endsWith("bag");
    let filled: UntypedTable;
    beforeEach(async () => {
      filled = await table(type);
      await filled.insertMany([
        ["a", 1, { x: [1] }],
        ["b", 2],
        [["t", 1], 3],
      ]);
      if (isBag) await filled.insert(["a", 4, undefined]);
    });

    test("lookupElement is the element, in a bag that of each record", async () => {
      expect(await filled.lookupElement("a", 2)).toEqual(isBag ? [1, 4] : 1);
      expect(await filled.lookupElement("a", 1)).toEqual(isBag ? ["a", "a"] : "a");
      expect(await filled.lookupElement(["t", 1], 1)).toEqual(isBag ? [["t", 1]] : ["t", 1]);
      expect(await filled.lookupElement("b", 2, "default")).toEqual(isBag ? [2] : 2);
    });

    test("lookupElement of a missing key is the default, or STORE_KEY_NOT_FOUND", async () => {
      for (const given of [0, null, false, ""]) {
        expect(await filled.lookupElement("z", 2, given)).toBe(given);
      }
      const error = await failure("STORE_KEY_NOT_FOUND", () => filled.lookupElement("z", 2));
      expect(error.message).toBe(
        'lookupElement on table "t" (domain "d"): "z" isn\'t in the table, and no default was given',
      );
      await failure("STORE_KEY_NOT_FOUND", () => filled.lookupElement("z", 2, undefined));
      // The default is for the key only.
      await failure("STORE_INVALID_OPERATION", () => filled.lookupElement("b", 3, "default"));
    });

    test.each([0, -1, 1.5, Number.NaN, "2", 2n, undefined, null])(
      "lookupElement at position %o is STORE_INVALID_OPERATION",
      async (position) => {
        await failure("STORE_INVALID_OPERATION", () =>
          filled.lookupElement("a", position as number),
        );
        await failure("STORE_INVALID_OPERATION", () =>
          filled.lookupElement("z", position as number, 1),
        );
      },
    );

    test("lookupMany is what lookup says of each key, in their order", async () => {
      const keys = ["b", "missing", "a", ["t", 1], "b"];
      const expected = await Promise.all(keys.map((key) => filled.lookup(key)));
      expect(await filled.lookupMany(keys)).toEqual(expected);
      expect(await filled.lookupMany(new Set(keys))).toEqual(expected.slice(0, 4));
      expect(await filled.lookupMany([])).toEqual([]);
    });

    test("deleteMany deletes all the keys and counts their records, each once", async () => {
      expect(await filled.deleteMany(["a", "missing", ["t", 1], "a"])).toBe(isBag ? 3 : 2);
      expect(await all(filled.keys())).toEqual(["b"]);
      expect(await filled.deleteMany([])).toBe(0);
      expect(await filled.deleteMany(["a"])).toBe(0);
    });

    test("deleteMany and lookupMany with a key that is none do nothing, and say which", async () => {
      for (const call of [
        () => filled.deleteMany(["a", Number.NaN]),
        () => filled.lookupMany(["a", Number.NaN]),
      ]) {
        const error = await failure("STORE_INVALID_KEY", call);
        expect(error.message).toContain("keys[1]: ");
      }
      for (const wrong of [undefined, 1, {}]) {
        await failure("STORE_INVALID_KEY", () => filled.deleteMany(wrong as never));
      }
      const throwing = function* () {
        yield "a";
        throw new Error("no more");
      };
      const error = await failure("STORE_INVALID_OPERATION", () => filled.deleteMany(throwing()));
      expect(error.message).toContain("the iterable of keys threw: no more");
      expect(await filled.size).toBe(isBag ? 4 : 3);
    });

    test("deleteObject says how many records went", async () => {
      await filled.insertMany([
        ["d", [1]],
        ["d", [1]],
        ["d", [2]],
      ]);
      const there = { set: 0, ordered_set: 0, bag: 1, duplicate_bag: 2 }[type];
      expect(await filled.deleteObject(["d", [1]])).toBe(there);
      expect(await filled.deleteObject(["d", [2]])).toBe(1);
      expect(await filled.deleteObject(["d", [2]])).toBe(0);
      expect(await filled.deleteObject(["none"])).toBe(0);
    });

    test("firstLookup and nextLookup walk like first and next, with the records", async () => {
      const forwards = [];
      for (
        let entry = await filled.firstLookup();
        entry;
        entry = await filled.nextLookup(entry[0])
      ) {
        forwards.push(entry);
      }
      const keys = await all(filled.keys());
      expect(forwards.map(([key]) => key)).toEqual(keys);
      for (const [key, records] of forwards) expect(records).toEqual(await filled.lookup(key));
      const backwards = [];
      for (
        let entry = await filled.lastLookup();
        entry;
        entry = await filled.prevLookup(entry[0])
      ) {
        backwards.push(entry);
      }
      expect(backwards).toEqual(forwards.toReversed());
    });

    test("nextLookup and prevLookup of a key that isn't there are as next and prev", async () => {
      if (type === "ordered_set") {
        expect(await filled.nextLookup("aa")).toEqual(["b", [["b", 2]]]);
        expect((await filled.prevLookup("aa"))?.[0]).toBe("a");
        expect(await filled.prevLookup(0)).toBe(undefined);
      } else {
        await failure("STORE_KEY_NOT_FOUND", () => filled.nextLookup("aa"));
        await failure("STORE_KEY_NOT_FOUND", () => filled.prevLookup("aa"));
      }
      expect(await filled.prevLookup((await filled.first()) as string)).toBe(undefined);
      await filled.deleteAllObjects();
      expect([await filled.firstLookup(), await filled.lastLookup()]).toEqual([
        undefined,
        undefined,
      ]);
    });
  });

  test("firstLookup passes over a key that is gone when its records are looked up", async () => {
    let gone = false;
    const methods = ({ lookup }: { lookup(key: unknown): unknown }) => ({
      lookup: (key: unknown) => {
        if (key !== "a" || gone) return lookup(key);
        gone = true;
        return mode === "sync" ? [] : Promise.resolve([]);
      },
    });
    const racing = await table("ordered_set", methods);
    await racing.insertMany([["a"], ["b"]]);
    expect(await racing.firstLookup()).toEqual(["b", [["b"]]]);
  });

  test("what lookupMany, lookupElement and firstLookup return changes nothing in the table", async () => {
    const kept = await table("set");
    await kept.insert([["k", 1], new Map([["x", 1]]), { list: [1] }]);
    const [[one] = []] = await kept.lookupMany([["k", 1]]);
    const [, [two] = []] = (await kept.firstLookup()) ?? [];
    for (const record of [one, two] as unknown as [unknown[], Map<string, number>][]) {
      record[0].push("more");
      record[1].clear();
    }
    ((await kept.lookupElement(["k", 1], 2)) as unknown as Map<string, number>).clear();
    expect(await kept.lookup(["k", 1])).toEqual([[["k", 1], new Map([["x", 1]]), { list: [1] }]]);
  });
});
