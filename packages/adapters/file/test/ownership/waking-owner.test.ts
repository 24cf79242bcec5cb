import { createStore, type StoreRecord } from "@store/core";
import { expect, test } from "vitest";
import {
  interceptedEnvironment,
  WaitingCallbacks,
} from "../../prove/interleavings/intercepted-environment.js";
import { ResumableCourse } from "../../prove/interleavings/resumable-course.js";
import { createFileAdapter } from "../../src/file-adapter.js";
import type { FileSystem } from "../../src/platform/file-system.js";
import { DATA, Disk } from "../support/disk.js";

const records: StoreRecord[] = [
  ["a", 1],
  ["b", 1],
];

function diskWithTable(): Disk {
  const disk = new Disk();
  disk.open().insertMany(records);
  disk.kill();
  return disk;
}

/** A file system on which something happens, once, before a call of that name on such a path. */
function interrupted(
  fileSystem: FileSystem,
  name: keyof FileSystem,
  path: RegExp,
  happen: () => void,
): FileSystem {
  let isOver = false;
  return new Proxy(fileSystem, {
    get:
      (_, called: keyof FileSystem) =>
      (...args: unknown[]) => {
        if (!isOver && called === name && path.test(String(args[0]))) {
          isOver = true;
          happen();
        }
        return Reflect.apply(fileSystem[called], fileSystem, args);
      },
  });
}

/** The process that runs sleeps for a minute, in which another takes the table over. */
function beTakenOver(disk: Disk): void {
  disk.host.stop();
  disk.host.advance(60_000);
  disk.host = disk.host.spawn();
  disk.open();
}

test("an open whose epoch was taken for that of a dead process, and removed, is STORE_LOCKED", () => {
  const disk = diskWithTable();
  const fileSystem = interrupted(disk.memory, "makeDirectory", /E\d+.lock$/, () =>
    beTakenOver(disk),
  );
  const store = disk.openStore({}, fileSystem);
  expect(() => store.ensureTable("d", "t")).toThrowError(
    expect.objectContaining({ code: "STORE_LOCKED" }),
  );
});

test("an open that can't find files since the table was taken over is fenced, and puts nothing aside", () => {
  const disk = diskWithTable();
  const fileSystem = interrupted(disk.memory, "status", /E000001.*log$/, () => beTakenOver(disk));
  const store = disk.openStore({ repair: true }, fileSystem);
  expect(() => store.ensureTable("d", "t")).toThrowError(
    expect.objectContaining({ code: "STORE_FENCED" }),
  );
  expect(disk.memory.list(DATA)).toEqual(["E000003"]);
});

/** As far as one sees it who slept: another has just claimed the table. */
function beClaimed(disk: Disk, epoch: string): () => void {
  return () => disk.memory.makeDirectory(`${DATA}/${epoch}`);
}

test("an open before whose end another claims the table leaves the epoch from which that one recovers", () => {
  const disk = diskWithTable();
  const claimed = beClaimed(disk, "E000003");
  const fileSystem = interrupted(disk.memory, "syncDirectory", /E000002$/, claimed);
  const store = disk.openStore({}, fileSystem);
  expect(() => store.ensureTable("d", "t")).toThrowError(
    expect.objectContaining({ code: "STORE_FENCED" }),
  );
  expect(disk.memory.list(DATA)).toContain("E000001");
});

test("a close before whose end another claims the table is fenced", () => {
  const disk = new Disk();
  const claimed = beClaimed(disk, "E000002");
  const fileSystem = interrupted(disk.memory, "create", /\.run$/, claimed);
  const store = disk.openStore({}, fileSystem);
  store.ensureTable("d", "t").insert(["a", "x".repeat(70_000)]);
  expect(() => store.close()).toThrowError(expect.objectContaining({ code: "STORE_FENCED" }));
});

test("a close that can't write the manifest since the table was taken over is fenced", () => {
  const disk = diskWithTable();
  const fileSystem = interrupted(disk.memory, "create", /MANIFEST\.[^1]/, () => beTakenOver(disk));
  const store = disk.openStore({}, fileSystem);
  store.ensureTable("d", "t");
  expect(() => store.close()).toThrowError(expect.objectContaining({ code: "STORE_FENCED" }));
});

test("a recovery under which the owner before wakes up, and makes the table that it had begun, begins anew", () => {
  const disk = new Disk();
  const sleeper = disk.host;
  const calls: string[] = [];
  const course = (memory: FileSystem) =>
    new ResumableCourse((intercept) => {
      const environment = interceptedEnvironment(
        memory,
        sleeper,
        new WaitingCallbacks(),
        (name, args, make) => {
          calls.push(`${name} ${args.at(-1)}`);
          return intercept(name, args, make);
        },
      );
      const adapter = createFileAdapter(environment);
      createStore({ adapter, options: { dataDir: "/data" } }).ensureTable("d", "t");
    });
  course(new Disk().memory).goOn(Number.POSITIVE_INFINITY);
  const rename = calls.findIndex((call) => /^rename .*MANIFEST$/.test(call));

  const opening = course(disk.memory);
  opening.goOn(rename);
  sleeper.stop();
  disk.host.advance(60_000);
  disk.host = sleeper.spawn();
  // There was no manifest a moment ago.
  const fileSystem = interrupted(disk.memory, "status", /E000001.*log$/, () => {
    opening.goOn(Number.POSITIVE_INFINITY);
  });
  const table = disk.openStore({ repair: false }, fileSystem).ensureTable("d", "t");
  expect(table.size).toBe(0);
  expect(opening.error).toMatchObject({ code: "STORE_FENCED" });
  expect(disk.memory.list(DATA)).toEqual(["E000002"]);
});
