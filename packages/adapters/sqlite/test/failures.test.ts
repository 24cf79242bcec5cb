import { toolkit } from "@store/core";
import { describe, expect, test } from "vitest";
import { openConnection } from "../src/database/open-connection.js";
import { isBusy, sqlFailure } from "../src/database/sql-failure.js";
import { sqliteAdapter } from "../src/index.js";
import { failureOf } from "./support/failure-of.js";
import { hasSqlite } from "./support/has-sqlite.js";
import { openStore } from "./support/open-store.js";
import { rawDatabase } from "./support/raw-database.js";
import { replaceSqlite, sqliteError } from "./support/replace-sqlite.js";
import { scratchPath } from "./support/scratch.js";

test.each([
  [5, "STORE_LOCKED"],
  [517, "STORE_LOCKED"],
  [6, "STORE_LOCKED"],
  [15, "STORE_LOCKED"],
  [8, "STORE_READ_ONLY"],
  [776, "STORE_READ_ONLY"],
  [11, "STORE_CORRUPT"],
  [267, "STORE_CORRUPT"],
  [26, "STORE_CORRUPT"],
  [18, "STORE_INVALID_RECORD"],
  [10, "STORE_IO"],
  [13, "STORE_IO"],
  [1, "STORE_IO"],
])("SQLite's result code %i is %s, with its words and itself as the cause", (errcode, code) => {
  const cause = sqliteError(errcode, "what SQLite says");
  const failure = sqlFailure(cause, { path: "/data/a.db", busyTimeout: 7 }, toolkit);
  expect(failure).toMatchObject({ code, cause });
  expect((failure as Error).message).toContain("what SQLite says");
});

test("what isn't SQLite's is left as it is", () => {
  const error = new TypeError("not SQLite's");
  expect(sqlFailure(error, { path: "", busyTimeout: 0 }, toolkit)).toBe(error);
  expect(isBusy(error)).toBe(false);
  expect(isBusy("a string")).toBe(false);
});

describe.skipIf(!hasSqlite)("failures", () => {
  test("while another connection writes, a write is STORE_LOCKED after busyTimeout, and a read isn't", () => {
    const path = scratchPath();
    const store = openStore({ path, busyTimeout: 1 });
    const table = store.ensureTable<[string, number]>("d", "t", { type: "ordered_set" });
    const bag = store.ensureTable<[string, number]>("d", "bag", { type: "bag" });
    table.insert(["a", 1]);
    const other = rawDatabase(path);
    other.exec("BEGIN IMMEDIATE");
    const writes = [
      () => table.insert(["a", 2]),
      () =>
        table.insertMany([
          ["b", 2],
          ["c", 2],
        ]),
      () => table.insertNew(["b", 2]),
      () =>
        table.insertNewMany([
          ["b", 2],
          ["c", 2],
        ]),
      () => table.replace(["a", 1], ["a", 2]),
      () => table.updateCounter("a", 1),
      () => table.take("a"),
      () => table.delete("a"),
      () => table.deleteRange({}),
      () => table.expire("a", 1),
      () => bag.insertNew(["a", 1]),
      () => store.batch().insert(table, ["a", 2]).insert(bag, ["a", 2]).commit(),
      () => store.ensureTable("d", "new"),
      () => store.dropTable("d", "other"),
    ];
    for (const write of writes) {
      const { code, message } = failureOf(write);
      expect(code).toBe("STORE_LOCKED");
      expect(message).toContain(`another connection has been writing to ${path} for 1 ms`);
    }
    expect(table.lookup("a")).toEqual([["a", 1]]);
    other.exec("COMMIT");
    expect(table.updateCounter("a", 1)).toBe(2);
    expect(store.tables("d").map(({ name }) => name)).toEqual(["bag", "t"]);
  });

  test("an open waits while another connection makes the database, up to busyTimeout", () => {
    const path = scratchPath();
    const other = rawDatabase(path);
    other.exec("BEGIN EXCLUSIVE; CREATE TABLE theirs (a)");
    const { code } = failureOf(() => openStore({ path, busyTimeout: 20 }).tables("d"));
    expect(code).toBe("STORE_LOCKED");

    // SQLite itself doesn't always wait.
    let tries = 0;
    replaceSqlite({
      exec(sql, database) {
        if (sql.startsWith("PRAGMA busy_timeout") && ++tries === 3) other.exec("COMMIT");
        database.exec(sql.replace("60000", "0"));
      },
    });
    expect(openStore({ path, busyTimeout: 60_000 }).tables("d")).toEqual([]);
    expect(tries).toBe(3);
  });

  test("a database that can't be read for a moment isn't taken for somebody else's", () => {
    const path = scratchPath();
    openStore({ path, busyTimeout: 0 }).tables("d");
    replaceSqlite({
      prepare(sql, database) {
        if (sql.startsWith("SELECT value FROM _store_meta")) throw sqliteError(5, "busy");
        return database.prepare(sql);
      },
    });
    expect(failureOf(() => openStore({ path, busyTimeout: 1 }).tables("d")).code).toBe(
      "STORE_LOCKED",
    );
  });

  test("of stores that make a database, or a table, at once, each finds what the others have made", () => {
    const path = scratchPath();
    let isFirst = true;
    replaceSqlite({
      exec(sql, database) {
        if (sql === "BEGIN IMMEDIATE" && isFirst) {
          isFirst = false;
          openStore({ path }).ensureTable("d", "t", { type: "bag" });
          isFirst = true;
        }
        database.exec(sql);
      },
    });
    const store = openStore({ path });
    expect(store.tables("d")).toEqual([{ name: "t", type: "bag" }]);
    store.dropTable("d", "t");
    expect(failureOf(() => store.ensureTable("d", "t", { type: "set" })).code).toBe(
      "STORE_TABLE_TYPE_MISMATCH",
    );
  });

  test("a write that finds the disk full is STORE_IO, leaves nothing, and the next one that fits succeeds", () => {
    const path = scratchPath();
    const connection = openConnection(sqliteAdapter.normalizeOptions({ path }), toolkit);
    connection.exec("CREATE TABLE t (a); PRAGMA max_page_count = 20");
    const insert = connection.statement("INSERT INTO t VALUES (?)");
    const { code, message } = failureOf(() =>
      connection.transaction(() => {
        for (let index = 0; index < 100; index++) insert.run("x".repeat(4_000));
      }),
    );
    expect(code).toBe("STORE_IO");
    expect(message).toContain("full");
    expect(connection.statement("SELECT count(*) FROM t").get()).toEqual([0]);
    connection.transaction(() => insert.run("x"));
    expect(connection.statement("SELECT count(*) FROM t").get()).toEqual([1]);
    connection.close();
  });

  test("a transaction that SQLite has rolled back by itself is over", () => {
    let isBroken = false;
    replaceSqlite({
      exec(sql, database) {
        if (isBroken && sql === "COMMIT") {
          database.exec("ROLLBACK");
          throw sqliteError(10, "disk I/O error");
        }
        database.exec(sql);
      },
    });
    const store = openStore({ path: scratchPath() });
    const table = store.ensureTable<[string, number]>("d", "t");
    isBroken = true;
    expect(failureOf(() => store.batch().insert(table, ["a", 1]).commit()).code).toBe("STORE_IO");
    isBroken = false;
    expect(store.batch().insert(table, ["b", 1]).commit()).toBe(true);
    expect([...table.records()]).toEqual([["b", 1]]);
  });

  test("rows that come as objects, as Node before 22.16 has them, are read as well", () => {
    replaceSqlite({
      prepare(sql, database) {
        const statement = database.prepare(sql);
        return {
          run: (...values) => statement.run(...values),
          get: (...values) => statement.get(...values),
          all: (...values) => statement.all(...values),
        };
      },
    });
    const store = openStore({ path: scratchPath() });
    const table = store.ensureTable<[string, number]>("d", "t", { type: "ordered_set" });
    table.insertMany([
      ["a", 1],
      ["b", 2],
    ]);
    expect(table.lookup("a")).toEqual([["a", 1]]);
    expect(table.lookup("c")).toEqual([]);
    expect(table.nextLookup("a")).toEqual(["b", [["b", 2]]]);
    expect([...table.records()]).toEqual([
      ["a", 1],
      ["b", 2],
    ]);
    expect(table.lookupMany(["b", "c"])).toEqual([[["b", 2]], []]);
    expect(table.take("b")).toEqual([["b", 2]]);
    expect(table.size).toBe(1);
  });

  test("a table that another store has dropped is STORE_TABLE_CLOSED, and another one of its name isn't it", () => {
    const path = scratchPath();
    const table = openStore({ path }).ensureTable("d", "t");
    table.insert(["a", 1]);
    const other = openStore({ path });
    expect(other.dropTable("d", "t")).toBe(true);
    for (const call of [() => table.lookup("a"), () => table.insert(["a", 2]), () => table.size]) {
      const { code, message } = failureOf(call);
      expect(code).toBe("STORE_TABLE_CLOSED");
      expect(message).toContain("the table was dropped by another store");
    }
    const bag = other.ensureTable("d", "t", { type: "bag" });
    expect(failureOf(() => table.lookup("a")).code).toBe("STORE_TABLE_CLOSED");
    expect(bag.size).toBe(0);
    table.close();
  });
});
