import fc from "fast-check";
import { describe, expect, test } from "vitest";
import type { Bound, ScanRange } from "../../src/b-plus-tree/bounds.js";
import type { BPlusTreeScan } from "../../src/b-plus-tree/scan.js";
import { InvariantChecker } from "./invariants.js";
import {
  countingTree,
  expectSame,
  expectSameItems,
  indexes,
  KEYS,
  numberTree,
  rangeOf,
  type TestKey,
  Twins,
  type Value,
} from "./model.js";

function isWithin(key: number, lower?: Bound<number>, upper?: Bound<number>): boolean {
  if (lower !== undefined && (lower.inclusive ? key < lower.key : key <= lower.key)) return false;
  return upper === undefined || (upper.inclusive ? key <= upper.key : key < upper.key);
}

/** A scan whose every step is compared with what the model says at that moment. */
class WatchedScan {
  done = false;
  /** The place of the last entry among the keys. */
  at = 0;
  readonly #twins: Twins;
  readonly #scan: BPlusTreeScan<TestKey, Value, Value>;
  readonly #keys: BPlusTreeScan<TestKey, Value, TestKey>;
  /** What is left of the range. */
  #range: ScanRange<TestKey>;

  constructor(twins: Twins, range: ScanRange<TestKey>) {
    this.#twins = twins;
    this.#scan = twins.tree.scan(range);
    this.#keys = twins.tree.scanEntries(range, (key) => key);
    this.#range = range;
  }

  step(): void {
    const expected = this.done ? undefined : this.#twins.model.scan(this.#range)[0];
    const actual = this.#scan.next();
    const { value: key } = this.#keys.next();
    expectSame(actual.value, expected);
    if (key !== expected?.key) expect(key).toEqual(expected?.key);
    expectSame(actual.done, expected === undefined);
    if (expected === undefined) {
      this.done = true;
    } else {
      const last = { key: expected.key, inclusive: false };
      this.#range = { ...this.#range, [this.#range.reverse ? "upper" : "lower"]: last };
      this.at = expected.index;
    }
  }
}

describe("a scan of a tree that stays as it is", () => {
  test("gives what is between its bounds: of each kind, at each key, beside it, crossed", () => {
    for (const count of [0, 1, 4, 5, 13]) {
      const keys = indexes(count).map((index) => index * 2);
      const tree = numberTree(keys, 4);
      const bounds: (Bound<number> | undefined)[] = [undefined];
      for (let key = -1; key <= count * 2; key++) {
        bounds.push({ key, inclusive: true }, { key, inclusive: false });
      }
      for (const lower of bounds) {
        for (const upper of bounds) {
          const within = keys.filter((key) => isWithin(key, lower, upper));
          expectSameItems([...tree.scan({ lower, upper, reverse: false })], within);
          expectSameItems([...tree.scan({ lower, upper, reverse: true })], within.reverse());
        }
      }
    }
  });

  test("does nothing before its first step, and gives nothing once it was stopped", () => {
    const [tree, comparisons] = countingTree(indexes(1000));
    comparisons();
    const scan = tree.scan({ lower: { key: 500, inclusive: true }, reverse: false });
    expect(comparisons()).toBe(0);
    for (const value of scan) if (value === 600) break;
    expect(scan.next()).toEqual({ done: true, value: undefined });
  });

  test("compares a few keys a leaf, not one an entry", () => {
    const [tree, comparisons] = countingTree(indexes(6400));
    const range = { lower: { key: 1, inclusive: true }, upper: { key: 6398, inclusive: true } };
    for (const reverse of [false, true]) {
      comparisons();
      expect([...tree.scan({ ...range, reverse })]).toHaveLength(6398);
      expect(comparisons()).toBeLessThan((2 * 6400) / tree.minimum);
    }
  });

  test("throws what the comparator throws at its bound, each time", () => {
    const tree = numberTree(indexes(100), 4);
    const scan = tree.scan({ lower: { key: "?" as never, inclusive: true }, reverse: false });
    expect(() => scan.next()).toThrow("not a number");
    expect(() => scan.next()).toThrow("not a number");
    new InvariantChecker(tree).check();
  });
});

describe("a scan of a tree that changes", () => {
  for (const [kind, key] of Object.entries(KEYS)) {
    for (const order of [4, 5, numberTree([]).order]) {
      test(`gives at each step the next entry in range there is, ${kind} keys, order ${order}`, () => {
        const size = order * 8;
        const index = fc.nat(size);
        const change = fc.record({
          kind: fc.constantFrom(
            "step",
            "step",
            "step",
            "set",
            "delete",
            "delete",
            "deleteRange",
            "update",
          ),
          // Where the first scan is, or anywhere.
          near: fc.option(fc.integer({ min: -3, max: 3 }), { nil: undefined }),
          index,
          count: fc.oneof(fc.constant(1), fc.nat(order * 2)),
        });
        const ranges = fc.array(rangeOf(index.map(key)), { minLength: 1, maxLength: 3 });
        const changes = fc.array(change, { minLength: 5, maxLength: 30 });
        fc.assert(
          fc.property(ranges, changes, (ranges, changes) => {
            const twins = new Twins(order, key);
            for (const index of indexes(size, "shuffled")) twins.set(index);
            const scans = ranges.map((range) => new WatchedScan(twins, range));
            for (const { kind, near, index, count } of changes) {
              const start = near === undefined ? index : Math.max(0, (scans[0]?.at ?? 0) + near);
              if (kind === "deleteRange") {
                const lower = { key: key(start), inclusive: true };
                twins.deleteRange({ lower, reverse: false, limit: count });
                continue;
              }
              for (let at = start; at < start + count; at++) {
                if (kind === "step") for (const scan of scans) scan.step();
                else twins[kind](at);
              }
            }
            twins.check();
            for (const scan of scans) while (!scan.done) scan.step();
            // At the end it stays there.
            for (let at = 0; at <= size; at++) twins.set(at);
            for (const scan of scans) scan.step();
          }),
          { numRuns: 40 },
        );
      });
    }
  }

  test("goes on after a clear with what came since, beyond the last key", () => {
    for (const [reverse, expected] of [
      [false, [6, 7]],
      [true, [3, 2]],
    ] as const) {
      const tree = numberTree(indexes(10), 4);
      const scan = tree.scan({ reverse });
      for (let step = 0; step < 6; step++) scan.next();
      tree.clear();
      for (const key of [2, 3, 4, 5, 6, 7]) tree.set(key, key);
      expect([...scan]).toEqual(expected);
    }
  });

  test("gives the value of the moment, and doesn't search because of it", () => {
    const [tree, comparisons] = countingTree([1, 2, 3]);
    const scan = tree.scan({ reverse: false });
    scan.next();
    tree.set(2, 20);
    comparisons();
    expect(scan.next().value).toBe(20);
    expect(comparisons()).toBe(0);
  });
});
