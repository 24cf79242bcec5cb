import type { StoreRecord } from "@store/core";
import { describe, expect, test } from "vitest";
import { FailingFileSystem } from "../../simulation/failing-file-system.js";
import { MemoryFileSystem } from "../../simulation/memory-file-system.js";
import {
  FRAME_HEADER_BYTES,
  FrameKind,
  frameKind,
  frameSequence,
  MARK_BYTES,
  putMark,
  sealFrame,
  signFrame,
} from "../../src/format/log/log-frame.js";
import { LOG_HEADER_BYTES, logSalt, readLogHeader } from "../../src/format/log/log-header.js";
import { decodeManifest, type Manifest } from "../../src/format/manifest.js";
import { LogReader } from "../../src/log/log-reader.js";
import { blocking, runBlocking } from "../../src/platform/syncing.js";
import { readWhole } from "../../src/platform/whole-file.js";
import { RunWriter } from "../../src/runs/run-writer.js";
import {
  changed,
  DATA_DIR,
  type Files,
  filesAfter,
  pathOf,
  recordsOf,
  TreeDisk,
} from "../support/tree-disk.js";

const T = [["d", "t"]] as const;

interface Frame {
  readonly at: number;
  readonly length: number;
  readonly kind: number;
  readonly sequence: number;
}

/** A segment of the log, and the frames in it. */
function segment(files: Files, name: string) {
  const path = pathOf(files, name);
  const content = Buffer.from(files.get(path) as Buffer);
  const identity = readLogHeader(content.subarray(0, LOG_HEADER_BYTES));
  if (identity === undefined || "newerFormat" in identity) throw new Error("that is no log");
  const salt = logSalt(identity);
  const memory = new MemoryFileSystem({ now: () => 0 });
  const file = memory.create("/log");
  memory.write(file, content, 0, content.length, 0);
  const reader = new LogReader(memory, { file, salt, size: content.length });
  const frames: Frame[] = [];
  while (reader.next()) {
    const { buffer, at, length, offset } = reader;
    const kind = frameKind(buffer, at);
    frames.push({ at: offset, length, kind, sequence: frameSequence(buffer, at) });
  }
  return { path, content, salt, frames };
}

function flipped(content: Buffer, at: number): Buffer {
  const copy = Buffer.from(content);
  copy.writeUInt8(content.readUInt8(at) ^ 0x5a, at);
  return copy;
}

describe("the log", () => {
  const files = filesAfter((store) => {
    const table = store.ensureTable<StoreRecord>("d", "t");
    table.insert([1]);
    table.sync();
  });

  test("has lost no change where a sync frame is damaged", () => {
    const { path, content, salt, frames } = segment(files, "000001.log");
    const sync = frames.at(-1) as Frame;
    expect(sync.kind).toBe(FrameKind.sync);
    // As when a sync ends in the background while another change is written, and that is synced.
    const other = Buffer.alloc(MARK_BYTES);
    putMark(other, 0, content.length);
    sealFrame(other, 0, other.length, sync.sequence, FrameKind.sync);
    signFrame(other, 0, salt, content.length);
    const broken = Buffer.concat([flipped(content, sync.at + FRAME_HEADER_BYTES), other]);
    const disk = TreeDisk.with(changed(files, path, broken));
    expect(recordsOf(disk.open(), T).get("d/t")).toEqual(["[1]"]);
    const range = { file: "000001.log", from: sync.at, to: content.length };
    expect(disk.reports).toMatchObject([{ table: "", lostChanges: 0, damaged: [range] }]);
  });

  test.each([false, true, "force"] as const)(
    "is refused with a change of a kind that a later version wrote, repair: %s",
    (repair) => {
      const { path, content, salt, frames } = segment(files, "000001.log");
      const last = frames.findLast(({ kind }) => kind === FrameKind.changes) as Frame;
      content.writeUInt8(0x40, last.at + FRAME_HEADER_BYTES);
      signFrame(content, last.at, salt, last.at);
      const disk = TreeDisk.with(changed(files, path, content));
      expect(() => disk.open({ repair }).ensureTable("d", "t")).toThrow(
        expect.objectContaining({ code: "STORE_NEWER_FORMAT" }),
      );
      expect(disk.files().get(path)).toEqual(content);
    },
  );
});

/** Of a file, a byte is always read as another. */
class FaultyFileSystem extends FailingFileSystem {
  damagedPath: string | undefined;
  readonly #paths = new Map<number, string>();

  override open(path: string): number {
    const file = super.open(path);
    this.#paths.set(file, path);
    return file;
  }

  override read(
    file: number,
    buffer: Uint8Array,
    start: number,
    length: number,
    position: number,
  ): number {
    const read = super.read(file, buffer, start, length, position);
    const at = 6000 - position;
    const isDamaged = this.#paths.get(file) === this.damagedPath;
    if (isDamaged && at >= 0 && at < read) buffer[start + at] = 0xff;
    return read;
  }
}

describe("a repair", () => {
  test("of a directory without tables writes nothing but a manifest", () => {
    const files = filesAfter((store) => {
      store.ensureTable("d", "t").insert([1]);
      store.dropTable("d", "t");
    });
    const disk = TreeDisk.with(files);
    disk.open({ repair: "force" }).ensureTable("d", "other");
    const manifest = disk.files().get(pathOf(disk.files(), "MANIFEST")) as Buffer;
    expect(decodeManifest(manifest)).toMatchObject({ runs: [] });
    expect(disk.reports).toEqual([]);
    disk.kill();
    expect(disk.open({ repair: false }).tables("d")).toMatchObject([{ name: "other" }]);
  });

  test("of what seemed damaged, and isn't, tells of the torn tail alone", () => {
    const files = filesAfter((store) => {
      const table = store.ensureTable<StoreRecord>("d", "t");
      table.insert([1]);
      table.insert([2]);
    });
    const { path, content } = segment(files, "000001.log");
    const epoch = path.slice(0, path.lastIndexOf("/"));
    const torn = changed(files, path, content.subarray(0, content.length - 1));
    const disk = TreeDisk.with(changed(torn, `${epoch}/DAMAGED`, Buffer.alloc(0)));
    expect(recordsOf(disk.open(), T).get("d/t")).toEqual(["[1]"]);
    expect(disk.reports).toEqual([
      expect.objectContaining({
        table: "",
        reason: "torn tail",
        damaged: [],
        keptAside: undefined,
      }),
    ]);
    expect(disk.reports[0]?.tornBytes).toBeGreaterThan(0);
    // Whole, there is nothing to be told.
    const whole = TreeDisk.with(changed(files, `${epoch}/DAMAGED`, Buffer.alloc(0)));
    expect(recordsOf(whole.open(), T).get("d/t")).toEqual(["[1]", "[2]"]);
    expect(whole.reports).toEqual([]);
  });

  test("tells of a run that is whole, but has fewer entries than the one that was there", () => {
    const files = filesAfter((store) => {
      store.ensureTable<StoreRecord>("d", "t").insert([1]);
      store.close();
    });
    const manifest = decodeManifest(files.get(pathOf(files, "MANIFEST")) as Buffer) as Manifest;
    const id = manifest.runs[0]?.id as number;
    const memory = new MemoryFileSystem({ now: () => 0 });
    const identity = { directory: Buffer.from(manifest.uuid, "hex"), id };
    const origin = { above: 0, upTo: manifest.sequence, level: 0 };
    const writer = new RunWriter(memory, "/run", identity, origin);
    const { fileBytes } = runBlocking(writer.finish(blocking(memory)));
    const run = pathOf(files, "000003.run");
    const disk = TreeDisk.with(changed(files, run, readWhole(memory, "/run")));
    expect(recordsOf(disk.open({ repair: "force" }), T).get("d/t")).toEqual([]);
    expect(disk.reports).toMatchObject([
      {
        domain: "",
        reason: "damage",
        lostChanges: manifest.runs[0]?.entries,
        damaged: [{ file: "000003.run", from: 0, to: fileBytes }],
      },
    ]);
  });

  test("writes a run whose damage is found by who reads it, and repaired at the next open", () => {
    const files = filesAfter((store) => {
      const table = store.ensureTable<StoreRecord>("d", "t");
      for (let key = 0; key < 100; key++) table.insert([key, "x".repeat(100)]);
      store.close();
    });
    const disk = TreeDisk.with(files);
    const fileSystem = new FaultyFileSystem(disk.memory);
    disk.fileSystem = fileSystem;
    const store = disk.open({ repair: "force" });
    expect(store.ensureTable("d", "t").size).toBe(100);
    fileSystem.damagedPath = [...disk.files().keys()]
      .filter((path) => path.endsWith(".run"))
      .at(-1);
    const table = store.ensureTable("d", "t");
    expect(() => [...table.records()]).toThrow(expect.objectContaining({ code: "STORE_CORRUPT" }));
    store.close();
    disk.reports.length = 0;
    const left = recordsOf(disk.open(), T).get("d/t")?.length as number;
    expect(left).toBeLessThan(100);
    expect(disk.reports).toMatchObject([{ table: "t", reason: "damage", lostChanges: 100 - left }]);
    expect(disk.memory.list(DATA_DIR).some((name) => name.startsWith("damaged-"))).toBe(true);
  });
});

describe("tables", () => {
  /** All frames of changes; each is one call. */
  function lose(files: Files, index: number): Files {
    const { path, content, frames } = segment(files, "000001.log");
    const changes = frames.filter(({ kind }) => kind === FrameKind.changes);
    const lost = changes[index] as Frame;
    return changed(files, path, flipped(content, lost.at + FRAME_HEADER_BYTES + 3));
  }

  test("of one name, of which one was dropped without anybody knowing, come back if they have records", () => {
    for (const hasRecord of [false, true]) {
      const files = filesAfter((store) => {
        store.ensureTable("d", "other");
        const old = store.ensureTable<StoreRecord>("d", "t");
        if (hasRecord) old.insert(["old"]);
        store.dropTable("d", "t");
        store.ensureTable<StoreRecord>("d", "t").insert(["new"]);
        store.ensureTable("d", "t").sync();
      });
      const disk = TreeDisk.with(lose(files, hasRecord ? 3 : 2));
      const store = disk.open();
      expect(recordsOf(store, T).get("d/t")).toEqual(['["new"]']);
      const lost = hasRecord ? [{ name: "lost-17", type: "set" }] : [];
      expect(store.tables("lost")).toEqual(lost);
    }
  });

  test("without a name don't get that of another one", () => {
    const files = filesAfter((store) => {
      store.ensureTable<StoreRecord>("lost", "lost-17").insert(["named"]);
      store.ensureTable<StoreRecord>("d", "t").insert(["nameless"]);
      store.ensureTable("d", "t").sync();
    });
    const disk = TreeDisk.with(lose(files, 2));
    const tables = [
      ["lost", "lost-17"],
      ["lost", "lost-17-again"],
    ] as const;
    const found = recordsOf(disk.open(), tables);
    expect(found.get("lost/lost-17")).toEqual(['["named"]']);
    expect(found.get("lost/lost-17-again")).toEqual(['["nameless"]']);
  });
});
