import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { MemoryFileSystem } from "../../simulation/memory-file-system.js";
import { BlockCache } from "../../src/runs/blocks/block-cache.js";
import type { EntryCursor } from "../../src/runs/entry-cursor.js";
import { MergeCursor } from "../../src/runs/merge-cursor.js";
import { Run } from "../../src/runs/run.js";
import {
  ArrayCursor,
  allOf,
  entry,
  identity,
  showEntry,
  shown,
  type TestEntry,
  writeRun,
} from "../support/run-files.js";

const key = fc.uint8Array({ maxLength: 3, max: 3 });
/** The entries of one source: keys that others have, too, some of them deleted. */
const source = fc
  .array(fc.tuple(key, fc.option(fc.nat(999), { nil: undefined, freq: 3 })), { maxLength: 30 })
  .map((list) => {
    const byKey = new Map(
      list.map(([bytes, value]) => {
        const content = value === undefined ? undefined : Buffer.from(`value ${value}`);
        return [Buffer.from(bytes).toString("hex"), entry(Buffer.from(bytes), content)];
      }),
    );
    return sorted(byKey.values());
  });
const sources = fc.array(source, { maxLength: 11 });
const step = fc.oneof(
  { weight: 3, arbitrary: fc.constant({ kind: "next" as const }) },
  { weight: 3, arbitrary: fc.constant({ kind: "previous" as const }) },
  {
    weight: 1,
    arbitrary: fc.record({ kind: fc.constantFrom("seek" as const, "seekBefore" as const), key }),
  },
);

function sorted(entries: Iterable<TestEntry>): TestEntry[] {
  return [...entries].sort((one, other) => Buffer.compare(one.key, other.key));
}

/** What several sources are together, newest first. */
function merged(lists: readonly (readonly TestEntry[])[]): TestEntry[] {
  const byKey = new Map<string, TestEntry>();
  for (const list of [...lists].reverse()) {
    for (const each of list) byKey.set(each.key.toString("hex"), each);
  }
  return sorted(byKey.values());
}

/** The same steps with both. */
function walk(cursor: EntryCursor, model: EntryCursor, kind: "next" | "previous"): void {
  if (!model.isValid) return;
  cursor[kind]();
  model[kind]();
}

describe("a merge", () => {
  test("is walked as an array of the newest entries is", () => {
    fc.assert(
      fc.property(sources, fc.array(step, { maxLength: 200, size: "max" }), (lists, steps) => {
        const cursor = new MergeCursor(lists.map((list) => new ArrayCursor(list)));
        const model = new ArrayCursor(merged(lists));
        expect(cursor.isValid).toBe(false);
        for (const each of steps) {
          if ("key" in each) {
            cursor[each.kind](each.key, 0, each.key.length);
            model[each.kind](each.key, 0, each.key.length);
          } else {
            walk(cursor, model, each.kind);
          }
          expect(shown(cursor)).toBe(shown(model));
        }
      }),
      { numRuns: 400 },
    );
  });

  test("of runs has the newest entry of each key, in both directions", () => {
    fc.assert(
      fc.property(sources, (lists) => {
        const fileSystem = new MemoryFileSystem();
        const cache = new BlockCache(2 ** 14);
        const runs = lists.map((list, index) => {
          writeRun(fileSystem, `/${index}`, index, list);
          return Run.open(fileSystem, `/${index}`, identity(index), cache);
        });
        const all = merged(lists).map(showEntry);
        const cursor = MergeCursor.over(runs.map((run) => run.cursor()));
        expect(allOf(cursor)).toEqual(all);
        const last = Buffer.from([9]);
        const backward: (string | undefined)[] = [];
        for (cursor.seekBefore(last, 0, 1); cursor.isValid; cursor.previous()) {
          backward.push(shown(cursor));
        }
        expect(backward.reverse()).toEqual(all);
      }),
    );
  });

  test("of one cursor is that cursor", () => {
    const cursor = new ArrayCursor([]);
    expect(MergeCursor.over([cursor])).toBe(cursor);
    expect(MergeCursor.over([])).toBeInstanceOf(MergeCursor);
  });
});
