import { describe, expect, test, vi } from "vitest";
import { sqliteAdapter } from "../src/index.js";
import { MAX_KEY_BYTES, MAX_RECORD_BYTES } from "../src/limits.js";
import { failureOf } from "./support/failure-of.js";
import { hasSqlite } from "./support/has-sqlite.js";
import { openStore } from "./support/open-store.js";
import { scratchPath } from "./support/scratch.js";

// As those of SQLite, which take gigabytes to meet.
vi.mock("../src/limits.js", () => ({ MAX_KEY_BYTES: 20, MAX_RECORD_BYTES: 60 }));

describe.skipIf(!hasSqlite)("limits", () => {
  test("what is longer than the declared limits is refused with both sizes; what is as long is kept", () => {
    expect(sqliteAdapter.capabilities).toMatchObject({
      maxKeyBytes: MAX_KEY_BYTES,
      maxRecordBytes: MAX_RECORD_BYTES,
    });
    for (const type of ["set", "bag"] as const) {
      const table = openStore({ path: scratchPath() }).ensureTable("d", "t", { type });
      const key = "k".repeat(18);
      // The version, the number of elements, and two strings with a byte or two before them.
      const value = "v".repeat(60 - 2 - 19 - 1);
      table.insertMany([[key, value]]);
      expect(table.lookup(key)).toEqual([[key, value]]);
      const longKey = failureOf(() => table.insertMany([["a"], [`${key}k`]]));
      expect(longKey.code).toBe("STORE_INVALID_KEY");
      expect(longKey.message).toContain("takes 21 bytes, more than the 20");
      const longRecord = failureOf(() => table.insert([key, `${value}v`]));
      expect(longRecord.code).toBe("STORE_INVALID_RECORD");
      expect(longRecord.message).toContain("takes 61 bytes, more than the 60");
      expect(table.size).toBe(1);
    }
  });
});
