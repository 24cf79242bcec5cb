import { crc32 } from "node:zlib";
import type { StoreRecord, Table, TableType } from "@store/core";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { HINT_FORMAT } from "../src/hint.js";
import { SEGMENT_HEADER_BYTES } from "../src/segment.js";
import { key } from "./support/any-value.js";
import { Disk } from "./support/disk.js";
import { DiskImage, flipped } from "./support/disk-image.js";
import { framesOf } from "./support/frame-list.js";
import { lifeOf, TYPES } from "./support/life.js";
import { manifestIn } from "./support/manifest-content.js";
import { ReadMeter } from "./support/read-meter.js";
import { stateOf } from "./support/table-state.js";

/** So much that a hint is worth its while. */
const filler = "x".repeat(70_000);

/** A table of some records, closed. */
function closedImage(type: TableType): { readonly image: DiskImage; readonly state: string } {
  const disk = new Disk();
  const table = disk.open({ type });
  for (const { act } of lifeOf(type).slice(0, -3)) act(table);
  table.insert(["filler", filler]);
  const state = stateOf(table);
  table.close();
  return { image: DiskImage.of(disk), state };
}

function hintOf(image: DiskImage): string {
  const [path] = image.paths((name) => name.endsWith(".hint"));
  if (path === undefined) throw new Error("there is no hint");
  return path;
}

/** Opens the table `t`, and says what was read meanwhile. */
function open(disk: Disk): { readonly table: Table<StoreRecord>; readonly meter: ReadMeter } {
  const meter = new ReadMeter(disk.fileSystem);
  const store = disk.openStore({ cacheBytes: 0, repair: false }, meter.fileSystem);
  return { table: store.ensureTable("d", "t"), meter };
}

describe.each(TYPES)("of a %s", (type) => {
  test("that was closed: the next open reads no data", () => {
    const { image, state } = closedImage(type);
    const { table, meter } = open(image.mount());
    expect(meter.bytesOf(".hint")).toBeGreaterThan(0);
    expect(meter.bytesOf(".log")).toBe(SEGMENT_HEADER_BYTES);
    expect(stateOf(table)).toBe(state);
    expect(meter.bytesOf(".log")).toBeGreaterThan(filler.length);
  });

  test("that was killed since: the next open reads what came after, and no more", () => {
    const { image } = closedImage(type);
    const disk = image.mount();
    for (let life = 0; life < 4; life++) {
      const { table } = open(disk);
      for (const { act } of lifeOf(type).slice(0, -3)) act(table);
      if (life % 2 === 0) table.sync();
      const state = stateOf(table);
      disk.kill();
      const again = open(disk);
      expect(again.meter.bytesOf(".log")).toBeLessThan(filler.length);
      expect(stateOf(again.table)).toBe(state);
      again.table.close();
    }
  });

  test("whose bytes are changed or cut off isn't believed", () => {
    const { image, state } = closedImage(type);
    const hint = hintOf(image);
    const content = image.read(hint);
    const others: (Buffer | undefined)[] = [undefined];
    for (let at = 0; at < content.length; at++) {
      others.push(at % 2 === 0 ? flipped(content, at) : content.subarray(0, at));
    }
    for (const [index, other] of others.entries()) {
      const { table, meter } = open(image.with({ [hint]: other }).mount());
      expect(meter.bytesOf(".log"), `variant ${index}`).toBeGreaterThan(filler.length);
      expect(stateOf(table), `variant ${index}`).toBe(state);
      expect(table.info().details?.repair, `variant ${index}`).toBeUndefined();
      table.close();
    }
  });
});

test("a hint of an earlier state isn't taken for the last one", () => {
  const { image } = closedImage("set");
  const disk = image.mount();
  const { table } = open(disk);
  table.insert(["a", "later"]);
  table.delete("f");
  const state = stateOf(table);
  table.close();
  const later = DiskImage.of(disk);
  const old = later.with({ [hintOf(later)]: image.read(hintOf(image)) });
  expect(stateOf(open(old.mount()).table)).toBe(state);
});

test("a hint of another table isn't believed", () => {
  const { image, state } = closedImage("set");
  const disk = new Disk();
  // The first table of each disk has the same UUID in the tests.
  disk.open();
  const table = disk.openStore().ensureTable("d", "other");
  for (const { act } of lifeOf("set").slice(0, -3)) act(table);
  table.insert(["filler", filler.replace("x", "y")]);
  table.close();
  const other = DiskImage.of(disk);
  const mixed = image.with({ [hintOf(image)]: other.read(hintOf(other)) });
  expect(other.read(hintOf(other)).length).toBe(image.read(hintOf(image)).length);
  const result = open(mixed.mount());
  expect(result.meter.bytesOf(".log")).toBeGreaterThan(filler.length);
  expect(stateOf(result.table)).toBe(state);
});

test("of another format isn't believed", () => {
  const { image, state } = closedImage("set");
  const content = Buffer.from(image.read(hintOf(image)));
  const manifest = manifestIn(image.read(image.path("MANIFEST")));
  content.writeUInt32LE(HINT_FORMAT - 1, 8);
  const end = 16 + content.readUInt32LE(12);
  content.writeUInt32LE(crc32(content.subarray(0, end), crc32(manifest.uuid)), end);
  const { table, meter } = open(image.with({ [hintOf(image)]: content }).mount());
  expect(meter.bytesOf(".log")).toBeGreaterThan(filler.length);
  expect(stateOf(table)).toBe(state);
});

test("whose checksums are right, but which has a frame that is none, isn't believed", () => {
  const { image, state } = closedImage("set");
  const content = Buffer.from(image.read(hintOf(image)));
  const manifest = manifestIn(image.read(image.path("MANIFEST")));
  const chunk = 16 + content.readUInt32LE(12) + 4;
  const end = chunk + 8 + content.readUInt32LE(chunk + 4);
  // The length of the first frame, behind the head of the entry.
  content[chunk + 9] = 1;
  content.writeUInt32LE(crc32(content.subarray(chunk + 4, end), crc32(manifest.uuid)), chunk);
  const { table, meter } = open(image.with({ [hintOf(image)]: content }).mount());
  expect(meter.bytesOf(".log")).toBeGreaterThan(filler.length);
  expect(stateOf(table)).toBe(state);
});

test("takes less than 14 bytes for a key of ten characters", () => {
  const disk = new Disk();
  const table = disk.open();
  const count = 10_000;
  const value = "v".repeat(60);
  table.insertMany(
    Array.from({ length: count }, (_, index) => [`k${String(index).padStart(9, "0")}`, value]),
  );
  table.close();
  const { length } = disk.read("000001.hint");
  expect(length / count).toBeLessThan(14);
});

test.each(TYPES)("of a %s that changes at random is what the log says", (type) => {
  const record = fc.tuple(fc.oneof(key, fc.constantFrom("a", "b", "c")), fc.nat(3));
  const change = fc.record({
    kind: fc.constantFrom("insert", "insert", "delete", "deleteObject", "close"),
    record,
  });
  fc.assert(
    fc.property(fc.array(change, { maxLength: 40 }), (changes) => {
      const disk = new Disk();
      let table: Table<StoreRecord> = disk.open({ type });
      table.insert(["filler", filler]);
      for (const { kind, record: one } of changes) {
        if (kind === "insert") table.insert(one);
        else if (kind === "delete") table.delete(one[0]);
        else if (kind === "deleteObject") table.deleteObject(one);
        else {
          table.close();
          table = open(disk).table;
        }
      }
      const state = stateOf(table);
      table.close();
      const image = DiskImage.of(disk);
      const hinted = open(image.mount());
      expect(hinted.meter.bytesOf(".log")).toBeLessThan(filler.length);
      expect(stateOf(hinted.table)).toBe(state);
      expect(image.paths((name) => name.endsWith(".hint"))).toHaveLength(1);
      const unhinted = open(image.with({ [hintOf(image)]: undefined }).mount());
      expect(unhinted.meter.bytesOf(".log")).toBeGreaterThan(filler.length);
      expect(stateOf(unhinted.table)).toBe(state);
    }),
    { numRuns: 25 },
  );
});

test("of keys that are longer than what is written at a time is read like any other", () => {
  const disk = new Disk();
  const table = disk.open({ type: "ordered_set" });
  for (let key = 0; key < 40; key++) table.insert([`${key} ${"k".repeat(20_000)}`, key]);
  table.insert([`long ${"k".repeat(400_000)}`, 40]);
  table.insert([`z ${"k".repeat(20_000)}`, 41]);
  const state = stateOf(table);
  table.close();
  const again = open(disk);
  expect(again.meter.bytesOf(".hint")).toBeGreaterThan(1_200_000);
  expect(again.meter.bytesOf(".log")).toBe(SEGMENT_HEADER_BYTES);
  expect(stateOf(again.table)).toBe(state);
});

test("about a segment that is gone isn't believed", () => {
  const { image } = closedImage("set");
  const disk = image.mount();
  const { table } = open(disk);
  table.insert(["late", 1]);
  table.close();
  const later = DiskImage.of(disk);
  const without = later.with({ [later.path("000002.log")]: undefined });
  const repaired = without.mount().open();
  expect(repaired.info().details?.repair).toMatchObject({ reason: "damage", lostChanges: 1 });
  expect(repaired.lookup("late")).toEqual([]);
  expect(repaired.lookup("filler")).toHaveLength(1);
});

test("that can't be opened or read isn't believed", () => {
  const { image, state } = closedImage("set");
  let isBelieved = true;
  for (let nth = 1, isOver = false; !isOver; nth++) {
    const disk = image.mount();
    disk.fileSystem.fail({ nth, code: "EIO", calls: ["open", "read"] });
    try {
      const { table, meter } = open(disk);
      isOver = !disk.fileSystem.hasFailed;
      expect(stateOf(table), `call ${nth}`).toBe(state);
      if (meter.bytesOf(".hint") === 0) isBelieved = false;
    } catch (error) {
      expect(error, `call ${nth}`).toMatchObject({ code: "STORE_IO" });
    }
    expect(nth).toBeLessThan(100);
  }
  expect(isBelieved).toBe(false);
});

test("a small table has none", () => {
  const disk = new Disk();
  const table = disk.open();
  table.insert(["a", 1]);
  table.close();
  expect(disk.files()).not.toContainEqual(expect.stringMatching(/\.hint$/));
});

test("that can't be written isn't there, and close succeeds", () => {
  for (const calls of [["create"], ["write"], ["sync"]] as const) {
    const disk = new Disk();
    const table = disk.open();
    table.insert(["filler", filler]);
    table.sync();
    const state = stateOf(table);
    disk.fileSystem.fail({ nth: 1, code: "ENOSPC", calls });
    table.close();
    disk.fileSystem.heal();
    expect(stateOf(open(disk).table)).toBe(state);
  }
});

test("many sessions that each write a little are opened without reading all of it, and don't pile up", () => {
  const { image } = closedImage("ordered_set");
  const disk = image.mount();
  for (let session = 0; session < 40; session++) {
    const { table, meter } = open(disk);
    expect(meter.bytesOf(".log"), `session ${session}`).toBeLessThan(filler.length);
    expect(disk.files().filter((name) => name.endsWith(".log")).length).toBeLessThan(20);
    table.insert([session, session]);
    expect(table.size).toBeGreaterThan(session);
    table.close();
    // One that changes nothing leaves the hint as it is.
    const idle = open(disk);
    expect(idle.meter.bytesOf(".hint"), `session ${session}`).toBeGreaterThan(0);
    idle.table.close();
  }
});

test("a record that is damaged where a hint says that it is, is refused when it is read, and repaired by force", () => {
  const { image } = closedImage("set");
  const log = image.path("000001.log");
  const content = image.read(log);
  const frame = framesOf(content).find(({ start, end }) => end - start > filler.length);
  const disk = image.with({ [log]: flipped(content, (frame?.start ?? 0) + 100) }).mount();
  const { table } = open(disk);
  expect(() => table.lookup("filler")).toThrow(
    expect.objectContaining({
      code: "STORE_CORRUPT",
      message: expect.stringContaining(`damaged at byte ${frame?.start}`),
    }),
  );
  expect(() => [...table.records()]).toThrow(expect.objectContaining({ code: "STORE_CORRUPT" }));
  expect(table.lookup("b")).toHaveLength(1);
  table.close();
  const repaired = disk.open({ repair: "force" });
  expect(repaired.lookup("filler")).toEqual([]);
  expect(repaired.lookup("b")).toHaveLength(1);
  expect(repaired.info().details?.repair).toMatchObject({ reason: "damage", lostChanges: 1 });
});

test.each(["bag", "duplicate_bag"] as const)(
  "a record of a %s that is damaged, and was deleted by its content since: all is looked at",
  (type) => {
    const { image } = closedImage(type);
    const disk = image.mount();
    const { table } = open(disk);
    table.deleteObject(["filler", filler]);
    table.sync();
    const living = DiskImage.of(disk);
    const log = living.path("000001.log");
    const frame = framesOf(living.read(log)).find(({ start, end }) => end - start > filler.length);
    const at = (frame?.start ?? 0) + 100;
    const damaged = living.with({ [log]: flipped(living.read(log), at) });
    expect(() => damaged.mount().open({ repair: false })).toThrow(
      expect.objectContaining({
        code: "STORE_CORRUPT",
        message: expect.stringContaining(`damaged at byte ${frame?.start}`),
      }),
    );
    const repaired = damaged.mount().open({ cacheBytes: 0 });
    expect(repaired.info().details?.repair).toMatchObject({ reason: "damage", lostChanges: 1 });
    expect(stateOf(repaired)).toBe(stateOf(table));
  },
);

const NOWHERE = { start: 0, end: 0 };

test("a record that is damaged among others, as a hint says where it is, is refused when it is iterated over", () => {
  const { image } = closedImage("set");
  const log = image.path("000001.log");
  const content = image.read(log);
  // The one before the filler.
  const { start, end } =
    framesOf(content)
      .filter(({ isChange }) => isChange)
      .at(-2) ?? NOWHERE;
  const { table } = open(image.with({ [log]: flipped(content, end - 1, 1) }).mount());
  expect(() => [...table.records()]).toThrow(
    expect.objectContaining({ message: expect.stringContaining(`damaged at byte ${start}`) }),
  );
});

test("damage behind what a hint covers: all is looked at, and only what is good is kept", () => {
  const { image } = closedImage("set");
  const disk = image.mount();
  const { table } = open(disk);
  table.insert(["late", 1]);
  table.insert(["later", 1]);
  table.sync();
  const living = DiskImage.of(disk);
  const [hinted, log] = [living.path("000001.log"), living.path("000002.log")];
  const covered = framesOf(living.read(hinted)).find(
    ({ start, end }) => end - start > filler.length,
  );
  const other = living.with({
    [hinted]: flipped(living.read(hinted), (covered?.start ?? 0) + 100),
    [log]: flipped(living.read(log), SEGMENT_HEADER_BYTES + 10),
  });
  const repaired = other.mount().open({ repair: true, cacheBytes: 0 });
  expect(repaired.info().details?.repair).toMatchObject({ lostChanges: 2 });
  expect(repaired.lookup("late")).toEqual([]);
  expect(repaired.lookup("filler")).toEqual([]);
  expect(repaired.lookup("later")).toEqual([["later", 1]]);
  expect([...repaired.records()]).toHaveLength(repaired.size);
});
