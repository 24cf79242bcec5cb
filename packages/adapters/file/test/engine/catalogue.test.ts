import { StoreError } from "@store/core";
import { describe, expect, test } from "vitest";
import { encodeManifest, type Manifest } from "../../src/format/manifest.js";
import { DATA, Disk } from "../support/disk.js";

/** The code of what a call throws. */
function codeOf(call: () => unknown): string | undefined {
  try {
    call();
  } catch (error) {
    return error instanceof StoreError ? error.code : String(error);
  }
  return undefined;
}

describe("tables", () => {
  test("lists those of the domain alone, open or not, by name and with their types", () => {
    const disk = new Disk();
    const store = disk.openStore();
    store.ensureTable("d", "b", { type: "bag" });
    store.ensureTable("d", "A name: with $igns", { type: "ordered_set" }).close();
    store.ensureTable("e", "other");
    store.close();
    expect(disk.openStore().tables("d")).toEqual([
      { name: "A name: with $igns", type: "ordered_set" },
      { name: "b", type: "bag" },
    ]);
  });

  test("of a domain that has none are none, and make no directory", () => {
    const disk = new Disk();
    expect(disk.openStore().tables("d")).toEqual([]);
    expect(disk.memory.status(DATA)).toBeUndefined();
  });

  test("list what another process has open", () => {
    const disk = new Disk();
    disk.open();
    disk.host = disk.host.spawn();
    expect(disk.openStore().tables("d")).toEqual([{ name: "t", type: "set" }]);
  });

  test("with a manifest that is damaged throw STORE_CORRUPT, of a later format STORE_NEWER_FORMAT", () => {
    const disk = new Disk();
    disk.open().close();
    const manifest = disk.read("MANIFEST");
    disk.replace("MANIFEST", manifest.subarray(1));
    expect(codeOf(() => disk.openStore().tables("d"))).toBe("STORE_CORRUPT");
    disk.replace("MANIFEST", encodeManifest({ format: 99 } as unknown as Manifest));
    expect(codeOf(() => disk.openStore().tables("d"))).toBe("STORE_NEWER_FORMAT");
  });
});

describe("dropTable", () => {
  test("removes the table and its records, closes its handle, and leaves others alone", () => {
    const disk = new Disk();
    const store = disk.openStore();
    const table = store.ensureTable("d", "t");
    table.insert(["k", 1]);
    store.ensureTable("d", "u").insert(["k", 2]);
    store.ensureTable("e", "t").insert(["k", 3]);
    expect(store.dropTable("d", "t")).toBe(true);
    expect(codeOf(() => table.size)).toBe("STORE_TABLE_CLOSED");
    expect(store.dropTable("d", "t")).toBe(false);
    expect(store.tables("d").map(({ name }) => name)).toEqual(["u"]);
    expect(store.ensureTable("d", "t", { type: "bag" }).size).toBe(0);
    expect(store.ensureTable("d", "u").lookup("k")).toEqual([["k", 2]]);
    expect(store.ensureTable("e", "t").lookup("k")).toEqual([["k", 3]]);
  });

  test("of a domain that was never there is false", () => {
    expect(new Disk().openStore().dropTable("d", "t")).toBe(false);
  });

  test("of what another process has open throws STORE_LOCKED, and removes nothing", () => {
    const disk = new Disk();
    disk.open().insert(["k", 1]);
    disk.host = disk.host.spawn();
    expect(codeOf(() => disk.openStore().dropTable("d", "t"))).toBe("STORE_LOCKED");
    expect(disk.openStore().tables("d")).toEqual([{ name: "t", type: "set" }]);
  });

  test("drops a table of a directory that is damaged", () => {
    const disk = new Disk();
    disk.open().close();
    disk.replace("MANIFEST", Buffer.from("nonsense"));
    const store = disk.openStore();
    expect(store.dropTable("d", "t")).toBe(true);
    expect(store.tables("d")).toEqual([]);
  });
});
