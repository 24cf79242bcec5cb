import { cpSync, readdirSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { compareKeys, createStore, type StoreRecord } from "@store/core";
import { describe, expect, test } from "vitest";
import { fileAdapter } from "../src/file-adapter.js";
import { FORMAT_VERSION } from "../src/format/format-version.js";
import type { FileOptions } from "../src/options.js";
import type { RepairReport } from "../src/repair-report.js";
import {
  EXPIRING_KEY,
  GOLDEN_ENDS,
  GOLDEN_MOMENT,
  GOLDEN_TYPES,
  goldenRecords,
} from "./golden/golden-directory.js";
import { temporaryDirectory } from "./support/playground.js";

const golden = fileURLToPath(new URL("golden", import.meta.url));
const formats = readdirSync(golden).filter((name) => name.startsWith("format-"));

test("there are golden files of this format", () => {
  expect(formats).toContain(`format-${FORMAT_VERSION}`);
});

describe.each(formats)("%s", (format) => {
  test.each(GOLDEN_ENDS)("a directory that was %s holds what was written", (end) => {
    const dataDir = temporaryDirectory();
    cpSync(join(golden, format, end), dataDir, { recursive: true });
    const reports: RepairReport[] = [];
    const open = (options: FileOptions) =>
      createStore({
        adapter: fileAdapter,
        options: { dataDir, onRepair: (report) => reports.push(report), ...options },
      });

    for (const repair of [false, "force"] as const) {
      const store = open({ repair });
      expect(store.tables("d").map(({ name }) => name)).toEqual([...GOLDEN_TYPES].sort());
      for (const type of GOLDEN_TYPES) {
        const table = store.ensureTable<StoreRecord>("d", type, { type });
        const added = repair === "force" ? [["new", 1] as StoreRecord] : [];
        const records = [...goldenRecords(type, end), ...added];
        expect(sorted(table.records())).toStrictEqual(sorted(records));
        expect(table.size).toBe(records.length);
        for (const [key] of records) {
          expect(table.lookup(key)).toStrictEqual(records.filter((record) => record[0] === key));
        }
        const keys = records.map(([key]) => key).sort(compareKeys);
        if (type === "ordered_set") expect([...table.keys()]).toEqual(keys);
        expect(table.expiresAt(EXPIRING_KEY)).toBe(GOLDEN_MOMENT);
        if (repair === false) table.insert(["new", 1]);
      }
      store.close();
    }
    const reasons = new Set(reports.map(({ reason }) => reason));
    expect([...reasons]).toEqual(end === "torn" ? ["torn tail", "forced"] : ["forced"]);
  });
});

/** In an order that doesn't depend on the table; the records of a key stay in theirs. */
function sorted(records: Iterable<StoreRecord>): StoreRecord[] {
  const textOf = ([key]: StoreRecord): string =>
    JSON.stringify([key], (_, value) => (typeof value === "bigint" ? `${value}n` : value));
  return [...records].sort((a, b) => (textOf(a) < textOf(b) ? -1 : textOf(a) > textOf(b) ? 1 : 0));
}
