import type { Store } from "@store/core";
import { describe, expect, test } from "vitest";
import { FrameKind, frameKind, frameSequence } from "../../src/format/log/log-frame.js";
import { logSalt, readLogHeader } from "../../src/format/log/log-header.js";
import { LogReader } from "../../src/log/log-reader.js";
import { verifyTree } from "../../src/recovery/verification.js";
import { changed, DATA_DIR, type Files, pathOf, TreeDisk } from "../support/tree-disk.js";

/** The first segment has records 0 to 9, of which the first seven are synced. */
const SYNCED = 7;
const WRITTEN = 10;
/** Record `n` is frame `n + 2`: the table's is the first. */
const frameOf = (record: number) => record + 2;

function writeFirst(store: Store<"sync">): void {
  const table = store.ensureTable("d", "t");
  for (let key = 0; key < SYNCED; key++) table.insert([key]);
  table.sync();
  for (let key = SYNCED; key < WRITTEN; key++) table.insert([key]);
}

/** What the first owner left, adopted by so many owners who flushed nothing. */
function adopted(owners: number): Files {
  const disk = new TreeDisk();
  writeFirst(disk.open());
  for (let owner = 1; owner <= owners; owner++) {
    disk.kill();
    disk
      .open()
      .ensureTable("d", "t")
      .insert([`owner ${owner}`]);
  }
  return disk.files();
}

/** The log went on in a second segment, of which nothing is synced: there was no time for the flush. */
function rotated(): Files {
  const disk = new TreeDisk();
  const store = disk.open({ writeBufferBytes: 2 ** 16 });
  writeFirst(store);
  const table = store.ensureTable("d", "t");
  table.insert(["large", "x".repeat(2 ** 15)]);
  table.insert(["later"]);
  return disk.files();
}

/** Where the frame of each sequence number, and each sync frame, ends in the first segment. */
function endsIn(files: Files): { readonly byFrame: Map<number, number>; readonly mark: number } {
  const path = pathOf(files, "000001.log");
  const disk = diskWith(files);
  const content = files.get(path) as Buffer;
  const header = readLogHeader(content) as { readonly directory: Uint8Array; readonly id: number };
  const file = disk.memory.open(path);
  const size = content.length;
  const reader = new LogReader(disk.memory, { file, salt: logSalt(header), size });
  const byFrame = new Map<number, number>();
  let mark = 0;
  while (reader.next()) {
    const { buffer, at, nextOffset } = reader;
    if (frameKind(buffer, at) === FrameKind.changes)
      byFrame.set(frameSequence(buffer, at), nextOffset);
    if (frameKind(buffer, at) === FrameKind.sync) mark = nextOffset;
  }
  return { byFrame, mark };
}

/** A disk with these files, all of whose owners are gone. */
function diskWith(files: Files): TreeDisk {
  const disk = TreeDisk.with(files);
  for (let owner = 0; owner < 3; owner++) disk.kill();
  return disk;
}

function cut(files: Files, length: number): Files {
  const path = pathOf(files, "000001.log");
  return changed(files, path, (files.get(path) as Buffer).subarray(0, length));
}

function keysIn(store: Store<"sync">): unknown[] {
  return [...store.ensureTable("d", "t").keys()];
}

const CORRUPT = expect.objectContaining({
  code: "STORE_CORRUPT",
  message: expect.stringMatching(/000001\.log .*open with repair: true/),
});

describe.each([
  ["the next owner has adopted", adopted(1)],
  ["three owners have adopted, one after the other", adopted(3)],
  ["has gone on in another segment", rotated()],
])("a log that %s", (_title, files) => {
  const { byFrame, mark } = endsIn(files);
  const endOf = (record: number) => byFrame.get(frameOf(record)) as number;
  /** All lengths with which something is missing that was synced. */
  const below = [64, 65, endOf(0), endOf(0) + 1, endOf(SYNCED - 2), endOf(SYNCED - 1) - 1];

  test("is read as it was written", () => {
    expect(keysIn(diskWith(files).open({ repair: false }))).toHaveLength(
      [...byFrame.keys()].length - 1 + countBehind(files),
    );
  });

  test.each(below)("and was cut off below what was synced, at byte %s, is refused", (length) => {
    const disk = diskWith(cut(files, length));
    expect(() => keysIn(disk.open({ repair: false }))).toThrow(CORRUPT);
  });

  test.each(below)(
    "and was cut off there, at byte %s, is repaired, and said to have lost",
    (length) => {
      const disk = diskWith(cut(files, length));
      const keys = keysIn(disk.open());
      const whole = [...byFrame].filter(([, end]) => end <= length).length;
      expect(keys.filter((key) => typeof key === "number").length).toBe(Math.max(0, whole - 1));
      expect(disk.reports.length).toBeGreaterThan(0);
      for (const report of disk.reports) {
        expect(report).toMatchObject({ reason: "damage", keptAside: expect.any(String) });
        expect(report.lostChanges).toBeGreaterThanOrEqual(frameOf(SYNCED - 1) - whole);
      }
    },
  );

  test.each(below)(
    "and was cut off there, at byte %s, can't be read without an owner",
    (length) => {
      const disk = diskWith(cut(files, length));
      const code = expect.objectContaining({ code: "STORE_CORRUPT" });
      expect(() => keysIn(disk.open({ readOnly: true }))).toThrow(code);
      expect(() => keysIn(disk.open({ readOnly: "snapshot" }))).toThrow(code);
      const { damaged, lostChanges } = verifyTree(disk.memory, DATA_DIR, () => new Error("no"));
      expect(damaged).toContainEqual(expect.objectContaining({ file: "000001.log" }));
      expect(lostChanges).toBeGreaterThan(0);
    },
  );

  test.each([endOf(SYNCED - 1), mark - 1, mark, endOf(SYNCED), endOf(WRITTEN - 1) - 1])(
    "and has lost what was never synced, at byte %s, ends there",
    (length) => {
      const disk = diskWith(cut(files, length));
      const whole = [...byFrame].filter(([, end]) => end <= length).length;
      const expected = Array.from({ length: whole - 1 }, (_, key) => key);
      expect(keysIn(disk.open({ readOnly: true }))).toEqual(expected);
      expect(keysIn(disk.open({ repair: false }))).toEqual(expected);
      for (const { reason, lostChanges } of disk.reports) {
        expect([reason, lostChanges]).toEqual(["torn tail", 0]);
      }
    },
  );
});

/** How many records were written to other segments. */
function countBehind(files: Files): number {
  let count = 0;
  for (const [path, content] of files) {
    if (!path.endsWith(".log") || path.endsWith("000001.log")) continue;
    if (path.slice(0, 14) !== pathOf(files, "MANIFEST").slice(0, 14)) continue;
    for (const text of ["owner", "later"]) if (content.includes(text)) count++;
  }
  return count;
}

test("a reader meets what changed below a mark of the log that it follows", () => {
  const disk = new TreeDisk();
  const store = disk.open();
  writeFirst(store);
  const files = disk.files();
  const { byFrame } = endsIn(files);
  const path = pathOf(files, "000001.log");
  const content = Buffer.from(files.get(path) as Buffer);
  const at = (byFrame.get(frameOf(3)) as number) - 1;
  content.writeUInt8(content.readUInt8(at) ^ 1, at);
  const damaged = diskWith(changed(files, path, content));
  const code = expect.objectContaining({ code: "STORE_CORRUPT" });
  expect(() => keysIn(damaged.open({ readOnly: true }))).toThrow(code);
  content.writeUInt8(content.readUInt8(at) ^ 1, at);
  // Behind the last mark it is a torn tail, however often it is looked at.
  const tail = content.length - 1;
  content.writeUInt8(content.readUInt8(tail) ^ 1, tail);
  const torn = diskWith(changed(files, path, content));
  const reader = torn.open({ readOnly: true });
  for (let look = 0; look < 3; look++) {
    expect(keysIn(reader)).toHaveLength(WRITTEN - 1);
    torn.host.advance(1_000);
  }
});
