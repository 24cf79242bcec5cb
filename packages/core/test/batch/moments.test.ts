import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import { type AnyTable, openBatching } from "../support/batch-fixture.js";
import { MODES } from "../support/mode.js";

beforeEach(() => void vi.useFakeTimers({ now: 1_000, toFake: ["Date"] }));
afterEach(() => void vi.useRealTimers());

describe.each(MODES)("batch over records that expire, in a store that is %s,", (mode) => {
  const open = () => openBatching(mode);

  test("gives records theirs, keeps them in updates, and sees what expired", async () => {
    const { store, set, bag } = await open();
    await set.insert(["c", 1], { expiresAt: 5_000 });
    await set.insert(["gone", 1], { expiresAt: 1_500 });
    const short = await store.ensureTable("d", "short", { expireAfter: 100 });
    vi.setSystemTime(2_000);
    await store
      .batch()
      .insert(set, ["at", 1], { expiresAt: new Date(3_000) })
      .insertNew(set, ["gone", 2])
      .updateCounter(set, "c", 1)
      .updateElement(set, "c", [2, 7])
      .replace(set, ["a", 1], ["a", 2], { expiresAt: 4_000 })
      .insertMany(
        bag,
        [
          ["x", 1],
          ["x", 2],
        ],
        { expiresAt: 3_000 },
      )
      .insert(bag, ["x", 3])
      .insert(bag, ["past"], { expiresAt: 1 })
      .check(set, "past", undefined)
      .insert(short, ["s"])
      .updateCounter(short, "n", 1, ["n", 0])
      .commit();
    const moments = (table: AnyTable, ...keys: string[]) =>
      Promise.all(keys.map((key) => table.expiresAt(key)));
    expect(await moments(set, "at", "gone", "c", "a", "b")).toEqual([
      3_000,
      undefined,
      5_000,
      4_000,
      undefined,
    ]);
    expect(await moments(short, "s", "n")).toEqual([2_100, 2_100]);
    expect(await bag.member("past")).toBe(false);
    vi.setSystemTime(3_000);
    expect(await bag.lookup("x")).toEqual([["x", 3]]);
    expect(await set.member("at")).toBe(false);
    expect(await store.batch().check(set, "at", undefined).commit()).toBe(true);
  });

  test("a record inserted with a moment that is past isn't there for what follows", async () => {
    const { store, set, bag } = await open();
    const batch = store
      .batch()
      .insert(set, ["a", 2], { expiresAt: 500 })
      .insertNew(set, ["a", 3])
      .insertMany(bag, [
        ["x", 1],
        ["x", 2],
      ])
      .insert(bag, ["x", 1], { expiresAt: 1 })
      .deleteMany(bag, ["x"]);
    expect(await batch.commit()).toBe(true);
    expect(batch.results?.at(-1)).toBe(1);
    expect(await set.lookup("a")).toEqual([["a", 3]]);
  });
});
