import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import type { Store, StoreRecord, TableOptions } from "../../src/index.js";
import { arrayAdapterOf } from "../support/array-adapter.js";
import { failure, MODES, storeOf } from "../support/mode.js";
import { all, type UntypedTable } from "../support/table-calls.js";

beforeEach(() => void vi.useFakeTimers({ now: 1_000, toFake: ["Date"] }));
afterEach(() => void vi.useRealTimers());

describe.each(MODES)("moments in a store that is %s", (mode) => {
  const open = () => storeOf(mode, arrayAdapterOf(mode, { capabilities: { expiry: true } }));

  async function table(store: Store<"async">, options: TableOptions = {}): Promise<UntypedTable> {
    const opened = await store.ensureTable("d", "t", { type: "ordered_set", ...options });
    return opened as unknown as UntypedTable;
  }

  const writes: Record<string, (t: UntypedTable, options?: object) => unknown> = {
    insert: (t, options) => t.insert(["k", 1], options),
    insertMany: (t, options) =>
      t.insertMany(
        [
          ["k", 1],
          ["l", 1],
        ],
        options,
      ),
    insertNew: (t, options) => t.insertNew(["k", 1], options),
    insertNewMany: (t, options) => t.insertNewMany([["k", 1]], options),
    replace: async (t, options) => {
      await t.insert(["k", 0]);
      await t.replace(["k", 0], ["k", 1], options);
    },
  };

  test.each(Object.entries(writes))(
    "%s gives the one in its options, a number or a Date",
    async (_n, write) => {
      for (const expiresAt of [5_000, new Date(5_000)]) {
        await using store = open();
        const expiring = await table(store);
        await write(expiring, { expiresAt });
        expect(await expiring.expiresAt("k")).toBe(5_000);
        vi.setSystemTime(4_999);
        expect(await expiring.lookup("k")).toEqual([["k", 1]]);
        vi.setSystemTime(5_000);
        expect(await expiring.lookup("k")).toEqual([]);
        expect(await expiring.insertNew(["k", 2])).toBe(true);
        expect(await expiring.expiresAt("k")).toBe(undefined);
        vi.setSystemTime(1_000);
      }
    },
  );

  test.each(Object.entries(writes))(
    "%s without one has the table's expireAfter, or never",
    async (_n, write) => {
      await using store = open();
      const never = await table(store);
      await write(never);
      await write(never, {});
      await write(never, { expiresAt: undefined });
      expect(await never.expiresAt("k")).toBe(undefined);
      await never.deleteAllObjects();
      await never.close();
      const short = await table(store, { expireAfter: 250 });
      await write(short);
      expect(await short.expiresAt("k")).toBe(1_250);
      await short.deleteAllObjects();
      await write(short, { expiresAt: 9_000 });
      expect(await short.expiresAt("k")).toBe(9_000);
    },
  );

  test.each(Object.entries(writes))(
    "%s with one that is past: the record isn't there",
    async (_n, write) => {
      await using store = open();
      const expiring = await table(store);
      await write(expiring, { expiresAt: -1 });
      expect(await expiring.member("k")).toBe(false);
      expect(await expiring.size).toBe(0);
    },
  );

  test.each([Number.NaN, Infinity, "1", 1n, {}, null, new Date(Number.NaN)])(
    "that is %o is STORE_INVALID_OPERATION, and nothing is written",
    async (moment) => {
      await using store = open();
      const expiring = await table(store);
      for (const write of Object.values(writes).slice(0, 4)) {
        await failure("STORE_INVALID_OPERATION", () => write(expiring, { expiresAt: moment }));
      }
      await expiring.insert(["k", 0]);
      if (moment !== null) {
        const error = await failure("STORE_INVALID_OPERATION", () =>
          expiring.expire("k", moment as never),
        );
        expect(error.message).toContain(
          "a moment is a Date or a number of milliseconds since 1970; got",
        );
      }
      expect(await all(expiring.records())).toEqual([["k", 0]]);
    },
  );

  test("options that are none, or have another name, are STORE_INVALID_OPERATION", async () => {
    await using store = open();
    const expiring = await table(store);
    for (const options of [null, 1, [], { expireAt: 1 }]) {
      await failure("STORE_INVALID_OPERATION", () => expiring.insert(["k"], options as never));
    }
    expect(await expiring.size).toBe(0);
  });

  test("updateElement, updateCounter leave it; the default and append get expireAfter's", async () => {
    await using store = open();
    const short = await table(store, { expireAfter: 250 });
    await short.insert(["k", 1, 1], { expiresAt: 5_000 });
    await short.updateElement("k", [3, 2]);
    await short.updateCounter("k", 1);
    await short.updateCounter("k", [[2, 1]]);
    expect(await short.expiresAt("k")).toBe(5_000);
    await short.updateCounter("n", 1, ["?", 0]);
    await short.updateCounter("m", [[2, 1]], ["?", 0]);
    await short.updateElement("e", [2, 1], ["?", 0]);
    await short.append(["log"], 1);
    for (const key of ["n", "m", "e", ["log", 1]]) expect(await short.expiresAt(key)).toBe(1_250);
    vi.setSystemTime(1_250);
    expect(await short.updateCounter("n", 1, ["?", 10])).toBe(11);
    expect(await short.append(["log"], 1)).toEqual(["log", 1]);
    expect(await short.expiresAt("n")).toBe(1_500);
  });

  test("replace without one gives what insert gives, and not the old one", async () => {
    await using store = open();
    const expiring = await table(store);
    await expiring.insert(["k", 1], { expiresAt: 5_000 });
    expect(await expiring.replace(["k", 1], ["k", 2])).toBe(true);
    expect(await expiring.expiresAt("k")).toBe(undefined);
  });

  test("expire sets, clears, and says whether the key was there", async () => {
    await using store = open();
    const expiring = await table(store);
    await expiring.insert(["k", 1]);
    expect(await expiring.expire("k", new Date(3_000))).toBe(true);
    expect(await expiring.expiresAt("k")).toBe(3_000);
    expect(await expiring.expire("k", null)).toBe(true);
    expect(await expiring.expiresAt("k")).toBe(undefined);
    expect(await expiring.expire("missing", 3_000)).toBe(false);
    expect(await expiring.expiresAt("missing")).toBe(undefined);
    expect(await expiring.expire("k", 1)).toBe(true);
    expect(await expiring.member("k")).toBe(false);
    await failure("STORE_INVALID_KEY", () => expiring.expire(Number.NaN, 1));
  });

  test("in a bag are the records': a list's moment for each, the earliest is told", async () => {
    await using store = open();
    const bag = await table(store, { type: "bag" });
    await bag.insertMany(
      [
        ["k", 1],
        ["k", 2],
      ],
      { expiresAt: 5_000 },
    );
    await bag.insert(["k", 3]);
    await bag.insert(["k", 1], { expiresAt: 3_000 });
    expect(await bag.expiresAt("k")).toBe(3_000);
    vi.setSystemTime(3_000);
    expect(await bag.lookup("k")).toEqual([
      ["k", 2],
      ["k", 3],
    ]);
    await bag.expire("k", 4_000);
    vi.setSystemTime(4_000);
    expect(await bag.lookup("k")).toEqual([]);
  });

  test.each([0, -1, Number.NaN, Infinity, "1", null])(
    "expireAfter of %o is STORE_INVALID_OPTIONS",
    async (expireAfter) => {
      await using store = open();
      await failure("STORE_INVALID_OPTIONS", () =>
        table(store, { expireAfter: expireAfter as never }),
      );
    },
  );

  test("expireAfter given again is the same handle, another is STORE_INVALID_OPERATION", async () => {
    await using store = open();
    const short = await table(store, { expireAfter: 250 });
    expect(await table(store, { expireAfter: 250 })).toBe(short);
    expect(await table(store)).toBe(short);
    await failure("STORE_INVALID_OPERATION", () => table(store, { expireAfter: 251 }));
  });

  test("without the capability are STORE_NOT_SUPPORTED, and no method is handed one", async () => {
    const given: unknown[][] = [];
    const methods = (inner: { insertMany(records: readonly StoreRecord[]): unknown }) => ({
      insertMany: (...args: [readonly StoreRecord[]]) => {
        given.push(args);
        return inner.insertMany(...args);
      },
    });
    await using store = storeOf(mode, arrayAdapterOf(mode, { methods }));
    const plain = await table(store);
    for (const write of Object.values(writes).slice(0, 4)) {
      await failure("STORE_NOT_SUPPORTED", () => write(plain, { expiresAt: 5_000 }));
    }
    await failure("STORE_NOT_SUPPORTED", () => plain.replace([1], [1], { expiresAt: 5_000 }));
    await failure("STORE_NOT_SUPPORTED", () => plain.expire("k", 1));
    await failure("STORE_NOT_SUPPORTED", () => plain.expire("k", null));
    await failure("STORE_NOT_SUPPORTED", () => plain.expiresAt("k"));
    const error = await failure("STORE_NOT_SUPPORTED", () =>
      store.ensureTable("d", "other", { expireAfter: 1 }),
    );
    expect(error.message).toContain("has no expiry");
    for (const write of Object.values(writes)) await write(plain, {});
    await plain.updateCounter("n", 1, ["n", 0]);
    expect(given.every((args) => args.length === 1)).toBe(true);
  });
});
