import { describe, expect, test } from "vitest";
import { hasSqlite } from "./support/has-sqlite.js";
import { openStore } from "./support/open-store.js";
import { replaceSqlite } from "./support/replace-sqlite.js";
import { scratchPath } from "./support/scratch.js";

describe.skipIf(!hasSqlite)("synchronous", () => {
  test("full: each commit is synced, and sync has nothing to do", () => {
    const { store, said } = watched("full");
    const table = store.ensureTable<[string]>("d", "t");
    said.length = 0;
    table.insert(["a"]);
    table.sync();
    table.close();
    expect(said).toEqual([]);
  });

  test("normal: sync and close commit once with FULL, which brings all before it to disk", () => {
    const { store, said } = watched("normal");
    const table = store.ensureTable<[string]>("d", "t");
    const expected = ["PRAGMA synchronous = FULL", "PRAGMA synchronous = NORMAL"];
    said.length = 0;
    table.insert(["a"]);
    expect(said).toEqual([]);
    table.sync();
    expect(said).toEqual(expected);
    table.insert(["b"]);
    table.close();
    expect(said).toEqual([...expected, ...expected]);
  });
});

/** A store, and what it says of `synchronous`. */
function watched(synchronous: "full" | "normal") {
  const said: string[] = [];
  replaceSqlite({
    exec(sql, database) {
      if (sql.includes("synchronous")) said.push(sql);
      database.exec(sql);
    },
  });
  return { store: openStore({ path: scratchPath(), synchronous }), said };
}
