import type { Key } from "@store/core";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { KeyMap } from "../../src/maps/key-map.js";
import { LongMap } from "../../src/maps/long-map.js";
import { hashOf, KEY_RULES, textOf } from "../support/key-rules.js";

const anyKey: fc.Arbitrary<Key> = fc.letrec<{ key: Key }>((tie) => ({
  key: fc.oneof(
    { depthSize: "small" },
    fc.constantFrom<Key>(null, true, false, "", "a", "b", 0, 1, 0.5, 1n, 2n ** 64n, 2n ** 65n),
    fc.constantFrom("x", "y").map((end) => `${"x".repeat(16_383)}${end}`),
    fc.integer({ min: -3, max: 3 }),
    fc.nat(3).map((time) => 1_700_000_000_000 + time),
    fc.uint8Array({ max: 1, maxLength: 2 }),
    fc.array(tie("key"), { maxLength: 2 }),
  ),
})).key;

describe("a key map", () => {
  test("finds keys by content, and never takes one for another that looks alike", () => {
    const keys: Key[] = [
      ["a", 1],
      ["a", 1n],
      ["a", "1"],
      ["a1"],
      [["a"], 1],
      ["a", [1]],
      [],
      [null],
      [true],
      [false],
      "(s1:an1;)",
      Uint8Array.of(1, 2),
      [Uint8Array.of(1, 2)],
      [Uint8Array.of(1), Uint8Array.of(2)],
      "b2:\u0001\u0002",
      1,
      1n,
      "1",
      null,
      true,
      false,
    ];
    const map = new KeyMap<number>(KEY_RULES);
    for (const [at, key] of keys.entries()) map.set(key, at);
    expect(map.size).toBe(keys.length);
    const copies = structuredClone(keys) as Key[];
    expect(copies.map((key) => map.get(key))).toEqual([...keys.keys()]);
    for (const key of copies) {
      map.delete(key);
      expect(map.get(key)).toBeUndefined();
    }
    expect(map.size).toBe(0);
  });

  test("does what a Map under a text of the keys does, whatever they are and whichever share a hash", () => {
    const call = fc.record({
      kind: fc.constantFrom("set", "set", "add", "add", "delete", "delete", "clear"),
      key: anyKey,
      rare: fc.nat(9),
    });
    fc.assert(
      fc.property(fc.array(call, { maxLength: 80 }), (calls) => {
        const map = new KeyMap<number>(KEY_RULES);
        const model = new Map<string, number>();
        for (const [serial, { kind, key, rare }] of calls.entries()) {
          const text = textOf(key);
          if (kind === "set") {
            map.set(key, serial);
            model.set(text, serial);
          } else if (kind === "add") {
            expect(map.findOrAdd(key, serial)).toBe(model.get(text));
            if (!model.has(text)) model.set(text, serial);
          } else if (kind === "delete") {
            map.delete(key);
            model.delete(text);
          } else if (rare === 0) {
            map.clear();
            model.clear();
          }
          expect(map.size).toBe(model.size);
        }
        for (const { key } of calls) expect(map.get(key)).toBe(model.get(textOf(key)));
      }),
    );
  });

  test("tells all integers from one another", () => {
    const map = new KeyMap<number>(KEY_RULES);
    const edges = [0, 2 ** 16, 2 ** 31, 2 ** 32, -(2 ** 31)];
    const keys = new Set(
      edges.flatMap((edge) => Array.from({ length: 4_000 }, (_, at) => edge + at - 2_000)),
    );
    for (const key of keys) if (Math.abs(key) < 2 ** 31) map.set(key, key);
    for (const key of keys) {
      if (Math.abs(key) < 2 ** 31) expect(map.get(key)).toBe(key);
    }
  });

  test("compares a key with few others, where a Map of V8 would with all of those chosen for it", () => {
    const long = "x".repeat(20_000);
    const kinds: ((index: number) => Key)[] = [
      (index) => BigInt(index) << 64n,
      (index) => `${long}${index}`,
      (index) => ["run", index],
      (index) => index / 7,
    ];
    for (const make of kinds) {
      let compared = 0;
      const map = new KeyMap<number>({
        compareKeys: (a, b) => {
          compared++;
          return KEY_RULES.compareKeys(a, b);
        },
        hashRecord: ([key]) => hashOf(key),
      });
      for (let index = 0; index < 300; index++) map.findOrAdd(make(index), index);
      for (let index = 0; index < 300; index++) expect(map.get(make(index))).toBe(index);
      expect(compared).toBeLessThan(320);
    }
  });
});

describe("a long map", () => {
  test("does what a Map does, with any number of entries beyond the limit of one", () => {
    const call = fc.record({
      kind: fc.constantFrom("set", "set", "set", "delete", "delete", "clear"),
      from: fc.nat(60),
      count: fc.integer({ min: 1, max: 30 }),
    });
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 20 }), fc.array(call), (limit, calls) => {
        const map = new LongMap<number, number>(limit);
        const model = new Map<number, number>();
        let serial = 0;
        for (const { kind, from, count } of calls) {
          if (kind === "clear" && count === 30) {
            map.clear();
            model.clear();
          }
          for (let key = from; key < from + count; key++) {
            if (kind === "set") {
              map.set(key, serial);
              model.set(key, serial++);
            } else if (kind === "delete") {
              map.delete(key);
              model.delete(key);
            }
          }
          const keys = [...Array(90).keys()];
          expect(keys.map((key) => map.get(key))).toEqual(keys.map((key) => model.get(key)));
          expect(map.size).toBe(model.size);
        }
      }),
    );
  });

  test("holds no more in one Map than its limit, and needs one again when the others are empty", () => {
    const sizes: number[] = [];
    const { set } = Map.prototype;
    Map.prototype.set = function (key, value) {
      set.call(this, key, value);
      sizes.push(this.size);
      return this;
    };
    try {
      const map = new LongMap<number, number>(10);
      for (let key = 0; key < 35; key++) map.set(key, key);
      for (let key = 0; key < 35; key++) map.set(key, key);
      expect(Math.max(...sizes)).toBe(10);
      for (let key = 0; key < 35; key++) map.delete(key);
      sizes.length = 0;
      for (let key = 0; key < 10; key++) map.set(key, key);
      expect(sizes.at(-1)).toBe(10);
    } finally {
      Map.prototype.set = set;
    }
  });
});
