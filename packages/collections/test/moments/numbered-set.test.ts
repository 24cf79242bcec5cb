import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { NumberedSet } from "../../src/moments/numbered-set.js";

/** Those of one hash are told apart by the set, those of one bucket by their hash. */
const HASHES: Record<string, (item: number) => number> = {
  "hashes of their own": (item) => item,
  "few hashes": (item) => item % 5,
  "one hash": () => 7,
  "hashes with the sign bit": (item) => ~item,
};

function equalNumbers(a: number, b: number): boolean {
  return a === b;
}

/** A set beside the array that it should be: a member's number is its index. */
class Twins {
  readonly set: NumberedSet<number>;
  readonly model: number[] = [];

  constructor(hashOf: (item: number) => number) {
    this.set = new NumberedSet(hashOf, equalNumbers);
  }

  add(item: number): void {
    const known = this.model.indexOf(item);
    const number = this.set.add(item);
    if (number !== (known < 0 ? this.model.length : known)) expect(number).toBe(known);
    if (known < 0) this.model.push(item);
  }

  remove(item: number): void {
    const number = this.set.find(item);
    if (number !== this.model.indexOf(item)) expect(number).toBe(this.model.indexOf(item));
    if (number < 0) return;
    this.set.remove(number);
    const last = this.model.pop() as number;
    if (number < this.model.length) this.model[number] = last;
  }

  check(): void {
    expect(this.set.size).toBe(this.model.length);
    for (const [number, item] of this.model.entries()) {
      if (this.set.find(item) !== number) expect(this.set.find(item)).toBe(number);
      if (this.set.at(number) !== item) expect(this.set.at(number)).toBe(item);
    }
  }
}

describe("a numbered set", () => {
  for (const [kind, hashOf] of Object.entries(HASHES)) {
    test(`numbers its members as an array does, where the last takes a gap: ${kind}`, () => {
      const run = fc.record({
        kind: fc.constantFrom("add", "add", "remove", "remove", "clear"),
        from: fc.nat(150),
        count: fc.integer({ min: 1, max: 80 }),
        step: fc.constantFrom(1, 3, -1),
      });
      fc.assert(
        fc.property(fc.array(run, { maxLength: 25 }), (runs) => {
          const twins = new Twins(hashOf);
          for (const { kind, from, count, step } of runs) {
            if (kind === "clear") {
              twins.set.clear();
              twins.model.length = 0;
              continue;
            }
            for (let at = 0; at < count; at++) twins[kind](from + at * step);
            twins.check();
            expect(twins.set.find(1_000)).toBe(-1);
          }
        }),
        { numRuns: 60 },
      );
    });
  }

  test("does so across chunks, and gives back the room of what is gone", () => {
    const set = new NumberedSet<number>((item) => item, equalNumbers);
    for (let round = 0; round < 2; round++) {
      for (let item = 0; item < 20_000; item++) set.add(item);
      expect(set.size).toBe(20_000);
      expect(set.bytes / set.size).toBeLessThan(30);
      for (let item = 0; item < 20_000; item += 2) set.remove(set.find(item));
      for (let item = 0; item < 20_000; item++) {
        expect(set.find(item) >= 0).toBe(item % 2 === 1);
      }
      for (let item = 1; item < 20_000; item += 2) set.remove(set.find(item));
      expect(set.size).toBe(0);
      // At most two chunks of each row.
      expect(set.bytes).toBeLessThan(2 * 4096 * 24 + 1);
    }
  });

  test("asks for the hash of what it is called with, once a call, and never again", () => {
    let hashed = 0;
    let compared = 0;
    const set = new NumberedSet<number>(
      (item) => {
        hashed++;
        return item;
      },
      (a, b) => {
        compared++;
        return a === b;
      },
    );
    for (let item = 0; item < 10_000; item++) set.add(item);
    for (let item = 0; item < 10_000; item++) set.remove(set.find(item));
    expect(hashed).toBe(20_000);
    expect(compared).toBe(10_000);
  });

  test("removes by number without a look at others of the same hash", () => {
    let compared = 0;
    const set = new NumberedSet<number>(
      () => 1,
      (a, b) => {
        compared++;
        return a === b;
      },
    );
    for (let item = 0; item < 1_000; item++) set.add(item);
    compared = 0;
    while (set.size > 0) set.remove(0);
    expect(compared).toBe(0);
  });
});
