import { createStore, type Key, type StoreRecord, type Table, type TableType } from "@store/core";
import { memoryAdapter } from "@store/memory";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { Disk } from "./support/disk.js";

const TYPES: readonly TableType[] = ["set", "ordered_set", "bag", "duplicate_bag"];

const key = fc.constantFrom("a", "b", 1, ["t", 1]);
const record = fc.tuple(key, fc.nat({ max: 3 }));

type Write =
  | { readonly insert: StoreRecord }
  | { readonly insertMany: readonly StoreRecord[] }
  | { readonly delete: string | number | readonly (string | number)[] }
  | { readonly deleteObject: StoreRecord }
  | "deleteAllObjects";

const write: fc.Arbitrary<Write> = fc.oneof(
  { weight: 4, arbitrary: fc.record({ insert: record }) },
  { weight: 2, arbitrary: fc.record({ insertMany: fc.array(record, { maxLength: 4 }) }) },
  { weight: 2, arbitrary: fc.record({ delete: key as fc.Arbitrary<string> }) },
  { weight: 2, arbitrary: fc.record({ deleteObject: record }) },
  { weight: 1, arbitrary: fc.constant("deleteAllObjects" as const) },
);

/** Which of the calls that a sync makes fails; the first is 1. */
const failure = fc.integer({ min: 1, max: 8 });

const step = fc.oneof(
  { weight: 6, arbitrary: fc.record({ write }) },
  { weight: 2, arbitrary: fc.constant("sync" as const) },
  { weight: 2, arbitrary: fc.record({ failingSync: failure }) },
  { weight: 1, arbitrary: fc.constant("kill" as const) },
  { weight: 1, arbitrary: fc.constant("close" as const) },
);

/** @param filler goes to each record, to make it long */
function apply(table: Table<StoreRecord>, change: Write, filler: string): void {
  const filled = (record: StoreRecord): StoreRecord => [...record, filler];
  if (change === "deleteAllObjects") table.deleteAllObjects();
  else if ("insert" in change) table.insert(filled(change.insert));
  else if ("insertMany" in change) table.insertMany(change.insertMany.map(filled));
  else if ("delete" in change) table.delete(change.delete as string);
  else table.deleteObject(filled(change.deleteObject));
}

/** The records by key, without fillers: their order among those of other keys doesn't count. */
function contentOf(table: Table<StoreRecord>): string {
  const recordsOf = (found: Key) =>
    table.lookup(found).map(([first, second]) => [first, second, ""]);
  const byKey = [...table.keys()].map((found) => JSON.stringify(recordsOf(found)));
  return byKey.sort().join("\n");
}

function modelOf(type: TableType, content = ""): Table<StoreRecord> {
  const model = createStore({ adapter: memoryAdapter }).ensureTable("d", "t", { type });
  for (const records of content.split("\n")) if (records) model.insertMany(JSON.parse(records));
  return model;
}

describe.each(TYPES)("ramFile, a %s: any writes, syncs, failures and deaths", (type) => {
  // Long records, so that there are compactions.
  test.each([
    ["short", 0, 100],
    ["long", 200_000, 25],
  ])(
    "%s records: memory is what was written, the disk what was there at a sync",
    (_, length, numRuns) => {
      const filler = "x".repeat(length);
      fc.assert(
        fc.property(fc.array(step, { maxLength: 40, size: "max" }), (steps) => {
          const disk = new Disk();
          const open = () => disk.open({ type, ramFile: true });
          let table = open();
          let model = modelOf(type);
          /** One of these is on disk: the last for certain after a sync that succeeded. */
          let synced = [""];
          const reopen = () => {
            table = open();
            const content = contentOf(table);
            expect(synced).toContain(content);
            synced = [content];
            model = modelOf(type, content);
          };
          const save = (act: () => void) => {
            try {
              act();
              synced = [contentOf(model)];
            } catch {
              synced.push(contentOf(model));
            }
          };
          for (const action of steps) {
            if (action === "sync") {
              save(() => table.sync());
            } else if (action === "kill") {
              disk.kill();
              reopen();
            } else if (action === "close") {
              save(() => table.close());
              reopen();
            } else if ("write" in action) {
              try {
                apply(table, action.write, filler);
              } catch {
                // A failed sync may be the end of all writes.
                disk.kill();
                reopen();
                continue;
              }
              apply(model, action.write, "");
            } else {
              disk.fileSystem.fail({ nth: action.failingSync, code: "EIO" });
              save(() => table.sync());
              disk.fileSystem.heal();
            }
            expect(contentOf(table)).toBe(contentOf(model));
            expect(table.size).toBe(model.size);
          }
        }),
        { numRuns },
      );
    },
  );
});
