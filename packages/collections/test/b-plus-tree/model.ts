import fc from "fast-check";
import { expect } from "vitest";
import { BPlusTree } from "../../src/b-plus-tree/b-plus-tree.js";
import type { LimitedRange, ScanRange } from "../../src/b-plus-tree/bounds.js";
import type { Compare } from "../../src/b-plus-tree/node.js";
import { InvariantChecker } from "./invariants.js";

type Tuple = readonly (number | string)[];
export type TestKey = number | string | Tuple;
export type Value = { readonly key: TestKey; readonly index: number; readonly serial: number };

/** The comparators of the tests throw at what is not a key, such as what lies beyond the end of an array. */
export function compareNumbers(a: number, b: number): number {
  if (typeof a !== "number" || typeof b !== "number") throw new TypeError("not a number");
  return a - b;
}

export function compareAny(a: TestKey, b: TestKey): number {
  if (typeof a === "number" && typeof b === "number") return a - b;
  if (typeof a === "string" && typeof b === "string") return a < b ? -1 : a > b ? 1 : 0;
  if (Array.isArray(a) && Array.isArray(b)) {
    for (let index = 0; index < Math.min(a.length, b.length); index++) {
      const difference = compareAny(a[index], b[index]);
      if (difference !== 0) return difference;
    }
    return a.length - b.length;
  }
  return rank(a) - rank(b);
}

function rank(key: TestKey): number {
  if (key === undefined) throw new TypeError("not a key");
  return typeof key === "number" ? 0 : typeof key === "string" ? 1 : 2;
}

/** Keys by number. A tuple is another object each time. */
export const KEYS: Record<string, (index: number) => TestKey> = {
  number: (index) => index,
  string: (index) => `key ${String(index).padStart(6, "0")}`,
  mixed: (index) => {
    const kinds = [index, `${index}`, [index], ["run", index], [index >> 3, `${index}`]];
    return kinds[index % kinds.length] as TestKey;
  },
};

/** 0 to `count` - 1, or those in an order that looks random but is the same each time. */
export function indexes(count: number, order: "up" | "down" | "shuffled" = "up"): number[] {
  const all = Array.from({ length: count }, (_, index) => index);
  if (order === "down") return all.reverse();
  if (order === "up") return all;
  let state = 42;
  for (let last = count - 1; last > 0; last--) {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    const other = state % (last + 1);
    [all[last], all[other]] = [all[other] as number, all[last] as number];
  }
  return all;
}

/** `toBe`, which is too slow for millions of comparisons. */
export function expectSame<T>(actual: T, expected: T): void {
  if (!Object.is(actual, expected)) expect(actual).toBe(expected);
}

/** A tree returns the key that an entry was added with, the model the one with which it was replaced. */
function expectEqualKeys(actual: TestKey | undefined, expected: TestKey | undefined): void {
  if (actual !== expected) expect(actual).toEqual(expected);
}

export function expectSameItems<T>(actual: readonly T[], expected: readonly T[]): void {
  const same =
    actual.length === expected.length && actual.every((item, index) => item === expected[index]);
  if (!same) expect.unreachable(`${JSON.stringify(actual)}, not ${JSON.stringify(expected)}`);
}

/** What the tree should be: a sorted array. */
class SortedArray {
  readonly #compare: Compare<TestKey>;
  readonly #values: Value[] = [];

  constructor(compare: Compare<TestKey>) {
    this.#compare = compare;
  }

  get(key: TestKey): Value | undefined {
    const [from, to] = this.#find(key);
    return from === to ? undefined : this.#values[from];
  }

  set(value: Value): Value | undefined {
    const [from, to] = this.#find(value.key);
    return this.#values.splice(from, to - from, value)[0];
  }

  delete(key: TestKey): Value | undefined {
    const [from, to] = this.#find(key);
    return this.#values.splice(from, to - from)[0];
  }

  clear(): void {
    this.#values.length = 0;
  }

  keyAfter(key: TestKey): TestKey | undefined {
    return this.#values[this.#find(key)[1]]?.key;
  }

  keyBefore(key: TestKey): TestKey | undefined {
    return this.#values[this.#find(key)[0] - 1]?.key;
  }

  scan({ lower, upper, reverse, limit }: LimitedRange<TestKey>): Value[] {
    const start = lower === undefined ? 0 : this.#find(lower.key)[lower.inclusive ? 0 : 1];
    const end = upper === undefined ? undefined : this.#find(upper.key)[upper.inclusive ? 1 : 0];
    const values = this.#values.slice(start, end);
    return (reverse ? values.reverse() : values).slice(0, limit);
  }

  deleteRange(range: LimitedRange<TestKey>): Value[] {
    const deleted = this.scan(range);
    for (const { key } of deleted) this.delete(key);
    return deleted;
  }

  /** How many values have keys before `key`, and how many have keys not after it. */
  #find(key: TestKey): [from: number, to: number] {
    let from = 0;
    for (let step = 2 ** Math.ceil(Math.log2(this.#values.length + 1)); step >= 1; step /= 2) {
      const probe = this.#values[from + step - 1];
      if (probe !== undefined && this.#compare(probe.key, key) < 0) from += step;
    }
    const found = this.#values[from];
    return [from, found !== undefined && this.#compare(found.key, key) === 0 ? from + 1 : from];
  }
}

/** A tree and its model, which get the same calls. */
export class Twins {
  readonly tree: BPlusTree<TestKey, Value>;
  readonly model = new SortedArray(compareAny);
  readonly key: (index: number) => TestKey;
  readonly #checker: InvariantChecker<TestKey, Value>;
  #serial = 0;

  constructor(order: number, key: (index: number) => TestKey) {
    this.tree = new BPlusTree(compareAny, order);
    this.key = key;
    this.#checker = new InvariantChecker(this.tree);
  }

  set(index: number): void {
    const value = this.#value(index);
    expectSame(this.tree.set(value.key, value), this.model.set(value));
  }

  delete(index: number): void {
    expectSame(this.tree.delete(this.key(index)), this.model.delete(this.key(index)));
  }

  update(index: number): void {
    const value = this.#value(index);
    if (this.model.get(value.key) !== undefined) this.model.set(value);
    expectSame(
      this.tree.update(value.key, () => value),
      this.model.get(value.key),
    );
  }

  updateAll(): void {
    const values = this.model.scan({ reverse: false }).map(({ index }) => this.#value(index));
    for (const value of values) this.model.set(value);
    let at = 0;
    this.tree.updateAll((value) => {
      const changed = values[at++];
      expectSame(value.index, changed?.index);
      return changed ?? value;
    });
    expectSame(at, values.length);
  }

  deleteRange(range: LimitedRange<TestKey>): void {
    const { length } = this.model.scan(range);
    expectSame(this.tree.countRange(range), length);
    expectSameItems(this.tree.deleteRange(range), this.model.deleteRange(range));
    expectSame(this.tree.countRange(range), this.model.scan(range).length);
  }

  clear(): void {
    this.tree.clear();
    this.model.clear();
  }

  /** Asks for a key and its neighbours, and for theirs: that is a walk, which the tree has a way to shorten. */
  walk(index: number): void {
    const { tree, model } = this;
    const key = this.key(index);
    expectSame(tree.get(key), model.get(key));
    expectSame(tree.has(key), model.get(key) !== undefined);
    const after = tree.keyAfter(key);
    expectEqualKeys(after, model.keyAfter(key));
    if (after !== undefined) expectEqualKeys(tree.keyAfter(after), model.keyAfter(after));
    const before = tree.keyBefore(key);
    expectEqualKeys(before, model.keyBefore(key));
    if (before !== undefined) expectEqualKeys(tree.keyBefore(before), model.keyBefore(before));
  }

  check(): void {
    this.#checker.check();
  }

  checkAll(): void {
    this.check();
    const values = this.model.scan({ reverse: false });
    expectSame(this.tree.size, values.length);
    expectEqualKeys(this.tree.firstKey(), values.at(0)?.key);
    expectEqualKeys(this.tree.lastKey(), values.at(-1)?.key);
    expectSameItems([...this.tree.scan({ reverse: false })], values);
    expectSameItems([...this.tree.scan({ reverse: true })], values.toReversed());
    const keys = [...this.tree.scanEntries({ reverse: false }, (key) => key)];
    expectSame(keys.length, values.length);
    for (const [at, { key }] of values.entries()) expectEqualKeys(keys[at], key);
  }

  #value(index: number): Value {
    return { key: this.key(index), index, serial: this.#serial++ };
  }
}

export function numberTree(keys: readonly number[], order?: number): BPlusTree<number, number> {
  const tree = new BPlusTree<number, number>(compareNumbers, order);
  for (const key of keys) tree.set(key, key);
  return tree;
}

/** A tree of numbers, and how often it compared since the last call. */
export function countingTree(
  keys: readonly number[],
): [tree: BPlusTree<number, number>, comparisons: () => number] {
  let count = 0;
  const tree = new BPlusTree<number, number>((a, b) => {
    count++;
    return compareNumbers(a, b);
  });
  for (const key of keys) tree.set(key, key);
  const comparisons = () => {
    const counted = count;
    count = 0;
    return counted;
  };
  return [tree, comparisons];
}

export function rangeOf<K>(key: fc.Arbitrary<K>): fc.Arbitrary<ScanRange<K>> {
  const bound = fc.option(fc.record({ key, inclusive: fc.boolean() }), { nil: undefined });
  return fc.record({ lower: bound, upper: bound, reverse: fc.boolean() });
}

export function limitedRangeOf<K>(
  key: fc.Arbitrary<K>,
  limit: fc.Arbitrary<number>,
): fc.Arbitrary<LimitedRange<K>> {
  const option = fc.option(limit, { nil: undefined });
  return fc.tuple(rangeOf(key), option).map(([range, limit]) => ({ ...range, limit }));
}
