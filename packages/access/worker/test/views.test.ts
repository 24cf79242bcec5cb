import { type TableType, toolkit } from "@store/core";
import { expect, onTestFinished, test } from "vitest";
import { Arena } from "../src/memory/arena.js";
import { SharedBackend } from "../src/shared/shared-backend.js";
import { acquireMemory, releaseMemory } from "../src/shared/thread-memory.js";
import type { OwnedTable } from "../src/tables/owned-table.js";
import { SharedTable } from "../src/tables/shared-table.js";
import { placeOf, TableAccess } from "../src/tables/table-access.js";

// Seen on Bun: a node that began before the end of the views, and ended behind it, had no entries.
for (const type of ["set", "ordered_set", "bag"] satisfies TableType[]) {
  test(`reads of a ${type} find everything, wherever the views of the reader end`, () => {
    const memory = acquireMemory();
    const backend = new SharedBackend({ atomicCounters: false }, toolkit);
    onTestFinished(() => {
      backend.close();
      releaseMemory();
    });
    const table = backend.openTable("d", "t", type) as OwnedTable;
    const key = (index: number) => `a key that is the same at first ${index}`;
    const count = 150;
    for (let index = 0; index < count; index++) {
      table.insert([key(index), "x".repeat(index % 40)]);
      if (type === "bag") table.insert([key(index), "more", { of: "it" }]);
    }
    const expected = [
      ...table.scanKeys({ lower: undefined, upper: undefined, reverse: false, limit: 1e9 }),
    ];
    expect(expected.length).toBe(count);
    const { buffer } = memory.arena;
    const extent = memory.allocator.extentBytes / 4;
    for (let end = table.headerAddress + 16; end < extent; end += 37) {
      // Each read anew with views that are too short.
      const reader = () => {
        const arena = new Arena(buffer);
        arena.words = new Int32Array(buffer, 0, end);
        const place = placeOf(memory.arena, table.headerAddress, false);
        const rules = { closed: () => new Error("closed"), look: () => {} };
        const shared = new TableAccess(arena, place, rules);
        return new SharedTable(shared, table.headerAddress);
      };
      for (let index = end % 7; index < count; index += 7) {
        expect(reader().lookup(key(index))).toEqual(table.lookup(key(index)));
      }
      expect([
        ...reader().scanKeys({ lower: undefined, upper: undefined, reverse: false, limit: 1e9 }),
      ]).toEqual(expected);
    }
  });
}
