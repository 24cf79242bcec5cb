import v8 from "node:v8";
import vm from "node:vm";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { BPlusTree } from "../../src/b-plus-tree/b-plus-tree.js";
import type { Compare, Leaf } from "../../src/b-plus-tree/node.js";
import { InvariantChecker } from "./invariants.js";
import {
  compareNumbers,
  countingTree,
  expectSame,
  expectSameItems,
  indexes,
  KEYS,
  numberTree,
  rangeOf,
  Twins,
} from "./model.js";

const DIRECTIONS = ["up", "down", "shuffled"] as const;
const DEFAULT = numberTree([]).order;
const ORDERS = [4, 5, 10, 32, DEFAULT];

/** As many entries as make two levels of branches. */
function enough(order: number): number {
  return order * order * 2;
}

function leafCounts(tree: BPlusTree<number, number>): number[] {
  const counts: number[] = [];
  let leaf: Leaf<number, number> | undefined = tree.firstLeaf;
  for (; leaf !== undefined; leaf = leaf.next) counts.push(leaf.count);
  return counts;
}

describe("a B+ tree beside a sorted array", () => {
  for (const [kind, key] of Object.entries(KEYS)) {
    for (const order of ORDERS) {
      test(`does the same in any calls, ${kind} keys, order ${order}`, () => {
        const index = fc.nat(order * 16);
        const call = fc.record({
          kind: fc.constantFrom(
            "set",
            "set",
            "delete",
            "delete",
            "update",
            "update all",
            "walk",
            "clear",
          ),
          direction: fc.constantFrom(...DIRECTIONS),
          index,
          count: fc.oneof(fc.integer({ min: 1, max: 3 }), fc.nat(order * 8)),
          range: rangeOf(index.map(key)),
        });
        fc.assert(
          fc.property(fc.array(call, { minLength: 1, maxLength: 20 }), (calls) => {
            const twins = new Twins(order, key);
            for (const { kind, direction, index, count, range } of calls) {
              if (kind === "clear") twins.clear();
              else if (kind === "update all") twins.updateAll();
              else for (const at of indexes(count, direction)) twins[kind](index + at);
              twins.walk(index);
              expectSameItems([...twins.tree.scan(range)], twins.model.scan(range));
              twins.checkAll();
            }
          }),
          { numRuns: 25 },
        );
      });
    }
  }

  for (const order of ORDERS) {
    for (const filling of DIRECTIONS) {
      test(`does the same when filled ${filling} and emptied, order ${order}`, () => {
        const count = order < 10 ? 120 : Math.min(order * 4, 160);
        for (const emptying of DIRECTIONS) {
          const twins = new Twins(order, (index) => index);
          for (const index of indexes(count, filling)) {
            twins.set(index);
            twins.check();
          }
          twins.checkAll();
          for (const index of indexes(count, emptying)) {
            twins.delete(index);
            twins.check();
            twins.walk(index);
          }
          expect([twins.tree.size, twins.tree.height]).toEqual([0, 0]);
        }
      });
    }

    test(`does the same with branches of branches, order ${order}`, () => {
      const twins = new Twins(order, (index) => index);
      const shuffled = indexes(enough(order), "shuffled");
      for (const index of shuffled) twins.set(index);
      twins.checkAll();
      expect(twins.tree.height).toBeGreaterThanOrEqual(2);
      for (const [done, index] of shuffled.entries()) {
        twins.delete(index);
        twins.walk(index);
        if (done % 100 === 0) twins.check();
      }
      twins.checkAll();
    });
  }
});

describe("keyAfter and keyBefore", () => {
  test("go on from the key that they returned without a comparison", () => {
    const keys = indexes(1000, "shuffled");
    const [tree, comparisons] = countingTree(keys);
    comparisons();
    const up: number[] = [];
    for (let key = tree.firstKey(); key !== undefined; key = tree.keyAfter(key)) up.push(key);
    const down: number[] = [];
    for (let key = tree.lastKey(); key !== undefined; key = tree.keyBefore(key)) down.push(key);
    expect(comparisons()).toBe(0);
    expect(up).toEqual(indexes(1000));
    expect(down).toEqual(indexes(1000, "down"));
  });

  test("go on with one comparison from an equal key that is another object", () => {
    let count = 0;
    const tree = new BPlusTree<readonly [number], number>((a, b) => {
      count++;
      return a[0] - b[0];
    });
    for (const index of indexes(1000)) tree.set([index], index);
    count = 0;
    for (let key = tree.firstKey(); key !== undefined; key = tree.keyAfter([...key]));
    expect(count).toBe(1000);
  });

  test("go on without a search while what they passed is deleted", () => {
    const [tree, comparisons] = countingTree(indexes(64));
    const walked: number[] = [];
    let searches = 0;
    for (let key = tree.firstKey(); key !== undefined; ) {
      walked.push(key);
      comparisons();
      const next = tree.keyAfter(key);
      searches += comparisons();
      tree.delete(key);
      key = next;
    }
    expect(walked).toEqual(indexes(64));
    expect(searches).toBe(0);
  });

  test("on an empty tree, before and after it held something, return undefined", () => {
    const tree = numberTree([]);
    for (let round = 0; round < 2; round++) {
      expect([tree.firstKey(), tree.lastKey()]).toEqual([undefined, undefined]);
      expect([tree.keyAfter(1), tree.keyBefore(1)]).toEqual([undefined, undefined]);
      tree.set(1, 1);
      expect([tree.keyAfter(0), tree.keyAfter(1)]).toEqual([1, undefined]);
      expect([tree.keyBefore(2), tree.keyBefore(1)]).toEqual([1, undefined]);
      tree.lastKey();
      tree.delete(1);
    }
  });
});

describe("the shape", () => {
  test("of a tree filled in order, either way: full leaves, one comparison an entry", () => {
    const leaves = 100;
    for (const direction of ["up", "down"] as const) {
      // What was there before is as random as can be.
      const [tree, comparisons] = countingTree(indexes(50, "shuffled").map((key) => key + 1e6));
      comparisons();
      const first = direction === "up" ? 2e6 : 0;
      for (const key of indexes(DEFAULT * leaves, direction)) tree.set(first + key, key);
      expect(comparisons()).toBeLessThan(DEFAULT * (leaves + 2));
      const counts = leafCounts(tree);
      if (direction === "down") counts.reverse();
      expect(counts).toEqual([...Array(leaves).fill(DEFAULT), 50]);
    }
  });

  test("of leaves that share their entries evenly, until one is enough for both", () => {
    const tree = numberTree(indexes(30), 10);
    const shapes = [];
    for (let key = 10; key < 20; key++) {
      tree.delete(key);
      shapes.push(leafCounts(tree).join(" "));
    }
    expect(shapes.slice(0, 5)).toEqual(["10 9 10", "10 8 10", "10 7 10", "10 6 10", "10 5 10"]);
    expect(shapes.slice(5)).toEqual(["10 7 7", "10 6 7", "10 5 7", "10 5 6", "10 10"]);
  });

  test("of a tree filled at random: half full and more", () => {
    const counts = leafCounts(numberTree(indexes(20_000, "shuffled")));
    expect(counts.length).toBeLessThan(20_000 / (DEFAULT * 0.6));
  });

  test("of what is left of a large tree is that of a small one", () => {
    for (const order of ORDERS) {
      const count = enough(order);
      const ends = [0, 1, count >> 1, count - 1];
      for (const direction of DIRECTIONS) {
        const tree = numberTree(indexes(count), order);
        for (const key of indexes(count, direction)) if (!ends.includes(key)) tree.delete(key);
        expect([...tree.scan({ reverse: false })]).toEqual(ends);
        expect(leafCounts(tree).length).toBeLessThanOrEqual(3);
        expect(tree.height).toBeLessThanOrEqual(2);
      }
    }
  });

  test("of a queue stays that of its few entries, and costs no comparisons to speak of", () => {
    const [tree, comparisons] = countingTree(indexes(1000));
    comparisons();
    for (let key = 1000; key < 51_000; key++) {
      tree.set(key, key);
      expectSame(tree.delete(tree.firstKey() ?? -1), key - 1000);
    }
    expect(comparisons()).toBeLessThan(50_000 * 14);
    expect(leafCounts(tree).length).toBeLessThanOrEqual(1000 / DEFAULT + 2);
    new InvariantChecker(tree).check();
  });

  test("of a stack is as before when all is taken off again", () => {
    const tree = numberTree(indexes(DEFAULT * 5));
    const before = leafCounts(tree);
    for (let round = 0; round < 3; round++) {
      for (let key = 1000; key < 1500; key++) tree.set(key, key);
      for (let key = 1499; key >= 1000; key--) tree.delete(tree.lastKey() ?? -1);
    }
    expect(leafCounts(tree)).toEqual(before);
  });
});

describe("what was removed", () => {
  v8.setFlagsFromString("--expose-gc");
  const collectGarbage = vm.runInNewContext("gc") as () => void;

  for (const removal of ["clear", ...DIRECTIONS] as const) {
    test(`can be collected though scans and a walk stopped there: ${removal}`, async () => {
      const tree = new BPlusTree<number, object>(compareNumbers, 4);
      const values = indexes(500).map((key) => {
        const value = { key };
        tree.set(key, value);
        return new WeakRef(value);
      });
      const scans = [tree.scan({ reverse: false }), tree.scan({ reverse: true })];
      for (let step = 0; step < 200; step++) for (const scan of scans) scan.next();
      tree.keyAfter(300);
      if (removal === "clear") tree.clear();
      else for (const key of indexes(500, removal)) tree.delete(key);
      // Until the end of the job a WeakRef keeps alive what it was made of.
      await new Promise((resolve) => setTimeout(resolve));
      collectGarbage();
      expect(values.filter((value) => value.deref() !== undefined)).toEqual([]);
      expect(scans.map((scan) => scan.next().done)).toEqual([true, true]);
      expect(tree.size).toBe(0);
    });
  }
});

describe("a call", () => {
  test("that replaces a value leaves the version as it is, others change it", () => {
    const tree = numberTree([1, 2, 3]);
    const { version } = tree;
    tree.set(2, 20);
    tree.update(2, (value) => value + 1);
    tree.update(4, (value) => value + 1);
    tree.delete(4);
    expect([tree.version, tree.get(2), tree.size]).toEqual([version, 21, 3]);
    tree.delete(2);
    expect(tree.version).not.toBe(version);
  });

  test("that throws changes nothing", () => {
    const compare: Compare<number> = (a, b) => {
      if (a === 50.5 || b === 50.5) throw new Error("no");
      return compareNumbers(a, b);
    };
    const tree = new BPlusTree<number, number>(compare, 4);
    for (const key of indexes(100)) tree.set(key, key);
    for (const call of ["get", "has", "delete", "keyAfter", "keyBefore"] as const) {
      expect(() => tree[call](50.5), call).toThrow("no");
    }
    expect(() => tree.set(50.5, 1)).toThrow("no");
    const change = () => {
      throw new Error("no change");
    };
    expect(() => tree.update(50, change)).toThrow("no change");
    expect([...tree.scan({ reverse: false })]).toEqual(indexes(100));
    new InvariantChecker(tree).check();
  });

  test("of the constructor with an impossible order throws", () => {
    for (const order of [3, 4.5, 0, -8, Number.NaN, 5000]) {
      expect(() => numberTree([], order), String(order)).toThrow(RangeError);
    }
  });
});
