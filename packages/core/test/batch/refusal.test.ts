import { describe, expect, test } from "vitest";
import type { StoreError } from "../../src/index.js";
import { arrayAdapterOf } from "../support/array-adapter.js";
import { type AnyBatch, batching, openBatching, type Tables } from "../support/batch-fixture.js";
import { failure, MODES } from "../support/mode.js";

describe.each(MODES)("batch in a store that is %s", (mode) => {
  const open = () => openBatching(mode);

  test.each<[string, (batch: AnyBatch, tables: Tables) => unknown, string]>([
    ["a record that is none", (b, { set }) => b.insert(set, 7 as never), "STORE_INVALID_RECORD"],
    ["a key that is none", (b, { set }) => b.delete(set, Number.NaN), "STORE_INVALID_KEY"],
    [
      "keys that can't be iterated",
      (b, { set }) => b.deleteMany(set, 7 as never),
      "STORE_INVALID_KEY",
    ],
    [
      "a range that is none",
      (b, { ordered }) => b.deleteRange(ordered, 7 as never),
      "STORE_INVALID_OPERATION",
    ],
    [
      "a moment that is none",
      (b, { set }) => b.insert(set, ["k"], { expiresAt: Number.NaN }),
      "STORE_INVALID_OPERATION",
    ],
    [
      "an option that there isn't",
      (b, { set }) => b.insert(set, ["k"], { at: 1 } as never),
      "STORE_INVALID_OPERATION",
    ],
    [
      "a check of another key",
      (b, { set }) => b.check(set, "a", ["b", 1]),
      "STORE_INVALID_OPERATION",
    ],
    ["a check in a bag", (b, { bag }) => b.check(bag, "a", undefined), "STORE_NOT_SUPPORTED"],
    ["replace in a bag", (b, { bag }) => b.replace(bag, ["a"], ["a"]), "STORE_NOT_SUPPORTED"],
    [
      "updateElement in a bag",
      (b, { bag }) => b.updateElement(bag, "a", [2, 1]),
      "STORE_NOT_SUPPORTED",
    ],
    ["updateCounter in a bag", (b, { bag }) => b.updateCounter(bag, "a", 1), "STORE_NOT_SUPPORTED"],
    ["append in a set", (b, { set }) => b.append(set, ["a"] as never, 1), "STORE_NOT_SUPPORTED"],
    ["deleteRange in a set", (b, { set }) => b.deleteRange(set, {}), "STORE_NOT_SUPPORTED"],
    ["no table", (b) => b.insert({} as never, ["k"]), "STORE_INVALID_OPERATION"],
    ["undefined", (b) => b.insert(undefined as never, ["k"]), "STORE_INVALID_OPERATION"],
  ])("given %s throws at once, in both modes, and goes on without it", async (_what, add, code) => {
    const tables = await open();
    const { store, set } = tables;
    const batch = store.batch().insert(set, ["c", 1]);
    expect(() => add(batch, tables as never)).toThrow(expect.objectContaining({ code }));
    expect(() => add(batch, tables as never)).toThrow(/in a batch: /);
    expect(await batch.commit()).toBe(true);
    expect(await set.lookup("c")).toEqual([["c", 1]]);
  });

  test("is spent after commit, whatever that came to", async () => {
    const { store, set } = await open();
    const batches = [
      store.batch(),
      store.batch().insert(set, ["c"]),
      store.batch().insertNew(set, ["a"]),
      store.batch().updateCounter(set, "z", 1),
    ];
    const outcomes = [];
    for (const batch of batches) {
      try {
        outcomes.push(await batch.commit());
      } catch (error) {
        outcomes.push((error as StoreError).code);
      }
      const again = await failure("STORE_INVALID_OPERATION", () => batch.commit());
      expect(again.message).toBe("commit of a batch: the batch was committed, and is spent");
      expect(() => batch.insert(set, ["d"])).toThrow("the batch was committed, and is spent");
    }
    expect(outcomes).toEqual([true, true, false, "STORE_KEY_NOT_FOUND"]);
    expect(batches.map(({ results }) => results)).toEqual([[], [undefined], undefined, undefined]);
    expect(await set.member("d")).toBe(false);
  });

  test("over tables of two backends is refused, naming both", async () => {
    const { store, set } = await open();
    await store.configureDomain("far", { adapter: batching(mode) });
    const far = await store.ensureTable("far", "away");
    const batch = store.batch().insert(set, ["c"]);
    let error: unknown;
    try {
      batch.insert(far, ["k"]);
    } catch (thrown) {
      error = thrown;
    }
    expect(error).toMatchObject({ code: "STORE_NOT_SUPPORTED" });
    expect((error as StoreError).message).toMatch(/"away" \(domain "far"\).*"set" \(domain "d"\)/);
    expect(await batch.commit()).toBe(true);
  });

  test("over a table of another store, a closed one, or an adapter without batches is refused", async () => {
    const { store, set, ordered } = await open();
    const other = await (await open()).store.ensureTable("d", "set");
    const batch = store.batch();
    expect(() => batch.insert(other, ["k"])).toThrow(
      expect.objectContaining({
        code: "STORE_INVALID_OPERATION",
        message: expect.stringContaining("of another store"),
      }),
    );
    await ordered.close();
    expect(() => batch.insert(ordered, ["k"])).toThrow(
      expect.objectContaining({ code: "STORE_TABLE_CLOSED" }),
    );
    await store.configureDomain("plain", { adapter: arrayAdapterOf(mode) });
    const plain = await store.ensureTable("plain", "t");
    expect(() => batch.insert(plain, ["k"])).toThrow(
      expect.objectContaining({
        code: "STORE_NOT_SUPPORTED",
        message: expect.stringContaining("has no batches"),
      }),
    );
    batch.insert(set, ["c"]);
    await set.close();
    await failure("STORE_TABLE_CLOSED", () => batch.commit());
  });
});
