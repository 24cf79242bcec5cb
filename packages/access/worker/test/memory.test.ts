import { createStore, toolkit } from "@store/core";
import { expect, onTestFinished, test } from "vitest";
import { partOf } from "../../../../tooling/long.js";
import { sharedAdapter } from "../src/index.js";
import { SharedBackend } from "../src/shared/shared-backend.js";
import { acquireMemory, releaseMemory } from "../src/shared/thread-memory.js";
import { checkTree } from "./support/check-tree.js";

/** Numbers that are the same each time. */
function randomFrom(seed: number): () => number {
  let state = seed;
  return () => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return state / 2 ** 32;
  };
}

for (const type of ["set", "ordered_set", "duplicate_bag"] as const) {
  test(`a ${type} that is rewritten with records of any size keeps to its room`, () => {
    const store = createStore({ adapter: sharedAdapter });
    onTestFinished(() => store.close());
    const table = store.ensureTable("d", "t", { type });
    const random = randomFrom(7);
    const rewrite = (count: number) => {
      for (let index = 0; index < count; index++) {
        const key = Math.floor(random() * 2_000);
        if (random() < 0.3 || type === "duplicate_bag") table.delete(key);
        table.insert([key, "x".repeat(Math.floor(random() ** 4 * 3_000))]);
      }
    };
    rewrite(20_000);
    const extent = table.info().details?.sharedBytes as number;
    rewrite(partOf(40_000, 1_000_000));
    expect(table.info().details?.sharedBytes).toBeLessThan(1.15 * extent);
    const used = table.info().memoryBytes as number;
    table.deleteAllObjects();
    expect(table.info().memoryBytes).toBeLessThan(used / 4);
  });
}

test("dropTable gives back what the table took, but for the pools", () => {
  const store = createStore({ adapter: sharedAdapter });
  onTestFinished(() => store.close());
  const other = store.ensureTable("d", "other");
  const bytes: number[] = [];
  for (let round = 0; round < 4; round++) {
    const table = store.ensureTable("d", "t", { type: "ordered_set" });
    for (let index = 0; index < 5_000; index++) table.insert([`key ${index}`, { index }]);
    store.dropTable("d", "t");
    bytes.push(other.info().memoryBytes as number);
  }
  expect(new Set(bytes).size).toBe(1);
});

for (const type of ["set", "ordered_set"] as const) {
  for (const keys of ["random", "ascending", "descending", "alike"] as const) {
    test(`the tree of a ${type} is in order after each change (${keys} keys)`, () => {
      const memory = acquireMemory();
      const backend = new SharedBackend({ atomicCounters: false }, toolkit);
      onTestFinished(() => {
        backend.close();
        releaseMemory();
      });
      const table = backend.openTable("d", "t", type);
      const random = randomFrom(keys.length);
      const model = new Set<string | number>();
      const keyAt = (index: number) => {
        if (keys === "ascending") return index;
        if (keys === "descending") return -index;
        const number = Math.floor(random() * 900);
        // The same first bytes for all: separators are more than their prefix.
        return keys === "alike" ? `the same for all ${String(number).padStart(4, "0")}` : number;
      };
      for (let step = 0; step < 3_000; step++) {
        const isGrowing = step % 1_500 < 900;
        const key = keyAt(step);
        if (isGrowing || random() < 0.2) {
          table.insertMany([[key, step]]);
          model.add(key);
        } else {
          const [some] = model;
          const gone = keys === "random" || keys === "alike" ? key : (some ?? key);
          table.delete(gone);
          model.delete(gone);
        }
        if (step % 50 === 0) {
          const found = checkTree(memory.arena, table);
          expect(found).toBe(model.size);
        }
      }
      for (const key of model) table.delete(key);
      expect(checkTree(memory.arena, table)).toBe(0);
      expect(table.first()).toBeUndefined();
    });
  }
}
