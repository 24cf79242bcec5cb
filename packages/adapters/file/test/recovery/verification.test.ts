import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createStore, type Store, toolkit } from "@store/core";
import { describe, expect, test } from "vitest";
import { FailingFileSystem } from "../../simulation/failing-file-system.js";
import { fileAdapter, verify } from "../../src/index.js";
import { verifyTree } from "../../src/recovery/verification.js";
import { changed, DATA_DIR, type Files, filesAfter, TreeDisk } from "../support/tree-disk.js";

/** Two runs, and a log whose changes were synced. */
function live(first: Store<"sync">, disk: TreeDisk): void {
  first.close();
  for (let step = 1; step <= 3; step++) {
    const store = disk.open();
    const table = store.ensureTable("d", "t");
    for (let key = 0; key < 50; key++) table.insert([key, step]);
    if (step < 3) store.close();
    else table.sync();
  }
}

const files: Files = filesAfter(live);
const isRead = (path: string) => /\/(MANIFEST|\d+\.(run|log))$/.test(path);
const counting = [...files].filter(([path]) => isRead(path));

function verified(of: Files) {
  return verifyTree(TreeDisk.with(of).memory, DATA_DIR, toolkit.error);
}

function flip(content: Buffer, at: number): Buffer {
  const other = Buffer.from(content);
  other[at] = (other[at] as number) ^ 0x10;
  return other;
}

describe("verify", () => {
  test("of a directory as it was written finds nothing, reads all files, and changes nothing", () => {
    const disk = TreeDisk.with(files);
    const before = disk.files();
    const found: { bytes: number; total: number }[] = [];
    const result = verifyTree(disk.memory, DATA_DIR, toolkit.error, (each) => found.push(each));
    const read = counting.filter(([path]) => !path.endsWith("MANIFEST"));
    expect(result).toEqual({
      files: read.length,
      bytes: read.reduce((sum, [, content]) => sum + content.length, 0),
      damaged: [],
      lostChanges: 0,
      tornBytes: 0,
    });
    expect(found.at(-1)?.bytes).toBe(found.at(-1)?.total);
    expect(disk.files()).toEqual(before);
    expect(disk.memory.openCount).toBe(0);
  });

  test("finds each byte of a run and of what was synced of the log that is another, and names its file", () => {
    let tried = 0;
    for (const [path, content] of counting.filter(([name]) => name.endsWith(".run"))) {
      for (let at = 0; at < content.length; at += 11) {
        const { damaged } = verified(changed(files, path, flip(content, at)));
        expect(damaged.length, `byte ${at} of ${path}`).toBeGreaterThan(0);
        expect(path.endsWith(damaged[0]?.file ?? "-")).toBe(true);
        tried++;
      }
    }
    expect(tried).toBeGreaterThan(50);
    const [log, content] =
      counting.find(([name, { length }]) => /log$/.test(name) && length > 500) ?? [];
    const { damaged, lostChanges } = verified(
      changed(files, log as string, flip(content as Buffer, 200)),
    );
    expect(log?.endsWith(damaged[0]?.file ?? "-")).toBe(true);
    expect(lostChanges).toBeGreaterThan(0);
  });

  test("finds a run that is missing, a log that is missing, and a manifest that is damaged", () => {
    for (const [path, content] of counting) {
      const isManifest = path.endsWith("MANIFEST");
      const other = changed(files, path, isManifest ? flip(content, 20) : undefined);
      const name = path.slice(path.lastIndexOf("/") + 1);
      const found = verified(other).damaged.map(({ file }) => file);
      // A segment that nothing was written to is as good as one that is gone.
      if (content.length > 200) expect(found).toContain(name);
    }
  });

  test("of a manifest that is gone says so", () => {
    const [path] = counting.find(([name]) => name.endsWith("MANIFEST")) as [string, Buffer];
    expect(verified(changed(files, path, undefined)).damaged.map(({ file }) => file)).toContain(
      "MANIFEST",
    );
  });

  test("fails where the manifest can't be read, whatever the reason", () => {
    for (let nth = 1; nth < 40; nth++) {
      const { memory } = TreeDisk.with(files);
      const failing = new FailingFileSystem(memory);
      failing.fail({ nth, code: "EIO", calls: ["open", "read", "size"] });
      try {
        verifyTree(failing, DATA_DIR, toolkit.error);
        if (failing.hasFailed) throw new Error(`call ${nth} failed, and nobody noticed`);
      } catch (error) {
        expect((error as { code?: string }).code, `call ${nth}: ${error}`).toBe("EIO");
      }
      expect(memory.openCount, `call ${nth}`).toBe(0);
    }
  });

  test("begins again when the owner removes what it was about to read", () => {
    const disk = new TreeDisk();
    const store = disk.open();
    const table = store.ensureTable("d", "t");
    table.insert([1]);
    store.close();
    const after = disk.open();
    let isMoved = false;
    const fileSystem = new Proxy(disk.memory, {
      get(memory, name) {
        const value = Reflect.get(memory, name) as unknown;
        if (typeof value !== "function") return value;
        return (...args: unknown[]) => {
          // The first time that a run is looked for, the owner has merged it away.
          if (name === "status" && String(args[0]).endsWith(".run") && !isMoved) {
            isMoved = true;
            const again = after.ensureTable("d", "t");
            for (let key = 0; key < 20; key++) again.insert([key]);
            store.close();
            after.close();
            const next = disk.open();
            next.ensureTable("d", "t").deleteAllObjects();
            next.close();
          }
          return Reflect.apply(value, memory, args);
        };
      },
    });
    const result = verifyTree(fileSystem, DATA_DIR, toolkit.error);
    expect(isMoved).toBe(true);
    expect(result.damaged).toEqual([]);
  });

  test("of a directory that isn't there, or is empty, reads no file", () => {
    const directory = mkdtempSync(join(tmpdir(), "store-verify-"));
    try {
      const nothing = { files: 0, bytes: 0, damaged: [], lostChanges: 0, tornBytes: 0 };
      expect(verify(directory)).toEqual(nothing);
      expect(verify(join(directory, "none"))).toEqual(nothing);
      const options = { dataDir: join(directory, "data") };
      const store = createStore({ adapter: fileAdapter, options });
      store.ensureTable("d", "t").insert(["a", 1]);
      // Also beside the owner.
      expect(verify(options.dataDir)).toMatchObject({ damaged: [], tornBytes: 0 });
      store.close();
      expect(verify(options.dataDir).files).toBe(1);
    } finally {
      rmSync(directory, { recursive: true });
    }
  });

  test("of a file is STORE_IO, and names it", () => {
    expect(() => verify("/dev/null")).toThrow(/verify of \/dev\/null/);
  });
});
