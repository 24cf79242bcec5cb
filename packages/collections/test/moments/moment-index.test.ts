import v8 from "node:v8";
import vm from "node:vm";
import type { Key } from "@store/core";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { MomentIndex } from "../../src/moments/moment-index.js";
import { hashOf, textOf } from "../support/key-rules.js";

function keyMoments(): MomentIndex<Key> {
  return new MomentIndex(hashOf, sameKeys);
}

function sameKeys(a: Key, b: Key): boolean {
  return textOf(a) === textOf(b);
}

/** An index beside a plain Map, under one clock. */
class Twins {
  readonly index = keyMoments();
  readonly model = new Map<string, number>();
  now = 1_000;

  /** The same key is another object each time. */
  static key(number: number): Key {
    return number % 3 === 0 ? number : number % 3 === 1 ? `key ${number}` : ["run", number];
  }

  set(number: number, moment: number): void {
    expect(this.index.set(Twins.key(number), moment)).toBe(this.model.get(`${number}`));
    this.model.set(`${number}`, moment);
  }

  delete(number: number): void {
    expect(this.index.delete(Twins.key(number))).toBe(this.model.get(`${number}`));
    this.model.delete(`${number}`);
  }

  takeDue(limit: number): void {
    const due = [...this.model].filter(([, moment]) => moment <= this.now);
    const moments = due.map(([, moment]) => moment).sort((a, b) => a - b);
    const taken = this.index.takeDue(this.now, limit).map(numberOf);
    expect(taken).toHaveLength(Math.min(limit, due.length));
    // Which one goes first of those of one moment is left open.
    expect(taken.map((number) => this.model.get(`${number}`))).toEqual(moments.slice(0, limit));
    for (const number of taken) this.model.delete(`${number}`);
  }

  check(numbers: number): void {
    expect(this.index.size).toBe(this.model.size);
    expect(this.index.nextDue).toBe(Math.min(...this.model.values(), Infinity));
    for (let number = 0; number < numbers; number++) {
      const moment = this.model.get(`${number}`);
      const key = Twins.key(number);
      if (this.index.get(key) !== moment) expect(this.index.get(key)).toBe(moment);
      const due = moment !== undefined && moment <= this.now;
      if (this.index.isDue(key, this.now) !== due)
        expect(this.index.isDue(key, this.now)).toBe(due);
    }
  }
}

function numberOf(key: Key): number {
  if (typeof key === "number") return key;
  return Number(typeof key === "string" ? key.slice(4) : (key as readonly Key[])[1]);
}

describe("an index of moments", () => {
  test("does what a Map and a clock do, in any calls", () => {
    const numbers = 120;
    const moment = fc.oneof(
      fc.integer({ min: -5, max: 5 }),
      fc.double({ min: -2_000, max: 5_000, noNaN: true }),
      fc.constantFrom(Number.MAX_VALUE, -Number.MAX_VALUE, 8.64e15, 1_000),
    );
    const call = fc.record({
      kind: fc.constantFrom("set", "set", "set", "delete", "take", "take all", "clear"),
      from: fc.nat(numbers - 1),
      count: fc.integer({ min: 1, max: 60 }),
      moment,
      /** From one moment to the next: none, later, earlier. */
      step: fc.constantFrom(0, 0.25, 7, -7),
      passes: fc.nat(400),
    });
    fc.assert(
      fc.property(fc.array(call, { maxLength: 30 }), (calls) => {
        const twins = new Twins();
        for (const { kind, from, count, moment, step, passes } of calls) {
          twins.now += passes;
          if (kind === "take") twins.takeDue(count);
          else if (kind === "take all") twins.takeDue(Infinity);
          else if (kind === "clear" && count > 50) {
            twins.index.clear();
            twins.model.clear();
          } else if (kind === "set" || kind === "delete") {
            for (let at = from; at < Math.min(from + count, numbers); at++) {
              if (kind === "set") twins.set(at, moment + (at - from) * step);
              else twins.delete(at);
            }
          }
          twins.check(numbers);
        }
      }),
      { numRuns: 80 },
    );
  });

  test("takes many in the order of their moments, in slices, and gives back their room", () => {
    const count = 30_000;
    const index = keyMoments();
    const momentOf = (key: number) => (Math.imul(key, 2_654_435_761) >>> 0) / 1_000;
    for (let key = 0; key < count; key++) index.set(key, momentOf(key));
    expect(index.bytes / count).toBeLessThan(48);
    const taken: number[] = [];
    for (;;) {
      const slice = index.takeDue(Number.MAX_VALUE, 999);
      if (slice.length === 0) break;
      taken.push(...slice.map(Number));
    }
    const expected = Array.from({ length: count }, (_, key) => key);
    expected.sort((a, b) => momentOf(a) - momentOf(b));
    expect(taken).toEqual(expected);
    expect([index.size, index.nextDue]).toEqual([0, Infinity]);
    expect(index.bytes).toBeLessThan(4 * 4096 * 40);
  });

  test("is due from the moment on, not before, and at no time without one", () => {
    const index = keyMoments();
    index.set("a", 100.5);
    expect([100, 100.5, 101].map((now) => index.isDue("a", now))).toEqual([false, true, true]);
    expect(index.isDue("b", 1_000)).toBe(false);
    expect(index.takeDue(100, 10)).toEqual([]);
    index.delete("a");
    expect(index.isDue("a", 1_000)).toBe(false);
    expect(index.takeDue(1_000, 10)).toEqual([]);
  });

  test("takes none at a limit of 0, and none of an empty one at any time", () => {
    const index = keyMoments();
    expect(index.takeDue(Infinity, 10)).toEqual([]);
    index.set("a", 1);
    expect(index.takeDue(2, 0)).toEqual([]);
    expect(index.takeDue(2, 1)).toEqual(["a"]);
  });

  test("doesn't look at an item while nothing is due", () => {
    let hashed = 0;
    const index = new MomentIndex<Key>((key) => {
      hashed++;
      return hashOf(key);
    }, sameKeys);
    index.set("a", 100);
    hashed = 0;
    expect(index.isDue("a", 99)).toBe(false);
    expect(hashed).toBe(0);
  });

  test("tells records of one content apart where it is told to, as a bag needs it", () => {
    const index = new MomentIndex<readonly Key[]>(
      () => 1,
      (a, b) => a === b,
    );
    const records = [0, 1, 2].map((): Key[] => ["key", "same"]);
    for (const [at, record] of records.entries()) index.set(record, 10 - at);
    expect(index.takeDue(9, 10)).toEqual([records[2], records[1]]);
    expect(index.get(records[0] as Key[])).toBe(10);
  });

  test("lets go of what was taken and what was deleted", async () => {
    v8.setFlagsFromString("--expose-gc");
    const collectGarbage = vm.runInNewContext("gc") as () => void;
    const index = keyMoments();
    const keys = Array.from({ length: 100 }, (_, number) => {
      const key: Key = ["run", number];
      index.set(key, number);
      return new WeakRef(key);
    });
    for (let number = 1; number < 100; number += 2) index.delete(["run", number]);
    expect(index.takeDue(90, 40)).toHaveLength(40);
    // Until the end of the job a WeakRef keeps alive what it was made of.
    await new Promise((resolve) => setTimeout(resolve));
    collectGarbage();
    expect(keys.filter((key) => key.deref() !== undefined)).toHaveLength(10);
    expect(index.size).toBe(10);
  });
});
