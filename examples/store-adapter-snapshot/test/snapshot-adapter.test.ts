import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, relative } from "node:path";
import { createStore, type Store } from "@store/core";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { encodeTables } from "../src/codec.js";
import { snapshotAdapter } from "../src/index.js";

let directory: string;
let stores: Store[];

beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), "snapshot-"));
  stores = [];
});

afterEach(() => {
  for (const store of stores) store.close();
  rmSync(directory, { recursive: true, force: true });
});

function openStore(path = directory): Store {
  const store = createStore({ adapter: snapshotAdapter, options: { directory: path } });
  stores.push(store);
  return store;
}

function onlyFile(): string {
  const [file, ...others] = readdirSync(directory);
  expect(others).toEqual([]);
  return join(directory, String(file));
}

describe("snapshotAdapter", () => {
  test("normalizeOptions makes paths of one directory equal", () => {
    const { normalizeOptions } = snapshotAdapter;
    expect(normalizeOptions({ directory: relative(process.cwd(), directory) })).toEqual({
      directory,
    });
  });

  test("open makes the directory and those above it", () => {
    const store = openStore(join(directory, "a", "b"));
    store.ensureTable("d", "t").insert(["k", 1]);
    expect(readdirSync(join(directory, "a", "b"))).toHaveLength(1);
  });

  test("a write is on disk when it returns, without close or sync", () => {
    openStore().ensureTable("d", "t").insert(["k", 1]);
    expect(openStore().ensureTable("d", "t").lookup("k")).toEqual([["k", 1]]);
  });

  test("a table remembers its type while it is empty", () => {
    openStore().ensureTable("d", "t", { type: "duplicate_bag" });
    expect(openStore().ensureTable("d", "t").type).toBe("duplicate_bag");
  });

  test("what a reader does to the bytes in a record changes nothing", () => {
    const table = openStore().ensureTable<[string, Uint8Array]>("d", "t");
    table.insert(["k", Uint8Array.of(1, 2)]);
    table.lookup("k")[0]?.[1].fill(9);
    expect(table.lookup("k")).toEqual([["k", Uint8Array.of(1, 2)]]);
  });

  test("objects without a prototype come back without one, wherever they are", () => {
    const bare = () => Object.assign(Object.create(null) as object, { a: 1 });
    type R = [key: string, array: object[], map: Map<object, Set<object>>];
    const store = openStore();
    const table = store.ensureTable<R>("d", "t");
    table.insert(["k", [bare()], new Map([[bare(), new Set([bare()])]])]);
    store.close();
    const [record] = openStore().ensureTable<R>("d", "t").lookup("k");
    const [, array, map] = record ?? ["", [], new Map<object, Set<object>>()];
    const found = [...array, ...map.keys(), ...[...map.values()].flatMap((set) => [...set])];
    expect(found).toHaveLength(3);
    for (const object of found) {
      expect(Object.getPrototypeOf(object)).toBe(null);
      expect({ ...object }).toEqual({ a: 1 });
    }
  });

  test("a write that fails throws STORE_IO and changes nothing", () => {
    const table = openStore().ensureTable("d", "t");
    table.insert(["k", 1]);
    // A directory where the temporary file should be.
    const obstacle = `${onlyFile()}.tmp`;
    mkdirSync(join(obstacle, "x"), { recursive: true });
    expect(() => table.insert(["k", 2])).toThrow(expect.objectContaining({ code: "STORE_IO" }));
    expect(table.lookup("k")).toEqual([["k", 1]]);
    rmSync(obstacle, { recursive: true });
    table.insert(["j", 3]);
    expect(openStore().ensureTable("d", "t").size).toBe(2);
  });

  test("a temporary file that a crash left behind does no harm", () => {
    const table = openStore().ensureTable("d", "t");
    table.insert(["k", 1]);
    writeFileSync(`${onlyFile()}.tmp`, "half a");
    const again = openStore().ensureTable("d", "t");
    expect(again.lookup("k")).toEqual([["k", 1]]);
    again.insert(["k", 2]);
    expect(onlyFile()).toMatch(/\.snapshot$/);
  });

  test("a byte changed anywhere in the file: STORE_CORRUPT", () => {
    openStore().ensureTable("d", "t").insert(["k", 1]);
    const file = onlyFile();
    const content = readFileSync(file);
    for (let index = 0; index < content.length; index++) {
      const damaged = Buffer.from(content);
      damaged.writeUInt8(damaged.readUInt8(index) ^ 1, index);
      writeFileSync(file, damaged);
      expect(() => openStore().ensureTable("d", "t")).toThrow(
        expect.objectContaining({ code: "STORE_CORRUPT" }),
      );
    }
  });

  test("a file cut anywhere: STORE_CORRUPT", () => {
    openStore().ensureTable("d", "t").insert(["k", 1]);
    const file = onlyFile();
    const content = readFileSync(file);
    for (let length = 0; length < content.length; length++) {
      writeFileSync(file, content.subarray(0, length));
      expect(() => openStore().ensureTable("d", "t")).toThrow(
        expect.objectContaining({ code: "STORE_CORRUPT" }),
      );
    }
  });

  test("a file of a format that comes later: STORE_NEWER_FORMAT, and the file untouched", () => {
    openStore().ensureTable("d", "t");
    const file = onlyFile();
    const newer = encodeTables([], 3);
    writeFileSync(file, newer);
    expect(() => openStore().ensureTable("d", "t")).toThrow(
      expect.objectContaining({ code: "STORE_NEWER_FORMAT" }),
    );
    expect(readFileSync(file)).toEqual(newer);
  });

  test("a batch over tables whose write fails changes none of them", () => {
    const store = openStore();
    const one = store.ensureTable("d", "one");
    const two = store.ensureTable("e", "two", { type: "bag" });
    one.insert(["k", 1]);
    const obstacle = `${onlyFile()}.tmp`;
    mkdirSync(join(obstacle, "x"), { recursive: true });
    const batch = () => store.batch().insert(one, ["k", 2]).insert(two, ["k", 2]).commit();
    expect(batch).toThrow(expect.objectContaining({ code: "STORE_IO" }));
    expect(one.lookup("k")).toEqual([["k", 1]]);
    expect(two.size).toBe(0);
    rmSync(obstacle, { recursive: true });
    expect(batch()).toBe(true);
    const again = openStore();
    expect(again.ensureTable("d", "one").lookup("k")).toEqual([["k", 2]]);
    expect(again.ensureTable("e", "two").lookup("k")).toEqual([["k", 2]]);
  });

  test("info tells the size of the file", () => {
    const table = openStore().ensureTable("d", "t");
    table.insert(["k", "x".repeat(1000)]);
    expect(table.info().diskBytes).toBe(readFileSync(onlyFile()).length);
  });
});
