import type { Store, StoreRecord } from "@store/core";
import { describe, expect, test } from "vitest";
import { FailingFileSystem } from "../../simulation/failing-file-system.js";
import { readWhole } from "../../src/platform/whole-file.js";
import {
  changed,
  DATA_DIR,
  type Files,
  filesAfter,
  pathOf,
  recordsOf,
  TreeDisk,
} from "../support/tree-disk.js";

/** Every so many calls are tried; with STORE_EVERY=1 all of them. */
const EVERY = Number(process.env.STORE_EVERY ?? 5);
const LIMIT = 600_000;

const TABLES = [
  ["d", "first"],
  ["d", "second"],
] as const;

function write(store: Store<"sync">, from: number): void {
  for (const [domain, name] of TABLES) {
    const table = store.ensureTable<StoreRecord>(domain, name);
    for (let key = from; key < from + 5; key++) table.insert([key, `${name} ${key}`]);
    table.sync();
  }
}

/** A run, and a log. */
function live(store: Store<"sync">, disk: TreeDisk): void {
  write(store, 0);
  store.close();
  write(disk.open(), 5);
}

function flippedAt(files: Files, name: string, at: number): Files {
  const path = pathOf(files, name);
  const content = Buffer.from(files.get(path) as Buffer);
  content.writeUInt8(content.readUInt8(at) ^ 0x10, at);
  return changed(files, path, content);
}

const files = new Map([...filesAfter(live)].filter(([path]) => !path.includes("lock")));
const run = [...files.keys()].find((path) => path.endsWith(".run")) as string;
const log = [...files.keys()].find((path) => path.endsWith(".log")) as string;
const nameOf = (path: string) => path.slice(path.lastIndexOf("/") + 1);

const DAMAGES: readonly (readonly [string, Files])[] = [
  ["a block", flippedAt(files, nameOf(run), 100)],
  ["the log", flippedAt(files, nameOf(log), 100)],
  ["the manifest", changed(files, pathOf(files, "MANIFEST"), undefined)],
];

/** What the reports of all repairs say, those that nobody was told of as well. */
function reportsKept(disk: TreeDisk): string {
  const { memory } = disk;
  return memory
    .list(DATA_DIR)
    .map((name) => `${DATA_DIR}/${name}/REPAIR`)
    .filter((path) => memory.status(path) !== undefined)
    .map((path) => readWhole(memory, path).toString())
    .join("");
}

/** What a repair comes to that nothing comes in between. */
function repaired(damaged: Files) {
  const disk = TreeDisk.with(damaged);
  const failing = new FailingFileSystem(disk.memory);
  disk.fileSystem = failing;
  const store = disk.open();
  const records = recordsOf(store, TABLES);
  return { records, calls: failing.count(), reports: reportsKept(disk) };
}

/** The files that were there, as they are now. */
function contentOf(disk: TreeDisk, damaged: Files): string[] {
  const now = disk.files();
  return [...damaged.keys()]
    .filter((path) => /MANIFEST|\.run$|\.log$/.test(path))
    .map((path) => `${path} ${now.get(path)?.toString("latin1")}`);
}

describe.each(DAMAGES)("a repair of %s", (_, damaged) => {
  const { records, calls, reports } = repaired(damaged);

  test("says what was found", () => {
    expect(calls).toBeGreaterThan(50);
    expect(reports).toContain('"damaged":[{');
  });

  test.each(["dies", "fails"])(
    "that %s at any call is done again",
    (how) => {
      for (let nth = 1; nth <= calls; nth += EVERY) {
        const disk = TreeDisk.with(damaged);
        const before = contentOf(disk, damaged);
        const manifests = [...damaged.keys()].filter((path) => path.endsWith("/MANIFEST"));
        const failing = new FailingFileSystem(disk.memory);
        disk.fileSystem = failing;
        failing.fail({ nth, code: "EIO", lasting: how === "dies" });
        let isOpen = true;
        const store = disk.open();
        try {
          recordsOf(store, TABLES);
        } catch {
          isOpen = false;
        }
        failing.heal();
        const others = [...disk.files().keys()].filter(
          (path) => path.endsWith("/MANIFEST") && !manifests.includes(path),
        );
        if (others.length === 0) expect(contentOf(disk, damaged), `call ${nth}`).toEqual(before);
        if (how === "fails" && !isOpen) {
          // The same process tries again.
          try {
            store.close();
          } catch {
            // It is closed all the same.
          }
          expect(recordsOf(disk.open(), TABLES), `call ${nth}`).toEqual(records);
        }
        disk.kill();
        expect(recordsOf(disk.open(), TABLES), `call ${nth}`).toEqual(records);
        const told = reportsKept(disk) + JSON.stringify(disk.reports);
        expect(told, `call ${nth}`).toContain('"damaged":[{');
      }
    },
    LIMIT,
  );
});
