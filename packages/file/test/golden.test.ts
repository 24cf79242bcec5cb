import { cpSync, existsSync, readdirSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { createStore, type StoreRecord } from "@store/core";
import { describe, expect, test } from "vitest";
import { createFileAdapter } from "../src/file-adapter.js";
import { directoryName } from "../src/file-name.js";
import type { FileOptions } from "../src/options.js";
import { nodeFileSystem } from "../src/platform/node-file-system.js";
import { nodeHost } from "../src/platform/node-host.js";
import { FORMAT_VERSION, SEGMENT_HEADER_BYTES } from "../src/segment.js";
import { GOLDEN_TABLES, type GoldenEnd } from "./golden/golden-table.js";
import { temporaryDirectory } from "./support/playground.js";
import { ReadMeter } from "./support/read-meter.js";

const golden = fileURLToPath(new URL("golden", import.meta.url));
const formats = readdirSync(golden).filter((name) => name.startsWith("format-"));

const FILES: Readonly<Record<GoldenEnd, readonly string[]>> = {
  closed: ["000001.log", "MANIFEST", "RELEASED"],
  hinted: ["000001.hint", "000001.log", "MANIFEST", "RELEASED"],
  torn: ["000001.log", "MANIFEST", "RELEASED"],
  compacted: ["000002.base", "000004.log", "MANIFEST", "RELEASED"],
};

test("there are golden files of this format", () => {
  expect(formats).toContain(`format-${FORMAT_VERSION}`);
});

describe.each(formats)("%s", (format) => {
  test.each(GOLDEN_TABLES)("$name holds what was written", ({ name, type, end, records }) => {
    const table = directoryName(name);
    const [epoch = "", ...others] = readdirSync(join(golden, format, table));
    expect(others).toEqual([]);
    expect(readdirSync(join(golden, format, table, epoch)).sort()).toEqual(FILES[end]);

    const dataDir = temporaryDirectory();
    cpSync(join(golden, format, table), join(dataDir, "d", table), { recursive: true });
    const meter = new ReadMeter(nodeFileSystem);
    const adapter = createFileAdapter({ fileSystem: meter.fileSystem, host: nodeHost });
    const open = (options: FileOptions) => {
      const store = createStore({ adapter, options: { dataDir, ...options } });
      return { store, table: store.ensureTable<StoreRecord>("d", name, { type }) };
    };

    const first = open({ repair: false });
    if (end === "hinted") expect(meter.bytesOf(".log")).toBe(SEGMENT_HEADER_BYTES);
    expect(sorted(first.table.records())).toStrictEqual(sorted(records));
    expect(first.table.size).toBe(records.length);
    for (const [key] of records) {
      const ofKey = records.filter((record) => record[0] === key);
      expect(first.table.lookup(key)).toStrictEqual(ofKey);
    }
    if (type === "ordered_set") {
      expect([...first.table.keys()]).toEqual(records.map(([key]) => key));
    }
    expect(first.table.info().details?.repair).toEqual(
      end === "torn"
        ? expect.objectContaining({ reason: "torn tail", tornBytes: expect.any(Number) })
        : undefined,
    );
    first.table.insert(["new", 1]);
    first.store.close();

    const second = open({ repair: "force" });
    expect(sorted(second.table.records())).toStrictEqual(sorted([...records, ["new", 1]]));
    second.store.close();
    expect(existsSync(join(golden, format, table, epoch, "lock"))).toBe(false);
  });
});

/** In an order that doesn't depend on the table; the records of a key stay in theirs. */
function sorted(records: Iterable<StoreRecord>): StoreRecord[] {
  const textOf = ([key]: StoreRecord): string =>
    JSON.stringify([key], (_, value) => (typeof value === "bigint" ? `${value}n` : value));
  return [...records].sort((a, b) => (textOf(a) < textOf(b) ? -1 : textOf(a) > textOf(b) ? 1 : 0));
}
