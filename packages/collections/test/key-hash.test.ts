import type { Key } from "@store/core";
import { describe, expect, test } from "vitest";
import { equalKeys, hashKey } from "../src/key-hash.js";

/** Each of another key; made anew at each call. */
function keys(): Key[] {
  const bytes = (...values: number[]) => Uint8Array.from(values);
  return [
    ...[0, 1, -1, 2 ** 31, 2 ** 53, 0.5, 1e300, Infinity, -Infinity],
    ...[0n, 1n, -1n, 2n ** 80n],
    ...["", "a", "ab", "b", "0", "1", "\ud800", "é"],
    ...[null, true, false],
    ...[bytes(), bytes(0), bytes(1), bytes(1, 2), bytes(49)],
    ...[[], [[]], [0], [1], [1n], ["1"], [1, 2], [2, 1], [[1], 2], [null], [false], [bytes(1)]],
  ];
}

describe("keys", () => {
  test("are equal exactly to themselves, by type and content, and then have one hash", () => {
    for (const [index, key] of keys().entries()) {
      for (const [other, copy] of keys().entries()) {
        const label = `${index} and ${other}`;
        expect(equalKeys(key, copy), label).toBe(index === other);
        if (index === other) expect(hashKey(key), label).toBe(hashKey(copy));
      }
    }
  });

  test("-0 is 0, and bytes are bytes in whatever class", () => {
    expect(equalKeys(-0, 0)).toBe(true);
    expect(hashKey(-0)).toBe(hashKey(0));
    expect(equalKeys(Buffer.from([1, 2]), Uint8Array.of(1, 2))).toBe(true);
    expect(hashKey(Buffer.from([1, 2]))).toBe(hashKey(Uint8Array.of(1, 2)));
  });

  test("have hashes of their own, but for few of many", () => {
    const kinds: ((index: number) => Key)[] = [
      (index) => index,
      (index) => index / 8,
      (index) => index * 2 ** 32,
      (index) => `session:${index}`,
      (index) => ["run", index],
      (index) => BigInt(index) << 64n,
    ];
    for (const key of kinds) {
      const hashes = new Set(Array.from({ length: 20_000 }, (_, index) => hashKey(key(index))));
      expect(hashes.size).toBeGreaterThan(19_980);
    }
  });
});
