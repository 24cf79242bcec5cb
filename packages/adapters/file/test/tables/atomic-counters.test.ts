import type { Integer, Key } from "@store/core";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { AtomicCounters } from "../../src/tables/counters/atomic-counters.js";

const keys: readonly Key[] = ["a", 1, 1n, ["a", 1], Uint8Array.of(1), null];
const positions = [2, 3, 5];

/** One hash for all, and no order. */
const RULES = {
  compareKeys: (a: Key, b: Key) => Number(showKey(a) !== showKey(b)),
  hashRecord: () => 1,
};

function showKey(key: Key): string {
  return Array.isArray(key) ? `[${key.map(showKey)}]` : `${typeof key} ${key}`;
}

type Elements = [key: Key, ...elements: unknown[]];

const value: fc.Arbitrary<Integer> = fc.oneof(
  fc.maxSafeInteger().map((number) => number + 0),
  fc.bigInt({ min: -(2n ** 63n), max: 2n ** 63n - 1n }),
);

const step = fc.oneof(
  {
    weight: 6,
    arbitrary: fc.record({
      count: fc.tuple(fc.nat({ max: 5 }), fc.constantFrom(...positions), value),
    }),
  },
  { weight: 2, arbitrary: fc.record({ drop: fc.nat({ max: 5 }) }) },
  { weight: 1, arbitrary: fc.constant("flush" as const) },
  { weight: 1, arbitrary: fc.constant("clear" as const) },
);

describe("AtomicCounters", () => {
  test("a record has the values that its counters were given last, and no other has", () => {
    fc.assert(
      fc.property(fc.array(step, { maxLength: 60, size: "max" }), (steps) => {
        const counters = new AtomicCounters(RULES);
        const records = (): Elements[] => keys.map((key) => [key, "b", "c", "d", "e", "f"]);
        let live = records();
        let changed = new Set<number>();
        for (const action of steps) {
          if (action === "flush") {
            counters.markFlushed();
            changed = new Set();
          } else if (action === "clear") {
            counters.clear();
            live = records();
            changed = new Set();
          } else if ("drop" in action) {
            counters.drop(keys[action.drop] as Key);
            live[action.drop] = records()[action.drop] as Elements;
            changed.delete(action.drop);
          } else {
            const [index, position, given] = action.count;
            const key = keys[index] as Key;
            const record = counters.find(key);
            const counter = record && counters.counterOf(record, position);
            if (record === undefined || counter === undefined)
              counters.add(key, undefined, position, given);
            else if (counter.isBigint === (typeof given === "bigint")) {
              counters.setValue(record, counter, given);
            } else continue;
            (live[index] as Elements)[position - 1] = given;
            changed.add(index);
          }
          expect(records().map((record) => counters.live(record))).toEqual(live);
          expect([...counters.changed].map(({ key }) => keys.indexOf(key))).toEqual([...changed]);
        }
      }),
    );
  });

  test("a record without counters is left as it is", () => {
    const counters = new AtomicCounters(RULES);
    const record: [string, number] = ["a", 1];
    expect(counters.live(record)).toBe(record);
    counters.add("b", undefined, 2, 5);
    expect(counters.live(record)).toBe(record);
  });

  test("the memory of counters that are gone is used again, and given back when all are", () => {
    const counters = new AtomicCounters(RULES);
    const fill = () => {
      for (let key = 0; key < 10_000; key++) counters.add(key, undefined, 2, key);
    };
    fill();
    const { memoryBytes } = counters;
    expect(memoryBytes).toBeLessThan(100_000);
    for (let round = 0; round < 3; round++) {
      for (let key = 0; key < 10_000; key++) counters.drop(key);
      fill();
    }
    expect(counters.memoryBytes).toBe(memoryBytes);
    expect(counters.live([9_999, 0])).toEqual([9_999, 9_999]);
    counters.clear();
    expect(counters.memoryBytes).toBe(0);
    fill();
    expect(counters.memoryBytes).toBe(memoryBytes);
  });
});
