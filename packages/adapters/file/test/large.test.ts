import { createStore } from "@store/core";
import { expect, test } from "vitest";
import { isWhole } from "../../../../tooling/long.js";
import { fileAdapter } from "../src/index.js";
import { Disk } from "./support/disk.js";
import { temporaryDirectory } from "./support/playground.js";

test("values of 16 MB and more come back as they were, before and after a reopen", () => {
  const dataDir = temporaryDirectory();
  const bytes = new Uint8Array(20 * 2 ** 20).map((_, index) => index * 31);
  const text = "Zürich ".repeat(2_500_000);
  const many = Array.from({ length: 300_000 }, (_, index) => ({ index }));
  const open = () => createStore({ adapter: fileAdapter, options: { dataDir } });
  const check = (table: { lookup(key: string): unknown[] }) => {
    // By hand: an assertion on so large a value takes its time.
    const [[, stored]] = table.lookup("bytes") as [[string, Uint8Array]];
    expect(Buffer.compare(stored, bytes)).toBe(0);
    const [[, storedText]] = table.lookup("text") as [[string, string]];
    expect(storedText === text).toBe(true);
    const [[, storedMany]] = table.lookup("many") as [[string, { index: number }[]]];
    expect(storedMany.length).toBe(many.length);
    expect(storedMany.every(({ index }, position) => index === position)).toBe(true);
  };
  {
    using store = open();
    const table = store.ensureTable("d", "t");
    table.insertMany([
      ["bytes", bytes],
      ["text", text],
      ["many", many],
    ]);
    check(table);
  }
  using store = open();
  check(store.ensureTable("d", "t"));
});

// It takes 2 GB of memory and many seconds.
test.runIf(isWhole)(
  "a string whose UTF-8 would be longer than any string is read as it was written",
  () => {
    // An engine makes no string of 2^29 bytes of UTF-8 and more.
    const text = "中".repeat(Math.ceil(2 ** 29 / 3));
    const disk = new Disk();
    const table = disk.open({ cacheBytes: 0 });
    table.insert(["a", text]);
    table.insert(["b", 1]);
    const [[, read] = []] = table.lookup("a");
    expect(read === text).toBe(true);
    expect(table.foldl(([key], keys: unknown[]) => [...keys, key], [])).toEqual(["a", "b"]);
  },
);

test("iterating over a table keeps no more than a piece of it in memory", () => {
  const dataDir = temporaryDirectory();
  using store = createStore({ adapter: fileAdapter, options: { dataDir, cacheBytes: 2 ** 20 } });
  const table = store.ensureTable<[number, Uint8Array]>("d", "t", { type: "ordered_set" });
  const megabyte = new Uint8Array(2 ** 20);
  for (let key = 0; key < 200; key++) table.insert([key, megabyte.fill(key)]);
  table.sync();
  const most = 2 ** 26;
  const before = process.memoryUsage().arrayBuffers;
  let count = 0;
  for (const [key, bytes] of table.records()) {
    expect(bytes[2 ** 19]).toBe(key);
    count++;
    if (count % 20 === 0) {
      globalThis.gc?.();
      expect(table.info().memoryBytes).toBeLessThan(most);
    }
  }
  expect(count).toBe(200);
  expect(process.memoryUsage().arrayBuffers - before).toBeLessThan(200 * 2 ** 20);
});
