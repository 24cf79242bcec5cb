import type { StoreRecord, Table } from "@store/core";
import { describe, expect, test } from "vitest";
import type { FileOptions } from "../../src/options.js";
import type { FileSystem } from "../../src/platform/file-system.js";
import { readWhole } from "../../src/platform/whole-file.js";
import { DATA, Disk } from "../support/disk.js";

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
  expect(disk.memory.list(DATA)).toHaveLength(1);
  expect(disk.files().filter((name) => name.endsWith(".log")).length).toBeLessThan(8);
});

describe("an owner whose directory was replaced under it by a backup, or is gone", () => {
  /** A table whose directory is that of an older backup, opened by another process, with the same epoch's number. */
  function replaced(disk: Disk, options: FileOptions = {}) {
    disk.open().insert(["backup", 1]);
    disk.kill();
    const directory = DATA;
    copyTree(disk.memory, directory, "/backup");
    const table = disk.open({ autoSave: 60_000, ...options });
    for (let number = 0; number < 20; number++) table.insert([number, "x".repeat(100_000)]);
    const first = disk.host;
    disk.memory.rename(directory, "/moved");
    disk.memory.rename("/backup", directory);
    disk.host = first.spawn();
    const next = disk.open();
    next.insert(["next", 1]);
    next.sync();
    return { table, next, first };
  }

  function judge(disk: Disk): void {
    const expected: StoreRecord[] = [
      ["backup", 1],
      ["last", 1],
      ["next", 1],
    ];
    disk.kill();
    expect([...disk.open({ repair: false }).records()]).toEqual(expected);
  }

  test.each<[string, (table: Table<StoreRecord>) => void]>([
    ["syncs", (table) => table.sync()],
    ["closes", (table) => table.close()],
    [
      "compacts",
      (table) => {
        table.deleteAllObjects();
        table.close();
      },
    ],
  ])("that %s is fenced at once, and does the next owner no harm", (_, act) => {
    const disk = new Disk();
    const { table, next, first } = replaced(disk);
    const before = disk.files();
    expect(() => act(table)).toThrowError(FENCED);
    first.advance(60_000);
    expect(disk.files()).toEqual(before);
    next.insert(["last", 1]);
    next.sync();
    judge(disk);
  });

  test("with autoSave 0 is fenced by the next write", () => {
    const disk = new Disk();
    const { table } = replaced(disk, { autoSave: 0 });
    expect(() => table.insert(["a", 1])).toThrowError(FENCED);
  });

  test("that was moved away is fenced by the next sync", () => {
    const disk = new Disk();
    const table = disk.open();
    table.insert(["a", 1]);
    disk.memory.rename(DATA, "/moved");
    expect(() => table.sync()).toThrowError(FENCED);
    expect(() => table.close()).toThrowError(FENCED);
  });

  test("writes no manifest into a directory that was put in its place meanwhile", () => {
    const disk = new Disk();
    let isReplaced = false;
    const fileSystem = new Proxy(disk.memory, {
      get: (memory, name: keyof FileSystem) => {
        const method = memory[name];
        return (...args: unknown[]) => {
          const result = Reflect.apply(method, memory, args);
          if (name === "create" && isReplaced && /MANIFEST/.test(String(args[0]))) {
            isReplaced = false;
            const epoch = disk.epoch;
            memory.rename(epoch, "/moved");
            copyTree(memory, "/moved", epoch);
          }
          return result;
        };
      },
    });
    const store = disk.openStore({}, fileSystem);
    store.ensureTable("d", "t").insert(["a", 1]);
    isReplaced = true;
    expect(() => store.close()).toThrowError(FENCED);
    expect(disk.read("MANIFEST").toString()).toContain('"clean":false');
  });
});

function copyTree(fileSystem: FileSystem, from: string, to: string): void {
  fileSystem.makeDirectory(to);
  for (const name of fileSystem.list(from)) {
    const [source, target] = [`${from}/${name}`, `${to}/${name}`];
    if (fileSystem.status(source)?.kind === "directory") {
      copyTree(fileSystem, source, target);
      continue;
    }
    const content = readWhole(fileSystem, source);
    const file = fileSystem.create(target);
    fileSystem.write(file, content, 0, content.length, 0);
    fileSystem.close(file);
  }
}
