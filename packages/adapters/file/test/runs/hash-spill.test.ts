import { describe, expect, test, vi } from "vitest";
import { Random } from "../../prove/random.js";
import { FailingFileSystem } from "../../simulation/failing-file-system.js";
import { MemoryFileSystem } from "../../simulation/memory-file-system.js";
import {
  addToLine,
  filterBytes,
  LINE_BYTES,
  LINES_PER_PAGE,
  lineOf,
  linesFor,
  PAGE_BYTES,
} from "../../src/format/run/filter-page.js";
import { blocking, runBlocking } from "../../src/platform/syncing.js";
import { readWhole } from "../../src/platform/whole-file.js";
import { BlockCache } from "../../src/runs/blocks/block-cache.js";
import { hashKey, MOST_HASHES } from "../../src/runs/filter.js";
import { HashSpill, SPILL_PARTS } from "../../src/runs/hash-spill.js";
import { Run } from "../../src/runs/run.js";
import { RunWriter } from "../../src/runs/run-writer.js";
import { identity, origin } from "../support/run-files.js";

const PATH = "/000001.run";
const HASHES = `${PATH}.hashes`;

/** More keys than hashes are held in memory; in order. */
const COUNT = MOST_HASHES + 70_000;

function keyOf(index: number): Buffer {
  const key = Buffer.alloc(5, 0x6b);
  key.writeUInt32BE(index, 1);
  return key;
}

/** Adds all keys, without values. */
function addAll(writer: RunWriter): void {
  for (let index = 0; index < COUNT; index++) {
    const buffer = keyOf(index);
    const end = buffer.length;
    writer.add({
      buffer,
      keyStart: 0,
      keyEnd: end,
      valueStart: end,
      valueEnd: end,
      isTombstone: false,
      suffixBytes: 0,
    });
  }
}

describe("hashes on disk", () => {
  test("are read again by part, all of them", () => {
    const fileSystem = new MemoryFileSystem();
    const spill = new HashSpill(fileSystem, HASHES);
    const random = new Random(1);
    const byPart = Array.from({ length: SPILL_PARTS }, (): number[] => []);
    for (const count of [1, 5_000, 300]) {
      const hashes = Int32Array.from({ length: count }, () => random.below(2 ** 32) | 0);
      for (const hash of hashes) byPart[hash >>> 24]?.push(hash);
      spill.add(hashes);
    }
    for (let part = 0; part < SPILL_PARTS; part++) {
      expect([...spill.read(part)].sort()).toEqual(byPart[part]?.sort());
    }
    spill.close();
    expect(fileSystem.status(HASHES)).toBeUndefined();
    expect(fileSystem.openCount).toBe(0);
  });

  test("that changed there are noticed", () => {
    const fileSystem = new MemoryFileSystem();
    const create = vi.spyOn(fileSystem, "create");
    const spill = new HashSpill(fileSystem, HASHES);
    spill.add(Int32Array.of(1, 2, 3, -1));
    expect([...spill.read(0)]).toEqual([1, 2, 3]);
    fileSystem.write(create.mock.results[0]?.value, Buffer.of(7), 0, 1, 4);
    expect(() => spill.read(0)).toThrow(`${HASHES} is read with other bytes than were written`);
    expect([...spill.read(255)]).toEqual([-1]);
  });
});

describe("a run of so many keys that their hashes don't fit into memory", () => {
  test("has the filter that it would have otherwise, and leaves nothing beside it", () => {
    const fileSystem = new MemoryFileSystem();
    const writer = new RunWriter(fileSystem, PATH, identity(1), origin(1));
    addAll(writer);
    expect(fileSystem.status(HASHES)?.size).toBe(4 * MOST_HASHES);
    runBlocking(writer.finish(blocking(fileSystem)));
    expect(fileSystem.list("/")).toEqual([PATH.slice(1)]);
    expect(fileSystem.openCount).toBe(0);

    const lines = linesFor(COUNT);
    const expected = Buffer.alloc(lines * LINE_BYTES);
    for (let index = 0; index < COUNT; index++) {
      const hash = hashKey(keyOf(index), 0, 5);
      addToLine(expected, lineOf(hash, lines) * LINE_BYTES, hash);
    }
    const content = readWhole(fileSystem, PATH);
    // Of the footer, two keys and the tail are behind it.
    const start = content.length - 57 - 2 * 5 - filterBytes(lines);
    for (let line = 0; line < lines; line += LINES_PER_PAGE) {
      const at = start + (line / LINES_PER_PAGE) * PAGE_BYTES;
      const length = Math.min(LINES_PER_PAGE, lines - line) * LINE_BYTES;
      const page = expected.subarray(line * LINE_BYTES, line * LINE_BYTES + length);
      expect(content.compare(page, 0, length, at, at + length), `line ${line}`).toBe(0);
    }
    const run = Run.open(fileSystem, PATH, identity(1), new BlockCache(2 ** 22));
    for (const index of [0, MOST_HASHES, COUNT - 1]) {
      const key = keyOf(index);
      expect(run.find(key, 0, key.length, hashKey(key, 0, key.length))).toBe(true);
    }
    run.close();
  });

  test("is given up where there is no room for the hashes, and leaves nothing", () => {
    const memory = new MemoryFileSystem();
    const fileSystem = new FailingFileSystem(memory);
    const writer = new RunWriter(fileSystem, PATH, identity(1), origin(1));
    fileSystem.fail({ nth: 1, code: "ENOSPC", calls: ["create"] });
    expect(() => addAll(writer)).toThrow("ENOSPC");
    writer.abandon();
    expect(memory.list("/")).toEqual([]);
    expect(memory.openCount).toBe(0);
  });
});
