import v8 from "node:v8";
import vm from "node:vm";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { BPlusTree } from "../../src/b-plus-tree/b-plus-tree.js";
import type { Bound } from "../../src/b-plus-tree/bounds.js";
import { InvariantChecker } from "./invariants.js";
import {
  compareNumbers,
  countingTree,
  expectSame,
  expectSameItems,
  indexes,
  KEYS,
  limitedRangeOf,
  numberTree,
  Twins,
} from "./model.js";

const FILLINGS = ["up", "down", "shuffled"] as const;
const ORDERS = [4, 10, 32];

/** No bound, and one of each kind at each key from -1 to `count`. */
function boundsAround(count: number): (Bound<number> | undefined)[] {
  const bounds: (Bound<number> | undefined)[] = [undefined];
  for (let key = -1; key <= count; key++) {
    bounds.push({ key, inclusive: true }, { key, inclusive: false });
  }
  return bounds;
}

/** What is between two bounds, said without the code under test. */
function isWithin(key: number, lower?: Bound<number>, upper?: Bound<number>): boolean {
  if (lower !== undefined && (lower.inclusive ? key < lower.key : key <= lower.key)) return false;
  return upper === undefined || (upper.inclusive ? key <= upper.key : key < upper.key);
}

describe("countRange and deleteRange beside a sorted array", () => {
  for (const [kind, key] of Object.entries(KEYS)) {
    for (const order of ORDERS) {
      test(`do the same in any calls, ${kind} keys, order ${order}`, () => {
        const size = order * order * 2;
        const index = fc.nat(size);
        const call = fc.record({
          kind: fc.constantFrom("set", "delete", "deleteRange", "deleteRange", "clear"),
          direction: fc.constantFrom(...FILLINGS),
          index,
          count: fc.oneof(fc.integer({ min: 1, max: 3 }), fc.nat(order * 8)),
          range: limitedRangeOf(
            index.map(key),
            fc.oneof(fc.nat(3), fc.nat(order * 3), fc.nat(size)),
          ),
        });
        fc.assert(
          fc.property(
            fc.constantFrom(...FILLINGS),
            fc.array(call, { minLength: 1, maxLength: 12 }),
            (filling, calls) => {
              const twins = new Twins(order, key);
              for (const index of indexes(size, filling)) twins.set(index);
              for (const { kind, direction, index, count, range } of calls) {
                if (kind === "deleteRange") twins.deleteRange(range);
                else if (kind === "clear") twins.clear();
                else for (const at of indexes(count, direction)) twins[kind](index + at);
                twins.check();
                twins.walk(index);
              }
              twins.checkAll();
            },
          ),
          { numRuns: 30 },
        );
      });
    }
  }

  for (const filling of FILLINGS) {
    test(`do the same for each pair of bounds and both directions, filled ${filling}`, () => {
      const count = 23;
      const keys = indexes(count);
      for (const lower of boundsAround(count)) {
        for (const upper of boundsAround(count)) {
          const within = keys.filter((key) => isWithin(key, lower, upper));
          const others = keys.filter((key) => !isWithin(key, lower, upper));
          for (const reverse of [false, true]) {
            const tree = numberTree(indexes(count, filling), 4);
            expectSame(tree.countRange({ lower, upper, reverse }), within.length);
            const deleted = tree.deleteRange({ lower, upper, reverse });
            expectSameItems(reverse ? deleted.reverse() : deleted, within);
            expectSameItems([...tree.scan({ reverse: false })], others);
            new InvariantChecker(tree).check();
          }
        }
      }
    });

    test(`do the same for each limit and both directions, filled ${filling}`, () => {
      const keys = indexes(40);
      const bounds = { lower: { key: 3, inclusive: false }, upper: { key: 36, inclusive: true } };
      const within = keys.filter((key) => isWithin(key, bounds.lower, bounds.upper));
      for (const reverse of [false, true]) {
        for (let limit = 0; limit <= 35; limit++) {
          const tree = numberTree(indexes(40, filling), 4);
          const expected = (reverse ? within.toReversed() : within).slice(0, limit);
          expectSame(tree.countRange({ ...bounds, reverse, limit }), expected.length);
          expectSameItems(tree.deleteRange({ ...bounds, reverse, limit }), expected);
          const left = keys.filter((key) => !expected.includes(key));
          expectSameItems([...tree.scan({ reverse: false })], left);
          new InvariantChecker(tree).check();
        }
      }
    });
  }
});

describe("countRange", () => {
  test("compares as often as a search or two, however many entries are in range", () => {
    const [tree, comparisons] = countingTree(indexes(50_000, "shuffled"));
    for (const count of [0, 10, 1_000, 40_000]) {
      comparisons();
      const lower = { key: 5_000, inclusive: true };
      const upper = { key: 5_000 + count, inclusive: false };
      expect(tree.countRange({ lower, upper, reverse: false })).toBe(count);
      expect(comparisons()).toBeLessThan(2 * 24);
    }
    expect(tree.countRange({ reverse: false })).toBe(50_000);
    expect(comparisons()).toBe(0);
  });

  test("counts what was just added at either end, in a tree of any height", () => {
    for (const sign of [1, -1]) {
      const tree = numberTree([], 4);
      for (let count = 1; count <= 300; count++) {
        tree.set(sign * count, count);
        const bound = { key: sign * 3, inclusive: true };
        const range = sign > 0 ? { lower: bound } : { upper: bound };
        expectSame(tree.countRange({ ...range, reverse: false }), Math.max(count - 2, 0));
      }
    }
  });
});

describe("deleteRange", () => {
  test("compares a few keys a leaf, not one an entry", () => {
    for (const reverse of [false, true]) {
      const [tree, comparisons] = countingTree(indexes(50_000, "shuffled"));
      const lower = { key: 5_000, inclusive: true };
      const upper = { key: 45_000, inclusive: false };
      comparisons();
      expect(tree.deleteRange({ lower, upper, reverse })).toHaveLength(40_000);
      expect(comparisons()).toBeLessThan((3 * 40_000) / tree.minimum);
      new InvariantChecker(tree).check();
    }
  });

  test("of few entries, one after another, leaves a tree that a queue can go on with", () => {
    const [tree, comparisons] = countingTree(indexes(10_000));
    comparisons();
    for (let key = 10_000; key < 60_000; key++) {
      tree.set(key, key);
      expectSame(tree.deleteRange({ reverse: false, limit: 1 })[0], key - 10_000);
    }
    expect(comparisons()).toBeLessThan(50_000 * 20);
    new InvariantChecker(tree).check();
  });

  test("of nothing leaves the version as it is, of something changes it", () => {
    const tree = numberTree(indexes(100), 4);
    const { version } = tree;
    expect(tree.deleteRange({ lower: { key: 99, inclusive: false }, reverse: false })).toEqual([]);
    expect(tree.deleteRange({ reverse: true, limit: 0 })).toEqual([]);
    expect(tree.version).toBe(version);
    tree.deleteRange({ reverse: true, limit: 1 });
    expect(tree.version).not.toBe(version);
  });

  test("that throws changes nothing", () => {
    const tree = numberTree(indexes(100), 4);
    const checker = new InvariantChecker(tree);
    const upper = { key: "?" as never, inclusive: true };
    expect(() => tree.countRange({ upper, reverse: false })).toThrow("not a number");
    expect(() => tree.deleteRange({ upper, reverse: false })).toThrow("not a number");
    expect([...tree.scan({ reverse: false })]).toEqual(indexes(100));
    checker.check();
  });

  test("lets a walk go on without a search where it stands", () => {
    const [tree, comparisons] = countingTree(indexes(64));
    tree.keyAfter(40);
    tree.deleteRange({
      lower: { key: 10, inclusive: true },
      upper: { key: 30, inclusive: true },
      reverse: false,
    });
    comparisons();
    expect(tree.keyAfter(41)).toBe(42);
    expect(comparisons()).toBe(0);
  });

  v8.setFlagsFromString("--expose-gc");
  const collectGarbage = vm.runInNewContext("gc") as () => void;

  test("lets go of what it removed, though scans and a walk stopped there", async () => {
    const tree = new BPlusTree<number, object>(compareNumbers, 4);
    const values = indexes(500).map((key) => {
      const value = { key };
      tree.set(key, value);
      return new WeakRef(value);
    });
    const scans = [tree.scan({ reverse: false }), tree.scan({ reverse: true })];
    for (let step = 0; step < 200; step++) for (const scan of scans) scan.next();
    tree.keyAfter(300);
    for (const reverse of [false, true]) tree.deleteRange({ reverse, limit: 240 });
    // Until the end of the job a WeakRef keeps alive what it was made of.
    await new Promise((resolve) => setTimeout(resolve));
    collectGarbage();
    expect(values.filter((value) => value.deref() !== undefined)).toHaveLength(20);
    expect(scans.map((scan) => [...scan].length)).toEqual([20, 20]);
  });
});
