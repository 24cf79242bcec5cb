import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import { SWEPT_AT_A_TIME } from "../src/tables/sqlite-table.js";
import { hasSqlite } from "./support/has-sqlite.js";
import { openStore } from "./support/open-store.js";
import { rawDatabase } from "./support/raw-database.js";
import { scratchPath } from "./support/scratch.js";

describe.skipIf(!hasSqlite)("rows of records that are past their moment", () => {
  beforeEach(() => {
    vi.useFakeTimers();
  });
  afterEach(() => {
    vi.useRealTimers();
  });

  test("are gone at most a minute later, in steps, while their table is open", () => {
    const path = scratchPath();
    const table = openStore({ path }).ensureTable<[number]>("d", "t");
    const rows = rowCounter(path);
    const count = 3 * SWEPT_AT_A_TIME + 1;
    table.insertMany(
      Array.from({ length: count }, (_, index): [number] => [index]),
      { expiresAt: Date.now() + 5_000 },
    );
    table.insert([-1]);
    vi.advanceTimersByTime(4_999);
    expect([table.size, rows()]).toEqual([count + 1, count + 1]);
    vi.advanceTimersByTime(1);
    expect([table.size, rows()]).toEqual([1, count + 1]);
    const seen = new Set<unknown>();
    for (let step = 0; step < 3_000; step++) {
      vi.advanceTimersByTime(20);
      seen.add(rows());
    }
    const left = [3, 2, 1].map((steps) => 2 + SWEPT_AT_A_TIME * (steps - 1));
    expect([...seen]).toEqual([count + 1, ...left, 1]);
  });

  test("that expired while nobody had the table open are gone soon after it is opened", () => {
    const path = scratchPath();
    const store = openStore({ path });
    store.ensureTable<[string]>("d", "t").insert(["a"], { expiresAt: Date.now() + 1_000 });
    store.close();
    vi.advanceTimersByTime(60_000);
    const rows = rowCounter(path);
    expect(rows()).toBe(1);
    openStore({ path }).ensureTable("d", "t");
    openStore({ path }).ensureTable("d", "other");
    vi.advanceTimersByTime(100);
    expect(rows()).toBe(0);
  });

  test("wait while another connection writes, and keep nobody waiting", () => {
    const path = scratchPath();
    const store = openStore({ path, busyTimeout: 100_000_000 });
    const table = store.ensureTable<[string]>("d", "t");
    table.insert(["a"], { expiresAt: Date.now() + 1_000 });
    const rows = rowCounter(path);
    const other = rawDatabase(path);
    other.exec("BEGIN IMMEDIATE");
    vi.advanceTimersByTime(120_000);
    expect(rows()).toBe(1);
    other.exec("COMMIT");
    vi.advanceTimersByTime(60_000);
    expect(rows()).toBe(0);
  });

  test("aren't looked for any more when no table is open", () => {
    const store = openStore({ path: scratchPath() });
    const tables = ["a", "b"].map((name) => store.ensureTable("d", name));
    vi.advanceTimersByTime(60_000);
    expect(vi.getTimerCount()).toBe(1);
    tables[0]?.close();
    expect(vi.getTimerCount()).toBe(1);
    tables[1]?.close();
    expect(vi.getTimerCount()).toBe(0);
  });
});

/** Counts the rows of the first table of a database. */
function rowCounter(path: string): () => unknown {
  const count = rawDatabase(path).prepare("SELECT count(*) AS count FROM _store_1");
  return () => (count.get() as { count: unknown }).count;
}
