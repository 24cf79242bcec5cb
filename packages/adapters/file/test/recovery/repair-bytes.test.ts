import type { Store, StoreRecord } from "@store/core";
import { describe, expect, test } from "vitest";
import { errorCode } from "../../src/platform/error-code.js";
import { changed, type Files, filesAfter, recordsOf, TreeDisk } from "../support/tree-disk.js";

const TABLES = [
  ["d", "set"],
  ["e", "bag"],
] as const;
/** Every so many bytes are tried; with STORE_EVERY=1 all of them. */
const EVERY = Number(process.env.STORE_EVERY ?? 7);
const LIMIT = 600_000;

/** Everything that was ever written. */
const written = new Set<string>();

function write(store: Store<"sync">, step: number): void {
  for (const [domain, name] of TABLES) {
    const table = store.ensureTable<StoreRecord>(domain, name, { type: name });
    for (const record of [
      ["a", step],
      [step, name],
    ] satisfies StoreRecord[]) {
      written.add(JSON.stringify(record));
      table.insert(record);
    }
    if (step > 1) table.delete(step - 1);
  }
}

/** Two runs, and a log whose changes were synced. */
function live(first: Store<"sync">, disk: TreeDisk): void {
  first.close();
  for (let step = 1; step <= 3; step++) {
    const store = disk.open();
    write(store, step);
    if (step < 3) store.close();
    else for (const [domain, name] of TABLES) store.ensureTable(domain, name).sync();
  }
}

function isEngineFile(path: string): boolean {
  return /\/(MANIFEST|\d+\.(run|log))$/.test(path);
}

const files: Files = new Map(
  [...filesAfter(live)].filter(([path]) => isEngineFile(path) || path.endsWith("OWNER")),
);
const expected = recordsOf(TreeDisk.with(files).open(), TABLES);

/** Opens with `repair: true`, if need be twice, and checks what is there. */
function checkRepaired(damaged: Files, what: string, mayBePrefix = false): TreeDisk {
  const disk = TreeDisk.with(damaged);
  let found: Map<string, string[]>;
  try {
    found = recordsOf(disk.open(), TABLES);
  } catch (error) {
    if (errorCode(error) !== "STORE_CORRUPT") throw new Error(what, { cause: error });
    disk.kill();
    try {
      found = recordsOf(disk.open(), TABLES);
    } catch (cause) {
      throw new Error(`${what} is not repaired`, { cause });
    }
  }
  for (const [domain, name] of TABLES) {
    const table = `${domain}/${name}`;
    const records = found.get(table) ?? [];
    const wrong = records.find((record) => !written.has(record));
    if (wrong !== undefined) throw new Error(`${what}: ${table} has ${wrong}`);
    if (JSON.stringify(records) === JSON.stringify(expected.get(table))) continue;
    const isReported = disk.reports.some(
      (report) =>
        (report.domain === domain && report.table === name) ||
        (report.domain === "" && report.table === ""),
    );
    if (!isReported && !mayBePrefix) {
      throw new Error(`${what}: ${table} is ${records}, not ${expected.get(table)}, unreported`);
    }
  }
  for (const report of disk.reports) {
    if (report.reason === "damage") {
      expect(disk.memory.list(report.keptAside ?? ""), what).toContain("REPAIR");
    }
  }
  return disk;
}

/** Opens with `repair: false`: what is read is right, or `STORE_CORRUPT`. */
function checkRefused(damaged: Files, what: string, mayBePrefix = false): void {
  const disk = TreeDisk.with(damaged);
  const before = contentOf(disk);
  let isOpen = false;
  try {
    const store = disk.open({ repair: false });
    for (const [domain, name] of TABLES) {
      const found = recordsOf(store, [[domain, name]]).get(`${domain}/${name}`);
      isOpen = true;
      const isRight = JSON.stringify(found) === JSON.stringify(expected.get(`${domain}/${name}`));
      if (!isRight && !mayBePrefix) throw new Error(`${what}: ${name} is ${found}`);
    }
  } catch (error) {
    if (errorCode(error) !== "STORE_CORRUPT") throw new Error(what, { cause: error });
  }
  // Until the new epoch counts.
  const manifests = [...disk.files().keys()].filter((path) => path.endsWith("/MANIFEST"));
  if (!isOpen && manifests.every((path) => files.has(path)))
    expect(contentOf(disk), what).toEqual(before);
}

/** The files of the epochs that were there. */
function contentOf(disk: TreeDisk): string[] {
  return [...disk.files()]
    .filter(([path]) => files.has(path) && isEngineFile(path))
    .map(([path, content]) => `${path} ${content.toString("latin1")}`);
}

const engineFiles = [...files].filter(([path]) => isEngineFile(path));

describe("a data directory of which a byte is another", () => {
  test("has runs and a log to be damaged", () => {
    const names = engineFiles.map(([path]) => path.slice(path.lastIndexOf("/") + 1));
    expect(names.filter((name) => name.endsWith(".run")).length).toBeGreaterThan(1);
    expect(names.filter((name) => name.endsWith(".log")).length).toBeGreaterThan(1);
  });

  test(
    "is refused with repair: false, or read as it should be",
    () => {
      for (const [path, content] of engineFiles) {
        for (let at = 0; at < content.length; at += EVERY) {
          checkRefused(changed(files, path, flip(content, at)), `byte ${at} of ${path}`);
        }
      }
    },
    LIMIT,
  );

  test(
    "is repaired with repair: true, and what is missing is reported",
    () => {
      for (const [path, content] of engineFiles) {
        for (let at = 0; at < content.length; at += EVERY) {
          checkRepaired(changed(files, path, flip(content, at)), `byte ${at} of ${path}`);
        }
      }
    },
    LIMIT,
  );
});

describe("a data directory of which a file", () => {
  test(
    "is cut off at any length",
    () => {
      for (const [path, content] of engineFiles) {
        for (let length = 0; length < content.length; length += EVERY) {
          const cut = changed(files, path, content.subarray(0, length));
          // Of what a log ended with, only the log knows.
          checkRepaired(cut, `${path} of ${length} bytes`, path.endsWith(".log"));
        }
      }
    },
    LIMIT,
  );

  test(
    "is gone, is empty, is longer, or is another",
    () => {
      for (const [path, content] of engineFiles) {
        const others = engineFiles.filter(([other]) => other !== path).map(([, other]) => other);
        const longer = Buffer.concat([content, Buffer.alloc(100, 7)]);
        for (const [index, other] of [undefined, longer, ...others].entries()) {
          const damaged = changed(files, path, other);
          checkRepaired(damaged, `${path} ${index}`);
          checkRefused(damaged, `${path} ${index}`, true);
        }
      }
    },
    LIMIT,
  );

  test("has changed places with another", () => {
    for (const [path, content] of engineFiles) {
      for (const [other, otherContent] of engineFiles) {
        if (path >= other) continue;
        const swapped = changed(changed(files, path, otherContent), other, content);
        checkRepaired(swapped, `${path} and ${other}`);
      }
    }
  });
});

function flip(content: Buffer, at: number): Buffer {
  const copy = Buffer.from(content);
  copy.writeUInt8(content.readUInt8(at) ^ (1 << (at % 8)), at);
  return copy;
}
