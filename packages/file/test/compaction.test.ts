import type { StoreRecord, Table, TableType } from "@store/core";
import { describe, expect, test, vi } from "vitest";
import { segmentName } from "../src/segment.js";
import { Disk } from "./support/disk.js";
import { DiskImage, flipped } from "./support/disk-image.js";
import { manifestIn } from "./support/manifest-content.js";

const TYPES: readonly TableType[] = ["set", "ordered_set", "bag", "duplicate_bag"];

/** Lets promises that are settled call back. */
const settled = () => new Promise((resolve) => setImmediate(resolve));

/** Lets what runs in the background go on to its end; `between` is called before each slice. */
async function finish(disk: Disk, between: (turn: number) => void = () => {}): Promise<void> {
  let idle = 0;
  for (let turn = 0; idle < 3; turn++) {
    between(turn);
    await settled();
    idle = disk.host.runDeferred() > 0 ? 0 : idle + 1;
    // The clock must move, or a slice never ends.
    disk.host.advance(0);
  }
}

const filler = "x".repeat(10_000);

/** Writes the same keys again and again, until more than half is dead. */
function churn(table: Table<StoreRecord>, rounds = 12): void {
  for (let round = 0; round < rounds; round++) {
    for (let key = 0; key < 20; key++) {
      if (table.type.endsWith("bag")) table.delete(key);
      table.insert([key, `${filler}${round}`]);
    }
  }
}

describe.each(TYPES)("a %s", (type) => {
  test("gives the room of dead records back, and keeps all others", async () => {
    const disk = new Disk();
    const table = disk.open({ type });
    churn(table);
    const records = [...table.records()];
    const before = table.info().diskBytes ?? 0;
    await finish(disk);
    expect(table.info().diskBytes).toBeLessThan(before / 4);
    expect(disk.files().some((name) => name.endsWith(".base"))).toBe(true);
    expect([...table.records()]).toEqual(records);
    disk.kill();
    const again = disk.open();
    expect([...again.records()]).toEqual(records);
    expect(again.info().details?.repair).toBeUndefined();
  });

  test("reads, writes and iterators go on meanwhile", async () => {
    const disk = new Disk();
    const table = disk.open({ type });
    churn(table);
    const expected = new Map([...table.records()].map((record) => [record[0], record]));
    const seen: StoreRecord[] = [];
    const iterator = table.records();
    await finish(disk, (turn) => {
      const next = iterator.next();
      if (!next.done) seen.push(next.value);
      if (turn < 40) {
        table.delete(turn % 20);
        table.insert([turn % 20, `changed ${turn}`]);
        expected.set(turn % 20, [turn % 20, `changed ${turn}`]);
        table.insert([`new ${turn}`, turn]);
        expected.set(`new ${turn}`, [`new ${turn}`, turn]);
      }
      for (const [key, record] of expected) expect(table.lookup(key)).toEqual([record]);
    });
    for (const record of iterator) seen.push(record);
    expect(new Set(seen.map(([key]) => key)).size).toBe(seen.length);
    const sorted = (records: Iterable<StoreRecord>) =>
      [...records].sort((a, b) => String(a[0]).localeCompare(String(b[0])));
    expect(sorted(table.records())).toEqual(sorted(expected.values()));
    disk.kill();
    expect(sorted(disk.open().records())).toEqual(sorted(expected.values()));
  });

  test("deleteAllObjects gives everything back", async () => {
    const disk = new Disk();
    const table = disk.open({ type });
    churn(table);
    table.deleteAllObjects();
    await finish(disk);
    expect(table.info().diskBytes).toBeLessThan(1_000);
    expect(table.info().details?.liveBytes).toBe(0);
    expect(table.size).toBe(0);
    table.insert(["a", 1]);
    disk.kill();
    expect([...disk.open().records()]).toEqual([["a", 1]]);
  });

  test("a table that is closed gives back what is quickly done", () => {
    const disk = new Disk();
    const table = disk.open({ type });
    churn(table);
    const records = [...table.records()];
    table.close();
    const again = disk.open();
    expect(again.info().diskBytes).toBeLessThan(300_000);
    expect([...again.records()]).toEqual(records);
  });
});

test("a crash at any call of a compaction leaves all records", async () => {
  for (let nth = 1; ; nth++) {
    const disk = new Disk();
    const table = disk.open();
    churn(table);
    const records = [...table.records()];
    // A process that dies makes no more calls: all that follow fail.
    disk.fileSystem.fail({ nth, code: "EIO", lasting: true });
    const before = disk.fileSystem.count();
    await finish(disk);
    const isOver = disk.fileSystem.count() - before < nth;
    disk.kill();
    disk.fileSystem.heal();
    const again = disk.open();
    expect([...again.records()]).toEqual(records);
    expect(again.info().details?.repair).toBeUndefined();
    again.close();
    if (isOver) break;
    expect(nth).toBeLessThan(500);
  }
});

test("any call of a compaction that fails: the table goes on, and says so at the next write", async () => {
  for (let nth = 1; ; nth++) {
    const disk = new Disk();
    const table = disk.open();
    churn(table);
    const records = [...table.records()];
    disk.fileSystem.fail({ nth, code: "ENOSPC" });
    const before = disk.fileSystem.count();
    await finish(disk);
    const isOver = disk.fileSystem.count() - before < nth;
    disk.fileSystem.heal();
    expect([...table.records()]).toEqual(records);
    try {
      table.insert(["after", 1]);
    } catch (error) {
      expect(error).toMatchObject({ code: "STORE_IO" });
      table.insert(["after", 1]);
    }
    expect(table.lookup("after")).toEqual([["after", 1]]);
    await finish(disk);
    disk.kill();
    const again = disk.open();
    expect([...again.records()]).toEqual([...records, ["after", 1]]);
    again.close();
    if (isOver) break;
    expect(nth).toBeLessThan(500);
  }
});

test("one whose manifest may not be on disk is the past for the next one", async () => {
  for (let nth = 1, isOver = false; !isOver; nth++) {
    const disk = new Disk();
    const table = disk.open();
    churn(table);
    table.insert(["kept", 1]);
    disk.fileSystem.fail({ nth, code: "EIO", calls: ["syncDirectoryInBackground"] });
    await finish(disk);
    isOver = !disk.fileSystem.hasFailed;
    disk.fileSystem.heal();
    try {
      churn(table, 1);
    } catch (error) {
      expect(error).toMatchObject({ code: "STORE_IO" });
    }
    churn(table, 30);
    const records = [...table.records()];
    await finish(disk);
    disk.kill();
    const again = disk.open({ repair: false });
    expect(again.size).toBe(records.length);
    for (const record of records) expect(again.lookup(record[0])).toEqual([record]);
    expect(nth).toBeLessThan(20);
  }
});

test("closing in the middle of a compaction loses nothing", async () => {
  for (let turns = 0; turns < 12; turns++) {
    const disk = new Disk();
    const table = disk.open();
    churn(table, 30);
    const records = [...table.records()];
    for (let turn = 0; turn < turns; turn++) {
      await settled();
      disk.host.runDeferred();
    }
    table.close();
    await settled();
    expect(disk.memory.openCount).toBe(0);
    expect([...disk.open().records()]).toEqual(records);
  }
});

test.each(TYPES)(
  "closing a %s before any wait of a compaction is over loses nothing",
  async (type) => {
    for (let waits = 0, isOver = false; !isOver; waits++) {
      const disk = new Disk();
      const table = disk.open({ type });
      churn(table, 30);
      const { background } = disk.memory;
      background.hold();
      for (let wait = 0; wait < waits; wait++) {
        await finish(disk);
        isOver = !background.settleNext();
      }
      await finish(disk);
      // So much that close compacts, too.
      for (let round = 0; round < 150; round++) table.insert(["again", `${filler}${round}`]);
      const records = [...table.records()];
      table.close();
      background.release();
      const { segments } = manifestIn(disk.read("MANIFEST"));
      expect(
        disk.files().filter((name) => /\.(log|base)$/.test(name)),
        `${waits} waits`,
      ).toEqual(segments.map(({ id, covers }) => segmentName(id, covers)).sort());
      expect([...disk.open({ repair: false }).records()], `${waits} waits`).toEqual(records);
      expect(waits).toBeLessThan(50);
    }
  },
);

test("one that takes long gives others a turn again and again", async () => {
  const disk = new Disk();
  const table = disk.open();
  churn(table, 30);
  const records = [...table.records()];
  // Each look at the clock finds that a millisecond has passed.
  let time = disk.host.monotonicTime();
  vi.spyOn(disk.host, "monotonicTime").mockImplementation(() => time++);
  const turns = vi.spyOn(disk.host, "defer");
  await finish(disk);
  expect(turns.mock.calls.length).toBeGreaterThan(1);
  expect(disk.files().some((name) => name.endsWith(".base"))).toBe(true);
  expect([...table.records()]).toEqual(records);
});

test("one that comes upon a damaged record leaves all as it is, and the next write says so", async () => {
  const origin = new Disk();
  const filled = origin.open();
  filled.insertMany([
    ["damaged", "x".repeat(70_000)],
    ["large", "x".repeat(2 ** 21)],
    ["sound", 1],
  ]);
  filled.close();
  const image = DiskImage.of(origin);
  const log = image.path("000001.log");
  const disk = image.with({ [log]: flipped(image.read(log), 1_000) }).mount();
  const table = disk.open({ repair: false, cacheBytes: 0 });
  table.delete("large");
  await finish(disk);
  expect(() => table.insert(["late", 1])).toThrow(
    expect.objectContaining({
      code: "STORE_CORRUPT",
      message: expect.stringContaining("000001.log is damaged at byte 64"),
    }),
  );
  expect(disk.files().some((name) => name.endsWith(".base"))).toBe(false);
  expect(table.lookup("sound")).toEqual([["sound", 1]]);
  table.insert(["late", 1]);
  expect(table.lookup("late")).toEqual([["late", 1]]);
});

test("one that close begins and that fails is reported by close, and loses nothing", () => {
  const disk = new Disk();
  const table = disk.open();
  churn(table);
  const records = [...table.records()];
  disk.fileSystem.fail({ nth: 1, code: "ENOSPC", calls: ["create"] });
  expect(() => table.close()).toThrowError(
    expect.objectContaining({
      code: "STORE_IO",
      message: expect.stringContaining("compacting failed"),
    }),
  );
  expect([...disk.open().records()]).toEqual(records);
});

test.each(["write", "sync"] as const)(
  "a %s that fails while one begins loses nothing",
  async (call) => {
    for (let waits = 0, isOver = false; !isOver; waits++) {
      const disk = new Disk();
      const { background } = disk.memory;
      background.hold();
      const table = disk.open({ autoSave: Number.POSITIVE_INFINITY });
      churn(table);
      for (let wait = 0; wait < waits; wait++) {
        await settled();
        isOver = !background.settleNext();
      }
      await settled();
      table.insert(["before", waits]);
      disk.fileSystem.fail({ nth: 1, code: "EIO", calls: [call] });
      try {
        table.insert(["first", waits]);
        table.sync();
      } catch {
        // It goes on in another segment, or is told.
      }
      table.insert(["second", waits]);
      const records = [...table.records()];
      background.release();
      await finish(disk);
      expect(table.size, `${waits} waits`).toBe(records.length);
      disk.kill();
      expect([...disk.open().records()], `${waits} waits`).toEqual(records);
    }
  },
);
