import { createStore, type StoreRecord } from "@store/core";
import { expect, test } from "vitest";
import {
  interceptedEnvironment,
  WaitingCallbacks,
} from "../prove/interleavings/intercepted-environment.js";
import { ResumableCourse } from "../prove/interleavings/resumable-course.js";
import { createFileAdapter } from "../src/file-adapter.js";
import type { FileSystem } from "../src/file-system.js";
import { Disk } from "./support/disk.js";

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
  expect(disk.memory.list(disk.directoryOf())).toEqual(["E000003"]);
});

test("a close that can't write the manifest since the table was taken over is fenced", () => {
  const disk = diskWithTable();
  const fileSystem = interrupted(disk.memory, "create", /MANIFEST\.2/, () => beTakenOver(disk));
  const store = disk.openStore({}, fileSystem);
  store.ensureTable("d", "t");
  expect(() => store.close()).toThrowError(expect.objectContaining({ code: "STORE_FENCED" }));
});

test("a recovery under which the owner before wakes up, and removes what is recovered, begins anew", () => {
  const disk = diskWithTable();
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
  course(diskWithTable().memory).goOn(Number.POSITIVE_INFINITY);
  const rename = calls.findIndex((call) => /^rename .*MANIFEST$/.test(call));

  const opening = course(disk.memory);
  opening.goOn(rename);
  disk.host.advance(60_000);
  disk.host = sleeper.spawn();
  const fileSystem = interrupted(disk.memory, "link", /E000001/, () =>
    opening.goOn(Number.POSITIVE_INFINITY),
  );
  const table = disk.openStore({ repair: false }, fileSystem).ensureTable("d", "t");
  expect([...table.records()]).toEqual(records);
  expect(opening.error).toBeUndefined();
});
