import type { Store, StoreRecord, Table } from "@store/core";
import { describe, expect, test } from "vitest";
import { partOf } from "../../../../../tooling/long.js";
import { Random } from "../../prove/random.js";
import { FailingFileSystem } from "../../simulation/failing-file-system.js";
import { RESERVE } from "../../src/files/reserve.js";
import { compact } from "../../src/index.js";
import { TreeDisk } from "../support/tree-disk.js";

const FULL = expect.objectContaining({
  code: "STORE_IO",
  message: expect.stringMatching("ENOSPC"),
});
/** What an owner writes when it opens a directory, and more. */
const ROOM_TO_OPEN = 2 ** 16;
const DISK_BYTES = 1_600_000;
const OPTIONS = { writeBufferBytes: 160_000 };

const value = (length: number) => "x".repeat(length);

/** A set on a disk of so many bytes. */
class SmallDisk {
  readonly disk = new TreeDisk();
  readonly failing = new FailingFileSystem(this.disk.memory);
  store: Store<"sync">;
  table: Table<StoreRecord>;

  constructor(capacity: number) {
    this.disk.memory.capacity = capacity;
    this.disk.fileSystem = this.failing;
    this.store = this.disk.open(OPTIONS);
    this.table = this.store.ensureTable("d", "t");
  }

  open(): void {
    this.store = this.disk.open(OPTIONS);
    this.table = this.store.ensureTable("d", "t");
  }

  get usedBytes(): number {
    return this.disk.memory.capacity - this.disk.memory.freeBytes();
  }

  get hasReserve(): boolean {
    return [...this.disk.files().keys()].some((path) => path.endsWith(`/${RESERVE}`));
  }

  /** Inserts until there is no room. Returns how many records there are. */
  fill(): number {
    for (let key = 0, refused = 0; ; ) {
      try {
        this.table.insert([key, value(2_000)]);
        key++;
        refused = 0;
      } catch (failure) {
        expect(failure).toEqual(FULL);
        // One that was refused may have led to a flush, which gives room.
        if (++refused === 3) return key;
      }
    }
  }

  /** Lets work in the background have its turns, and time pass. */
  async work(seconds: number): Promise<void> {
    for (let tick = 0; tick < 4 * seconds; tick++) {
      this.disk.host.advance(250);
      do for (let turn = 0; turn < 20; turn++) await undefined;
      while (this.disk.host.runDeferred() > 0);
    }
  }

  /** Lets the next write fail: there is no room for it. */
  failWrite(code = "ENOSPC"): void {
    this.failing.fail({ nth: 1, code, calls: ["write"] });
  }

  /** Others take all other room there is. */
  leaveNoRoom(): void {
    this.disk.memory.capacity = this.usedBytes;
  }

  kill(): void {
    this.disk.kill();
    this.disk.memory.closeAll();
    this.open();
  }
}

describe("on a full disk", () => {
  test("inserts fail and change nothing, deletes succeed and, in the background, give the room back", async () => {
    const small = new SmallDisk(DISK_BYTES);
    const count = small.fill();
    expect(count).toBeGreaterThan(400);
    expect(small.table.size).toBe(count);
    expect(() => small.table.insert(["new", value(2_000)])).toThrow(FULL);
    for (let key = 0; key < count; key++) small.table.delete(key);
    expect(small.table.size).toBe(0);
    await small.work(10);
    expect(small.usedBytes).toBeLessThan(DISK_BYTES / 4);
    for (let key = 0; key < count / 2; key++) {
      small.table.insert([key, value(2_000)]);
      await small.work(0.25);
    }
    small.store.close();
    const store = small.disk.open(OPTIONS);
    expect(store.ensureTable("d", "t").size).toBe(Math.ceil(count / 2));
  });

  test("clearing a table, and dropping one, give the room back", async () => {
    for (const isDropped of [false, true]) {
      const small = new SmallDisk(DISK_BYTES);
      small.store.ensureTable("d", "kept").insert([1]);
      small.fill();
      if (isDropped) small.store.dropTable("d", "t");
      else small.table.deleteAllObjects();
      await small.work(10);
      expect(small.usedBytes).toBeLessThan(DISK_BYTES / 4);
      small.store.ensureTable("d", "kept").insert([2, value(100_000)]);
      small.store.close();
    }
  });

  test("records that expire give the room back", async () => {
    const small = new SmallDisk(DISK_BYTES);
    const expiresAt = small.disk.host.wallTime() + 60_000;
    for (let key = 0; ; key++) {
      try {
        small.table.insert([key, value(2_000)], { expiresAt });
      } catch (failure) {
        expect(failure).toEqual(FULL);
        break;
      }
    }
    await small.work(180);
    expect(small.usedBytes).toBeLessThan(DISK_BYTES / 4);
    expect(small.table.size).toBe(0);
  });

  test("compact merges step by step, where all at once has no room", () => {
    const small = new SmallDisk(DISK_BYTES);
    const count = small.fill();
    for (let key = 0; key < count; key++) if (key % 4 > 0) small.table.delete(key);
    compact(small.store, "d");
    expect(small.usedBytes).toBeLessThan(DISK_BYTES / 2);
    expect(small.table.info().details).toMatchObject({ runs: 1, tombstones: 0 });
  });

  test("a delete takes the room that is kept for it", () => {
    const small = new SmallDisk(DISK_BYTES);
    const count = small.fill();
    small.leaveNoRoom();
    for (let key = 0; key < count && small.hasReserve; key++) small.table.delete(key);
    expect(small.hasReserve).toBe(false);
    expect(small.table.size).toBeLessThan(count);
  });

  test("a delete whose write fails is written again, in another segment, with that room", () => {
    const small = new SmallDisk(DISK_BYTES);
    const count = small.fill();
    small.failWrite();
    small.table.delete(0);
    expect(small.hasReserve).toBe(false);
    // Without it, it is refused.
    small.failWrite();
    expect(() => small.table.delete(1)).toThrow(FULL);
    expect(small.table.size).toBe(count - 1);
  });

  test("to go on in another segment may take that room", () => {
    // So small that room is kept from the first record on.
    const small = new SmallDisk(DISK_BYTES / 4);
    const count = 5;
    for (let key = 0; key < count; key++) small.table.insert([key]);
    for (const isKept of [true, false]) {
      // The segment is torn by that.
      small.failWrite("EIO");
      expect(() => small.table.delete(1)).toThrow("EIO");
      expect(small.hasReserve).toBe(isKept);
      small.failWrite();
      if (isKept) small.table.delete(0);
      else expect(() => small.table.delete(1)).toThrow(FULL);
    }
    expect(small.table.size).toBe(count - 1);
  });

  test("where nothing is kept a delete is refused and changes nothing", () => {
    const small = new SmallDisk(DISK_BYTES);
    small.table.insertMany(Array.from({ length: 2_000 }, (_, key) => [key]));
    small.leaveNoRoom();
    let size = 2_000;
    expect(() => {
      for (; ; size--) small.table.delete(size - 1);
    }).toThrow(FULL);
    expect(small.table.size).toBe(size);
    expect([...small.table.keys()].length).toBe(size);
  });

  test("more runs than are good stay, where merging them has no room", () => {
    const small = new SmallDisk(3_200_000);
    const count = small.fill();
    expect(small.table.info().details?.runs).toBeGreaterThanOrEqual(40);
    expect([...small.table.keys()].length).toBe(count);
  });

  test("a merge that fails for another reason says so", () => {
    const small = new SmallDisk(DISK_BYTES);
    for (let key = 0; key < 2; key++) {
      small.table.insert([key]);
      small.store.close();
      small.open();
    }
    small.failing.fail({ nth: 1, code: "EIO", calls: ["read"], lasting: true });
    expect(() => compact(small.store, "d")).toThrow("EIO");
    small.failing.heal();
    compact(small.store, "d");
    expect([...small.table.keys()]).toEqual([0, 1]);
  });

  test("a store closes, with all that it has", () => {
    const small = new SmallDisk(DISK_BYTES);
    const count = small.fill();
    small.store.close();
    expect(small.hasReserve).toBe(false);
    small.disk.memory.capacity += ROOM_TO_OPEN;
    expect(small.disk.open(OPTIONS).ensureTable("d", "t").size).toBe(count);
  });

  test("the directory of a killed process opens with little room, and gives what was kept back", () => {
    const small = new SmallDisk(DISK_BYTES);
    const count = small.fill();
    expect(small.hasReserve).toBe(true);
    small.disk.memory.capacity += ROOM_TO_OPEN;
    small.kill();
    expect(small.table.size).toBe(count);
    expect(small.hasReserve).toBe(false);
    small.table.delete(0);
  });

  test("a batch, and a record, larger than what is left are refused", () => {
    const small = new SmallDisk(DISK_BYTES);
    small.table.insert(["a", 1]);
    expect(() => small.table.insert(["b", value(2 * DISK_BYTES)])).toThrow(FULL);
    expect([...small.table.records()]).toEqual([["a", 1]]);
    small.table.insert(["c", value(100_000)]);
    small.store.close();
  });
});

test("where there is room, none is kept", () => {
  const disk = new TreeDisk();
  const table = disk.open(OPTIONS).ensureTable("d", "t");
  for (let key = 0; key < 1_000; key++) table.insert([key, value(2_000)]);
  expect([...disk.files().keys()].filter((path) => path.endsWith(RESERVE))).toEqual([]);
});

test("room that comes back makes an end of it", async () => {
  const small = new SmallDisk(DISK_BYTES);
  small.fill();
  expect(small.hasReserve).toBe(true);
  small.disk.memory.capacity *= 4;
  for (let key = 0; key < 200; key++) {
    small.table.insert(["more", key, value(2_000)]);
    await small.work(0.25);
  }
  const { runs } = small.table.info().details ?? {};
  small.table.delete(0);
  await small.work(5);
  expect(small.table.info().details?.runs).toBe(runs);
});

test("whatever is done on a small disk: deletes succeed, nothing is lost, and no call does half", async () => {
  for (let seed = 0; seed < partOf(4, 100); seed++) {
    const random = new Random(seed);
    const small = new SmallDisk(DISK_BYTES / 2 + random.below(DISK_BYTES));
    const model = new Map<number, number>();
    let refused = 0;
    for (let step = 0; step < 1_500; step++) {
      const key = random.below(400);
      if (random.oneIn(3)) {
        small.table.delete(key);
        model.delete(key);
      } else {
        const length = random.below(8_000);
        try {
          small.table.insert([key, value(length)]);
          model.set(key, length);
        } catch (failure) {
          expect(failure, `seed ${seed}, step ${step}`).toEqual(FULL);
          refused++;
        }
      }
      if (random.oneIn(10)) await small.work(random.below(3));
      if (random.oneIn(300)) {
        small.disk.memory.capacity += ROOM_TO_OPEN;
        small.kill();
      }
    }
    const found = [...small.table.records()].map(([key, text]) => [key, String(text).length]);
    expect(found.sort(byKey), `seed ${seed}`).toEqual([...model].sort(byKey));
    expect(small.table.size).toBe(model.size);
    if (seed === 0) expect(refused).toBeGreaterThan(0);
  }
});

function byKey(a: readonly unknown[], b: readonly unknown[]): number {
  return Number(a[0]) - Number(b[0]);
}
