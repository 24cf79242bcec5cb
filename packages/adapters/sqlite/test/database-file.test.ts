import { copyFileSync, existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { describe, expect, test } from "vitest";
import { FORMAT } from "../src/database/schema.js";
import { failureOf } from "./support/failure-of.js";
import { hasSqlite } from "./support/has-sqlite.js";
import { openStore } from "./support/open-store.js";
import { rawDatabase } from "./support/raw-database.js";
import { replaceSqlite } from "./support/replace-sqlite.js";
import { scratchPath } from "./support/scratch.js";

describe.skipIf(!hasSqlite)("the database file", () => {
  test("is made with its directory", () => {
    const path = join(dirname(scratchPath()), "a", "b", "store.db");
    openStore({ path }).ensureTable("d", "t");
    expect(existsSync(path)).toBe(true);
  });

  test("that isn't a database is STORE_CORRUPT, and stays as it is", () => {
    const path = scratchPath();
    writeFileSync(path, "not a database, however long it is ".repeat(100));
    const before = readFileSync(path);
    const { code, message } = failureOf(() => openStore({ path }).ensureTable("d", "t"));
    expect(code).toBe("STORE_CORRUPT");
    expect(message).toContain(`${path} isn't a SQLite database`);
    expect(readFileSync(path)).toEqual(before);
  });

  test("that is a directory is STORE_IO", () => {
    const path = scratchPath();
    mkdirSync(path);
    const { code, message } = failureOf(() => openStore({ path }).ensureTable("d", "t"));
    expect(code).toBe("STORE_IO");
    expect(message).toContain(path);
  });

  test("with damaged pages is STORE_CORRUPT for the calls that meet them", () => {
    const path = scratchPath();
    const store = openStore({ path });
    const table = store.ensureTable("d", "t", { type: "ordered_set" });
    table.insertMany(Array.from({ length: 5_000 }, (_, index) => [index, "x".repeat(100)]));
    store.close();
    const bytes = readFileSync(path);
    // All but the first pages, which have the schema.
    writeFileSync(path, bytes.fill(0xa5, 8 * 4_096));
    const damaged = openStore({ path }).ensureTable("d", "t");
    const { code, message } = failureOf(() => [...damaged.records()]);
    expect(code).toBe("STORE_CORRUPT");
    expect(message).toContain(`${path} is damaged`);
  });

  test("with a record whose bytes were changed is STORE_CORRUPT, also where it is compared", () => {
    const path = scratchPath();
    const store = openStore({ path });
    const table = store.ensureTable<[string, number]>("d", "t");
    table.insert(["a", 1]);
    rawDatabase(path).exec("UPDATE _store_1 SET record = x'7f'");
    expect(failureOf(() => table.lookup("a")).code).toBe("STORE_CORRUPT");
    expect(failureOf(() => table.replace(["a", 1], ["a", 2])).code).toBe("STORE_CORRUPT");
    expect(failureOf(() => table.deleteObject(["a", 1])).code).toBe("STORE_CORRUPT");
    expect(table.member("a")).toBe(true);
  });

  test("may hold tables of others, which are left alone", () => {
    const path = scratchPath();
    const others = rawDatabase(path);
    others.exec("CREATE TABLE tables (name TEXT); INSERT INTO tables VALUES ('theirs')");
    const store = openStore({ path });
    store.ensureTable<[number]>("d", "t").insert([1]);
    expect(store.dropTable("d", "t")).toBe(true);
    expect(others.prepare("SELECT name FROM tables").all()).toEqual([{ name: "theirs" }]);
  });

  test("with a _store_meta of somebody else's is STORE_CORRUPT", () => {
    for (const sql of [
      "CREATE TABLE _store_meta (a)",
      "CREATE TABLE _store_meta (name, value)",
      "CREATE TABLE _store_meta (name, value); INSERT INTO _store_meta VALUES ('format', 'x')",
    ]) {
      const path = scratchPath();
      rawDatabase(path).exec(sql);
      const { code, message } = failureOf(() => openStore({ path }).ensureTable("d", "t"));
      expect(code).toBe("STORE_CORRUPT");
      expect(message).toContain("a _store_meta that this adapter hasn't made");
    }
  });

  test("of a later format is STORE_NEWER_FORMAT, and stays as it is", () => {
    const path = scratchPath();
    openStore({ path }).ensureTable("d", "t");
    const other = rawDatabase(path);
    other.exec("PRAGMA wal_checkpoint(TRUNCATE)");
    other.exec(`UPDATE _store_meta SET value = ${FORMAT + 1} WHERE name = 'format'`);
    const { code, message } = failureOf(() => openStore({ path }).tables("d"));
    expect(code).toBe("STORE_NEWER_FORMAT");
    expect(message).toContain(
      `has format ${FORMAT + 1}; this version knows formats up to ${FORMAT}`,
    );
  });

  test("that can't have a write-ahead log is refused", () => {
    // As on a file system without shared memory.
    replaceSqlite({
      prepare: (sql, database) => database.prepare(sql.replace("= WAL", "= DELETE")),
    });
    const path = scratchPath();
    const { code, message } = failureOf(() => openStore({ path }).ensureTable("d", "t"));
    expect(code).toBe("STORE_IO");
    expect(message).toContain("its journal mode stays delete");
  });

  test("can be copied by SQLite's own means", () => {
    const path = scratchPath();
    openStore({ path }).ensureTable<[string]>("d", "t").insert(["kept"]);
    rawDatabase(path).exec(`VACUUM INTO '${path}.copy'`);
    copyFileSync(`${path}.copy`, `${path}.moved`);
    expect(
      openStore({ path: `${path}.moved` })
        .ensureTable("d", "t")
        .member("kept"),
    ).toBe(true);
  });
});
