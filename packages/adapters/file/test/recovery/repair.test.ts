import type { Store, StoreRecord } from "@store/core";
import { describe, expect, test } from "vitest";
import { Random } from "../../prove/random.js";
import type { Inode, MemoryDirectory, MemoryFile } from "../../simulation/memory-inode.js";
import { compact } from "../../src/backup.js";
import { encodeManifest, type Manifest } from "../../src/format/manifest.js";
import {
  changed,
  DATA_DIR,
  type Files,
  filesAfter,
  pathOf,
  recordsOf,
  TreeDisk,
} from "../support/tree-disk.js";

const CORRUPT = expect.objectContaining({ code: "STORE_CORRUPT" });

function fill(store: Store<"sync">, name: string, count: number, bytes: number): void {
  const table = store.ensureTable<StoreRecord>("d", name);
  for (let key = 0; key < count; key++) {
    table.insert([key, String.fromCharCode(97 + (key % 26)).repeat(bytes)]);
  }
}

/** The one run of some size. */
function runOf(files: Files, least = 5000): string {
  const path = [...files].find(([name, { length }]) => name.endsWith(".run") && length > least);
  if (path === undefined) throw new Error("there is no such run");
  return path[0];
}

function damaged(files: Files, path: string, at: number, length = 1): Files {
  const content = Buffer.from(files.get(path) as Buffer);
  for (let index = at; index < Math.min(at + length, content.length); index++) {
    content.writeUInt8(content.readUInt8(index) ^ 0x5a, index);
  }
  return changed(files, path, content);
}

function reportOn(disk: TreeDisk, table: string) {
  return disk.reports.find((report) => report.table === table);
}

describe("a block of data that is damaged", () => {
  const files = filesAfter((store) => {
    for (const name of ["first", "second", "third"]) fill(store, name, 400, 100);
    store.close();
  });
  const path = runOf(files);
  const middle = damaged(files, path, Math.floor((files.get(path) as Buffer).length * 0.15));

  test("is met when it is read; repair: true repairs it at the next open, and tells of its table alone", () => {
    const disk = TreeDisk.with(middle);
    const store = disk.open();
    expect(store.ensureTable("d", "third").size).toBe(400);
    expect([...store.ensureTable("d", "third").records()].length).toBe(400);
    expect(() => [...store.ensureTable("d", "first").records()]).toThrow(CORRUPT);
    expect(disk.reports).toEqual([]);
    store.close();
    const again = disk.open();
    const records = recordsOf(again, [
      ["d", "first"],
      ["d", "second"],
      ["d", "third"],
    ]);
    const lost = 400 - (records.get("d/first")?.length ?? 0);
    expect(lost).toBeGreaterThan(10);
    expect(lost).toBeLessThan(50);
    expect(records.get("d/second")?.length).toBe(400);
    expect(disk.reports).toEqual([
      expect.objectContaining({
        domain: "d",
        table: "first",
        reason: "damage",
        lostChanges: lost,
        records: 400 - lost,
      }),
    ]);
    const repair = again.ensureTable("d", "first").info().details?.repair;
    expect(repair).toEqual(disk.reports[0]);
    expect(again.ensureTable("d", "third").info().details?.repair).toBe(undefined);
    const aside = disk.reports[0]?.keptAside ?? "";
    const kept = disk.files().get(`${aside}/${path.slice(path.lastIndexOf("/") + 1)}`);
    expect(kept?.equals(middle.get(path) as Buffer)).toBe(true);
    again.close();
    disk.reports.length = 0;
    expect(recordsOf(disk.open({ repair: false }), [["d", "first"]]).get("d/first")?.length).toBe(
      400 - lost,
    );
    expect(disk.reports).toEqual([]);
  });

  test("stays as it is with repair: false, over several owners", () => {
    const disk = TreeDisk.with(middle);
    for (let owner = 0; owner < 3; owner++) {
      const store = disk.open({ repair: false });
      expect(() => [...store.ensureTable("d", "first").records()]).toThrow(CORRUPT);
      expect([...store.ensureTable("d", "second").records()].length).toBe(400);
      store.close();
    }
    const records = recordsOf(disk.open(), [["d", "first"]]);
    expect(records.get("d/first")?.length).toBeGreaterThan(350);
    expect(reportOn(disk, "first")?.reason).toBe("damage");
  });
});

describe("damage of any size and place", () => {
  const tables = ["first", "second", "third"].map((name) => ["d", name] as const);
  const files = filesAfter((store) => {
    for (const [, name] of tables) fill(store, name, 300, 150);
    store.ensureTable<StoreRecord>("d", "second").insert([1000, "x".repeat(270_000)]);
    for (let key = 1001; key < 1050; key++) {
      store.ensureTable<StoreRecord>("d", "second").insert([key, "y".repeat(300)]);
    }
    store.close();
  });
  const path = runOf(files);
  const { length } = files.get(path) as Buffer;
  const expected = recordsOf(TreeDisk.with(files).open(), tables);

  test.each(Array.from({ length: 40 }, (_, seed) => seed))(
    "is repaired or reported, %i",
    (seed) => {
      const random = new Random(seed);
      let content: Files = files;
      for (let part = random.below(3); part >= 0; part--) {
        const size = 1 + random.below(random.pick([1, 100, 10_000, 300_000]));
        content = damaged(content, path, random.below(length), size);
      }
      const isCut = seed % 4 === 0;
      if (isCut) {
        const whole = content.get(path) as Buffer;
        content = changed(content, path, whole.subarray(0, random.below(length)));
      }
      const disk = TreeDisk.with(content);
      disk.open({ repair: "force" }).ensureTable("d", "none");
      disk.kill();
      const found = recordsOf(disk.open(), tables);
      for (const [, name] of tables) {
        const all = new Set(expected.get(`d/${name}`));
        const records = found.get(`d/${name}`) ?? [];
        expect(records.filter((record) => !all.has(record))).toEqual([]);
        if (records.length === all.size) continue;
        const report = reportOn(disk, name) ?? reportOn(disk, "");
        expect(report?.lostChanges).toBeGreaterThanOrEqual(1);
        const isTold = (reportOn(disk, name)?.lostChanges ?? 0) >= all.size - records.length;
        expect(isTold || isCut || reportOn(disk, "") !== undefined).toBe(true);
      }
    },
  );

  test("of a record of 270 kB costs that record, also when the end is cut off", () => {
    const content = files.get(path) as Buffer;
    const at = content.indexOf("x".repeat(1000)) + 100_000;
    const one = damaged(files, path, at);
    const cut = changed(one, path, (one.get(path) as Buffer).subarray(0, length - 10));
    for (const broken of [one, cut]) {
      const disk = TreeDisk.with(broken);
      const store = disk.open({ repair: "force" });
      const found = recordsOf(store, tables);
      expect(found.get("d/second")?.length).toBe(349);
      expect(found.get("d/third")?.length).toBe(300);
      expect(reportOn(disk, "second")?.lostChanges).toBe(1);
    }
  });
});

describe("the log", () => {
  const RECORDS = 40;
  const files = filesAfter((store) => {
    const table = store.ensureTable<StoreRecord>("d", "t");
    for (let key = 0; key < RECORDS; key++) {
      if (key === 20) table.insert([key, "x".repeat(270_000)]);
      else table.insert([key, "y".repeat(50)]);
    }
    table.sync();
    table.insert(["unsynced", 1]);
  });
  const path = [...files.keys()].find((name) => name.endsWith("000001.log")) as string;
  const content = files.get(path) as Buffer;

  test("loses the change that is damaged, and goes on behind it", () => {
    const at = content.indexOf("x".repeat(1000)) + 135_000;
    const broken = damaged(files, path, at);
    expect(() => TreeDisk.with(broken).open({ repair: false }).ensureTable("d", "t")).toThrow(
      CORRUPT,
    );
    const disk = TreeDisk.with(broken);
    const found = recordsOf(disk.open(), [["d", "t"]]).get("d/t");
    expect(found?.length).toBe(RECORDS);
    expect(found?.some((record) => record.startsWith("[20"))).toBe(false);
    expect(found).toContain('["unsynced",1]');
    expect(reportOn(disk, "t")).toMatchObject({ reason: "damage", lostChanges: 1, records: 40 });
  });

  test("that never got to the disk whole is cut off, and reported without a name", () => {
    const disk = TreeDisk.with(changed(files, path, content.subarray(0, content.length - 3)));
    const found = recordsOf(disk.open({ repair: false }), [["d", "t"]]).get("d/t");
    expect(found?.length).toBe(RECORDS);
    expect(disk.reports).toEqual([
      expect.objectContaining({ domain: "", table: "", reason: "torn tail", lostChanges: 0 }),
    ]);
  });

  test("finds what is behind a megabyte of pseudo headers in a short time", () => {
    const blob = Buffer.alloc(2 ** 20);
    for (let at = 0; at < blob.length; at += 16) {
      blob.writeUInt32LE(500_000, at + 4);
      blob.writeUInt32LE(30, at + 8);
      blob.writeUInt8(1, at + 14);
    }
    const disk = new TreeDisk();
    const table = disk.open().ensureTable<StoreRecord>("d", "t");
    table.insert(["before", 1]);
    table.insert(["blob", new Uint8Array(blob)]);
    table.insert(["after", 1]);
    table.sync();
    const taken = disk.files();
    const log = [...taken.keys()].find((name) => name.endsWith("000001.log")) as string;
    const at = (taken.get(log) as Buffer).indexOf(blob.subarray(0, 64));
    const again = TreeDisk.with(damaged(taken, log, at + 2 ** 19));
    const began = performance.now();
    const keys = [...again.open().ensureTable<StoreRecord>("d", "t").records()].map(([key]) => key);
    expect(keys.sort()).toEqual(["after", "before"]);
    expect(performance.now() - began).toBeLessThan(10_000);
  });
});

describe('repair: "force"', () => {
  test("writes all anew, says so for each table, and keeps nothing aside", () => {
    const files = filesAfter((store) => {
      fill(store, "a", 50, 10);
      fill(store, "b", 5, 10);
      store.dropTable("d", "b");
      fill(store, "c", 7, 10);
      store.ensureTable("d", "c").deleteAllObjects();
      store.ensureTable("d", "a").sync();
    });
    const disk = TreeDisk.with(files);
    const store = disk.open({ repair: "force" });
    expect(store.tables("d").map(({ name }) => name)).toEqual(["a", "c"]);
    expect(recordsOf(store, [["d", "a"]]).get("d/a")?.length).toBe(50);
    expect(store.ensureTable("d", "c").size).toBe(0);
    expect(disk.reports).toEqual(
      [50, 0].map((records, index) => ({
        domain: "d",
        table: index === 0 ? "a" : "c",
        reason: "forced",
        tornBytes: 0,
        damaged: [],
        lostChanges: 0,
        records,
        keptAside: undefined,
      })),
    );
    expect(disk.memory.list(DATA_DIR).some((name) => name.startsWith("damaged-"))).toBe(false);
  });
});

describe("the manifest", () => {
  /** Several runs, and what compactions have left. */
  const files = filesAfter((store, disk) => {
    const options = { writeBufferBytes: 2 ** 12 };
    store.close();
    const table = disk.open(options).ensureTable<StoreRecord>("d", "t");
    for (let key = 0; key < 900; key++) {
      table.insert([key % 300, key, "z".repeat(20)]);
      if (key % 10 === 0) disk.host.runDeferred();
    }
    table.sync();
  });
  const path = pathOf(files, "MANIFEST");
  const expected = recordsOf(TreeDisk.with(files).open(), [["d", "t"]]).get("d/t");

  test.each([
    ["is gone", undefined],
    ["is nonsense", Buffer.from("null\n")],
    ["is nonsense with a checksum", encodeManifest({ format: 2 } as unknown as Manifest)],
    ["is no object", encodeManifest(7 as unknown as Manifest)],
  ])("that %s is worked out from the files", (_, content) => {
    expect(expected?.length).toBe(300);
    const broken = changed(files, path, content);
    expect(() => TreeDisk.with(broken).open({ repair: false }).ensureTable("d", "t")).toThrow(
      /MANIFEST (is damaged|is missing); open with repair: true/,
    );
    const disk = TreeDisk.with(broken);
    expect(recordsOf(disk.open(), [["d", "t"]]).get("d/t")).toEqual(expected);
    expect(disk.reports).toMatchObject([
      { domain: "", table: "", reason: "damage", lostChanges: 0, damaged: [{ file: "MANIFEST" }] },
    ]);
  });

  test("of a directory of which nothing can be read is no empty directory", () => {
    let broken: Files = changed(files, path, undefined);
    for (const [name, { length }] of files) {
      if (/\.(run|log)$/.test(name)) broken = changed(broken, name, Buffer.alloc(length, 1));
    }
    for (const repair of [false, true, "force"] as const) {
      const disk = TreeDisk.with(broken);
      expect(() => disk.open({ repair }).ensureTable("d", "t")).toThrow(CORRUPT);
    }
  });
});

describe("a repair", () => {
  test("gives tables whose names are lost other names, of a type that their entries tell", () => {
    const files = filesAfter((store) => {
      store.ensureTable("d", "set").insert(["a", 1]);
      store.ensureTable<StoreRecord>("d", "bag", { type: "bag" }).insert(["a", 1]);
      store.ensureTable("d", "set").sync();
    });
    const log = [...files.keys()].find((name) => name.endsWith("000001.log")) as string;
    const content = files.get(log) as Buffer;
    let broken: Files = files;
    // The first of each is in the name, the second in the table's record.
    for (const name of ["set", "bag"]) broken = damaged(broken, log, content.indexOf(name));
    const disk = TreeDisk.with(broken);
    const store = disk.open();
    expect(recordsOf(store, [["lost", "lost-16"]]).get("lost/lost-16")).toEqual(['["a",1]']);
    expect(store.tables("lost")).toEqual([
      { name: "lost-16", type: "set" },
      { name: "lost-17", type: "bag" },
    ]);
    expect(disk.reports.map(({ domain, table }) => [domain, table])).toEqual([
      ["lost", "lost-17"],
      ["lost", "lost-16"],
      ["", ""],
    ]);
  });

  test("takes names from what is left of the catalogue, of a type that their entries tell", () => {
    const files = filesAfter((store, disk) => {
      store.ensureTable("d", "set").insert(["a", 1]);
      store.ensureTable<StoreRecord>("d", "bag", { type: "bag" }).insert(["a", 1]);
      store.close();
      const again = disk.open();
      again.ensureTable("d", "set").insert(["b", 1]);
      again.ensureTable("d", "bag").insert(["b", 2]);
      again.close();
    });
    const first = [...files.keys()].find((name) => name.endsWith("000003.run")) as string;
    const disk = TreeDisk.with(changed(files, first, undefined));
    const store = disk.open();
    // The sizes of tables were flushed with the second run, and so their names.
    expect(recordsOf(store, [["d", "set"]]).get("d/set")).toEqual(['["b",1]']);
    expect(store.tables("lost")).toEqual([]);
    expect(store.tables("d")).toEqual([
      { name: "bag", type: "bag" },
      { name: "set", type: "set" },
    ]);
    expect(disk.reports.map(({ table }) => table).sort()).toEqual(["", "bag", "set"]);
  });

  test("is told to onRepair, which can't break it", () => {
    const files = filesAfter((store) => {
      fill(store, "t", 10, 10);
      store.ensureTable("d", "t").sync();
    });
    const log = [...files.keys()].find((name) => name.endsWith("000001.log")) as string;
    const disk = TreeDisk.with(
      damaged(files, log, Math.floor((files.get(log) as Buffer).length / 2)),
    );
    let calls = 0;
    const store = disk.open({
      onRepair: () => {
        calls++;
        throw new Error("the user's");
      },
    });
    expect(store.ensureTable("d", "t").size).toBeGreaterThan(5);
    expect(calls).toBeGreaterThan(0);
  });

  test("brings back the index of moments", () => {
    const files = filesAfter((store, disk) => {
      const table = store.ensureTable<StoreRecord>("d", "t");
      for (let key = 0; key < 400; key++) {
        table.insert([key, "x".repeat(100)], { expiresAt: disk.host.wallTime() + 60_000 + key });
      }
      store.close();
    });
    const path = runOf(files);
    const disk = TreeDisk.with(damaged(files, path, 4096 + 500));
    const store = disk.open({ repair: "force" });
    const table = store.ensureTable<StoreRecord>("d", "t");
    expect(table.size).toBe(400);
    for (let turn = 0; turn < 40; turn++) disk.host.advance(30_000);
    expect(table.size).toBe(0);
  });
});

/** What is there, also for whoever has it open. */
function inodeAt({ memory }: TreeDisk, path: string): Inode | undefined {
  let inode: Inode | undefined = memory.root;
  for (const name of path.split("/").slice(1)) inode = (inode as MemoryDirectory).entries.get(name);
  return inode;
}

test("what is met in a run that was written since the open is remembered: the next open looks at everything", () => {
  const disk = new TreeDisk();
  const store = disk.open({ cacheBytes: 0 });
  const table = store.ensureTable<[number, string]>("d", "t");
  for (let key = 0; key < 50; key++) table.insert([key, "x".repeat(500)]);
  compact(store, "d");
  const path = [...disk.files().keys()].find((name) => name.endsWith(".run")) as string;
  (inodeAt(disk, path) as MemoryFile).content.write(Buffer.alloc(64, 0xee), 0, 64, 10_000);
  const corrupt = expect.objectContaining({ code: "STORE_CORRUPT" });
  expect(() => [...table.records()]).toThrow(corrupt);
  expect([...disk.files().keys()]).toContainEqual(expect.stringMatching(/\/DAMAGED$/));
  disk.kill();
  const after = disk.open().ensureTable<[number, string]>("d", "t");
  expect(disk.reports).not.toEqual([]);
  expect(after.size).toBe([...after.records()].length);
  expect(after.size).toBeGreaterThan(0);
  expect(after.size).toBeLessThan(50);
});
