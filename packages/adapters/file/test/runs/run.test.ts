import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { MemoryFileSystem } from "../../simulation/memory-file-system.js";
import { BlockCache } from "../../src/runs/blocks/block-cache.js";
import { Run } from "../../src/runs/run.js";
import { ReadMeter } from "../support/read-meter.js";
import {
  ArrayCursor,
  allOf,
  entry,
  findIn,
  identity,
  showEntry,
  shown,
  type TestEntry,
  valueIn,
  writeRun,
} from "../support/run-files.js";

const PATH = "/000001.run";

/** Short keys, many of which begin alike; now and then a long one. */
const key = fc.oneof(
  { weight: 20, arbitrary: fc.uint8Array({ maxLength: 6, max: 3 }) },
  { weight: 10, arbitrary: fc.uint8Array({ minLength: 1, maxLength: 20 }) },
  { weight: 1, arbitrary: fc.nat(300).map((length) => new Uint8Array(length).fill(2)) },
);
const value = fc.oneof(
  { weight: 30, arbitrary: fc.uint8Array({ maxLength: 300 }) },
  { weight: 5, arbitrary: fc.nat(6000).map((length) => new Uint8Array(length).fill(7)) },
  { weight: 1, arbitrary: fc.nat(80_000).map((length) => new Uint8Array(length).fill(8)) },
);
const entries = fc
  .array(fc.tuple(key, fc.option(value, { nil: undefined, freq: 6 }), fc.boolean()), {
    maxLength: 300,
    size: "max",
  })
  .map((list) => {
    const byKey = new Map<string, TestEntry>();
    for (const [bytes, content, isBag] of list) {
      const suffix = isBag ? Buffer.alloc(10, bytes.length) : Buffer.alloc(0);
      const whole = Buffer.concat([bytes, suffix]);
      const body = content === undefined ? undefined : Buffer.from(content);
      byKey.set(whole.toString("hex"), entry(whole, body, suffix.length));
    }
    return [...byKey.values()].sort((one, other) => Buffer.compare(one.key, other.key));
  });

function open(fileSystem: MemoryFileSystem, cacheBytes = 2 ** 16): Run {
  return Run.open(fileSystem, PATH, identity(1), new BlockCache(cacheBytes));
}

describe("a position in a run", () => {
  test("is in the file, grows with the key, and is 0 where there are no entries", () => {
    fc.assert(
      fc.property(entries, fc.array(key), (list, others) => {
        const fileSystem = new MemoryFileSystem();
        const { fileBytes } = writeRun(fileSystem, PATH, 1, list);
        const run = open(fileSystem);
        const keys = [...list.map((each) => each.key), ...others.map((each) => Buffer.from(each))];
        const positions = keys
          .sort(Buffer.compare)
          .map((each) => run.positionOf(each, 0, each.length));
        expect(positions).toEqual([...positions].sort((a, b) => a - b));
        for (const position of positions) {
          expect(position).toBeGreaterThanOrEqual(0);
          expect(position).toBeLessThan(fileBytes);
          if (list.length === 0) expect(position).toBe(0);
        }
      }),
      { numRuns: 200 },
    );
    const fileSystem = new MemoryFileSystem();
    writeRun(fileSystem, PATH, 1, []);
    expect(open(fileSystem).positionOf(Buffer.of(1), 0, 1)).toBe(0);
  });
});

describe("a run", () => {
  test("has what was written, and nothing else", () => {
    fc.assert(
      fc.property(
        entries,
        fc.array(key),
        fc.constantFrom(0, 4096, 20_000, 2 ** 20),
        (list, others, cacheBytes) => {
          const fileSystem = new MemoryFileSystem();
          const summary = writeRun(fileSystem, PATH, 1, list);
          const run = open(fileSystem, cacheBytes);
          expect(run.summary).toEqual(summary);
          expect(run.summary.entries).toBe(list.length);
          expect(run.summary.fileBytes).toBe(fileSystem.status(PATH)?.size);
          for (const each of list) {
            expect(findIn(run, each.key, each.suffixBytes)).toBe(valueIn(each));
          }
          const keys = new Set(list.map((each) => each.key.toString("hex")));
          for (const other of others) {
            const bytes = Buffer.from(other);
            if (!keys.has(bytes.toString("hex"))) expect(findIn(run, bytes)).toBe(undefined);
          }
          expect(allOf(run.cursor())).toEqual(list.map(showEntry));
          run.close();
          expect(fileSystem.openCount).toBe(0);
        },
      ),
      { numRuns: 150 },
    );
  });

  test("is walked as an array is", () => {
    const step = fc.oneof(
      {
        weight: 5,
        arbitrary: fc.record({ kind: fc.constant("next" as const), times: fc.nat(40) }),
      },
      {
        weight: 5,
        arbitrary: fc.record({ kind: fc.constant("previous" as const), times: fc.nat(40) }),
      },
      {
        weight: 2,
        arbitrary: fc.record({
          kind: fc.constantFrom("seek" as const, "seekBefore" as const),
          key,
        }),
      },
    );
    fc.assert(
      fc.property(entries, fc.array(step, { maxLength: 40 }), (list, steps) => {
        const fileSystem = new MemoryFileSystem();
        writeRun(fileSystem, PATH, 1, list);
        const run = open(fileSystem, 8192);
        const cursor = run.cursor();
        const model = new ArrayCursor(list);
        for (const each of steps) {
          if ("key" in each) {
            cursor[each.kind](each.key, 0, each.key.length);
            model[each.kind](each.key, 0, each.key.length);
          } else {
            for (let time = 0; time < each.times && model.isValid; time++) {
              cursor[each.kind]();
              model[each.kind]();
            }
          }
          expect(shown(cursor)).toBe(shown(model));
        }
        run.close();
      }),
      { numRuns: 150 },
    );
  });

  test("is closed in the background", () => {
    const fileSystem = new MemoryFileSystem();
    writeRun(fileSystem, PATH, 1, [entry(Buffer.from("a"), Buffer.from("b"))]);
    const cache = new BlockCache(2 ** 16);
    const run = Run.open(fileSystem, PATH, identity(1), cache);
    expect(findIn(run, Buffer.from("a"))).toBe("b");
    expect(cache.bytes).toBeGreaterThan(0);
    run.closeInBackground();
    expect(cache.bytes).toBe(0);
    expect(fileSystem.openCount).toBe(0);
  });

  test("reads nothing but header and footer when it is opened", () => {
    const meter = new ReadMeter(new MemoryFileSystem());
    const list = Array.from({ length: 2000 }, (_, index) =>
      entry(Buffer.from(String(index).padStart(6, "0")), Buffer.alloc(100)),
    );
    writeRun(meter.fileSystem, PATH, 1, list);
    const run = Run.open(meter.fileSystem, PATH, identity(1), new BlockCache(2 ** 16));
    expect(meter.bytesOf(".run")).toBeLessThan(256);
    run.close();
  });

  test("reads no more than 4 KiB for a short entry", () => {
    const fileSystem = new MemoryFileSystem();
    const list = Array.from({ length: 3000 }, (_, index) =>
      entry(
        Buffer.from(String(index).padStart(6, "0")),
        index % 3 === 0 ? undefined : Buffer.alloc(index % 100),
      ),
    );
    writeRun(fileSystem, PATH, 1, list);
    const run = open(fileSystem, 0);
    const lengths: number[] = [];
    const read = fileSystem.read.bind(fileSystem);
    fileSystem.read = (file, buffer, start, length, position) => {
      lengths.push(length);
      return read(file, buffer, start, length, position);
    };
    for (const each of list) expect(findIn(run, each.key)).toBe(valueIn(each));
    // A page of the filter, a block of the index and one of data each.
    expect(lengths.length).toBe(3 * list.length);
    expect(Math.max(...lengths)).toBeLessThanOrEqual(4096);
    run.close();
  });

  test("keeps a cursor's bytes whatever others read", () => {
    const fileSystem = new MemoryFileSystem();
    const list = Array.from({ length: 2000 }, (_, index) =>
      entry(Buffer.from(String(index).padStart(6, "0")), Buffer.alloc(100, `${index};`)),
    );
    writeRun(fileSystem, PATH, 1, list);
    const run = open(fileSystem, 4 * 4096);
    const cursor = run.cursor();
    cursor.seek(Buffer.from("000100"), 0, 6);
    for (const each of list) findIn(run, each.key);
    expect(shown(cursor)).toBe(showEntry(list[100] as TestEntry));
    run.close();
  });
});
