import type { StoreRecord, Table } from "@store/core";
import { createClient } from "redis";
import { describe, expect, onTestFinished, test } from "vitest";
import { isServerThere, SERVER_URL } from "./support/server.js";
import { openStore, ownPrefix } from "./support/stores.js";

type AnyTable = Table<StoreRecord, "async">;

const isThere = await isServerThere();
const EXPIRED = 2_500;

async function client() {
  const opened = await createClient({ url: SERVER_URL }).connect();
  onTestFinished(() => opened.close());
  return opened;
}

describe.skipIf(!isThere)(isThere ? "expiry" : "skipped: no Redis answers", () => {
  test("a walk over thousands of expired records goes on in steps", async () => {
    const table: AnyTable = await openStore().ensureTable("d", "t", { type: "ordered_set" });
    const many = Array.from({ length: EXPIRED }, (_unused, n): StoreRecord => [n, n]);
    await table.insertMany(many, { expiresAt: 1 });
    await table.insert([EXPIRED, "left"]);
    expect(await table.first()).toBe(EXPIRED);
    expect(await table.prev(EXPIRED)).toBeUndefined();
    expect(await table.size).toBe(1);
    expect(await table.deleteRange({ gte: 0 })).toBe(1);
    expect(await table.firstLookup()).toBeUndefined();
  });

  test("a store learns from a value that another store gave the table moments", async () => {
    const prefix = ownPrefix();
    const table: AnyTable = await openStore({ prefix }).ensureTable("d", "t");
    await table.insert(["k", 1]);
    expect(await table.lookup("k")).toEqual([["k", 1]]);
    const other: AnyTable = await openStore({ prefix }).ensureTable("d", "t");
    await other.insertMany([["gone", 1]], { expiresAt: 1 });
    await other.expire("k", 4e12);
    expect(await table.lookupMany(["k", "gone"])).toEqual([[["k", 1]], []]);
    expect(await table.updateElement("k", [2, 2])).toBe(true);
    expect(await table.expiresAt("k")).toBe(4e12);
    await other.expire("k", null);
    expect(await table.lookup("k")).toEqual([["k", 2]]);
  });

  test("count purges, and leaves nothing of what expired", async () => {
    const prefix = ownPrefix();
    const table: AnyTable = await openStore({ prefix }).ensureTable("d", "t", { type: "bag" });
    await table.insertMany(
      [
        ["a", 1],
        ["a", 2],
      ],
      { expiresAt: 1 },
    );
    expect(await table.count()).toBe(0);
    expect(
      (await (await client()).keys(`${prefix}:*`)).filter((key) => !key.endsWith("}")),
    ).toEqual([]);
  });
});
