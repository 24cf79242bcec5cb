import { expect, test } from "vitest";
import { LogFiles } from "../src/log-files.js";
import { MAX_SEGMENT_INDEX } from "../src/segment.js";
import { codedError } from "./support/coded-error.js";
import { heldLease } from "./support/held-lease.js";
import { ManualHost } from "./support/manual-host.js";
import { MemoryFileSystem } from "./support/memory-file-system.js";

function logFiles(): LogFiles {
  const environment = { fileSystem: new MemoryFileSystem(), host: new ManualHost() };
  const table = { name: "t", type: "set", uuid: "00112233445566778899aabbccddeeff" } as const;
  return new LogFiles(environment, { directory: "/", lease: heldLease }, table, codedError);
}

test("the index of a segment that is gone names another one only after all others have", () => {
  const files = logFiles();
  const kept = files.create();
  const indexes = new Set([kept.index]);
  for (let count = 0; count < MAX_SEGMENT_INDEX; count++) {
    const segment = files.create();
    indexes.add(segment.index);
    files.discard(segment);
  }
  expect(indexes.size).toBe(MAX_SEGMENT_INDEX + 1);
  const next = files.create();
  expect(next.index).not.toBe(kept.index);
  expect(files.segmentAt(kept.positionOf(64))).toBe(kept);
  expect(files.segmentAt(next.positionOf(64))).toBe(next);
});

test("more segments than there are indexes are refused", () => {
  const files = logFiles();
  for (let count = 0; count <= MAX_SEGMENT_INDEX; count++) files.create();
  expect(() => files.create()).toThrow(expect.objectContaining({ code: "STORE_IO" }));
});

test("positions have the order of their segments' ids, and in a segment that of their offsets", () => {
  const files = logFiles();
  const ids = files.reserveIds(1);
  const later = files.create();
  const earlier = files.create(ids, 1);
  const ordered = [earlier.positionOf(64), earlier.positionOf(100), later.positionOf(64)];
  expect(ordered.toReversed().sort(files.comparePositions)).toEqual(ordered);
  expect(earlier.index).toBeGreaterThan(later.index);
});
