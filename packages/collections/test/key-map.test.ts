import type { Key } from "@store/core";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { KeyMap } from "../src/key-map.js";
import { LongMap } from "../src/long-map.js";
import { KEY_RULES } from "./support/key-rules.js";

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
