import type { StoreRecord } from "@store/core";
import { describe, expect, test } from "vitest";
import { Disk } from "./support/disk.js";

const FENCED = expect.objectContaining({ code: "STORE_FENCED" });

/** A table whose process is stopped for a minute, while another process takes it over. */
function takenOver(disk: Disk) {
  const stalled = disk.open({ autoSave: 1_000 });
  stalled.insertMany([
    ["a", 1],
    ["b", 1],
  ]);
  const first = disk.host;
  first.stop();
  disk.host.advance(60_000);
  disk.host = first.spawn();
  const taken = disk.open();
  return { stalled, taken, first };
}

describe("an owner that was stalled for so long that another took its table over", () => {
  test("can't write any more, and what it tries isn't in the table", () => {
    const disk = new Disk();
    const { stalled, taken, first } = takenOver(disk);
    taken.insert(["c", 1]);
    first.resume();
    expect(() => stalled.insert(["d", 1])).toThrowError(FENCED);
    expect(() => stalled.delete("a")).toThrowError(FENCED);
    expect(() => stalled.deleteAllObjects()).toThrowError(FENCED);
    expect(() => stalled.sync()).toThrowError(FENCED);
    expect(() => stalled.close()).toThrowError(FENCED);
    taken.insert(["e", 1]);
    const records: StoreRecord[] = [
      ["a", 1],
      ["b", 1],
      ["c", 1],
      ["e", 1],
    ];
    expect([...taken.records()]).toEqual(records);
    disk.kill();
    expect([...disk.open().records()]).toEqual(records);
  });

  test("is told by a sync, too, though there is nothing to be written", () => {
    const disk = new Disk();
    const { stalled, first } = takenOver(disk);
    first.resume();
    expect(() => stalled.sync()).toThrowError(FENCED);
  });

  test("is told who has the table", () => {
    const disk = new Disk();
    const { stalled, first } = takenOver(disk);
    first.resume();
    expect(() => stalled.insert(["d", 1])).toThrowError(
      expect.objectContaining({
        message: expect.stringContaining(`process ${disk.host.process.pid} on host host since `),
        cause: expect.objectContaining({ pid: disk.host.process.pid }),
      }),
    );
  });

  test("harms nothing by what its timers do", async () => {
    const disk = new Disk();
    const { taken, first } = takenOver(disk);
    first.resume();
    disk.host.advance(60_000);
    await new Promise((resolve) => setImmediate(resolve));
    taken.insert(["c", 1]);
    expect(taken.size).toBe(3);
    disk.kill();
    expect(disk.open().size).toBe(3);
  });

  test("keeps the table if nobody took it", () => {
    const disk = new Disk();
    const table = disk.open();
    table.insert(["a", 1]);
    disk.host.stop();
    disk.host.advance(600_000);
    disk.host.resume();
    table.insert(["b", 1]);
    table.close();
    expect(disk.open().size).toBe(2);
  });
});

test("a table that is open is STORE_LOCKED for another process, and stays as it is", () => {
  const disk = new Disk();
  const table = disk.open();
  table.insert(["a", 1]);
  const before = disk.files();
  const owner = disk.host;
  disk.host = owner.spawn();
  expect(() => disk.open()).toThrowError(
    expect.objectContaining({
      code: "STORE_LOCKED",
      cause: expect.objectContaining({ pid: owner.process.pid, host: "host" }),
    }),
  );
  expect(disk.files()).toEqual(before);
  table.insert(["b", 1]);
  expect(table.size).toBe(2);
});

test("a process that was killed leaves no lock: the next opens at once", () => {
  const disk = new Disk();
  disk.open().insert(["a", 1]);
  disk.kill();
  expect(disk.open().lookup("a")).toEqual([["a", 1]]);
});

test("opening and closing again and again leaves one epoch, and few files", () => {
  const disk = new Disk();
  for (let round = 0; round < 50; round++) {
    const table = disk.open();
    table.insert([round, "x".repeat(100)]);
    if (round % 2 === 0) table.close();
    else disk.kill();
  }
  const table = disk.open();
  expect(table.size).toBe(50);
  expect(disk.memory.list(disk.directoryOf())).toHaveLength(1);
  expect(disk.files().filter((name) => name.endsWith(".log")).length).toBeLessThan(8);
});
