import type { Key } from "@store/core";
import { expect, test } from "vitest";
import { readCommonKey } from "../src/key-reader.js";
import { encodeKey } from "../src/record-codec.js";

const integers = [0, 127, 200, 60_000, 2 ** 31, -1, -100, -1_000, -100_000];
const bigints = [1n, -1n, 2n ** 63n - 1n, -(2n ** 63n), 2n ** 63n];
const others = [null, false, true, 1.5, "", "short", "long".repeat(20), new Uint8Array([1, 2])];

test("a key of each kind is read as it was written, and not if it is cut off", () => {
  for (const key of [...integers, ...bigints, ...others, ["a", 1, [2n]]] satisfies Key[]) {
    // Behind how many elements there are.
    const bytes = Buffer.from(encodeKey(key)).subarray(1);
    expect(readCommonKey(bytes, 0, bytes.length)).toEqual(key);
    expect(readCommonKey(bytes, 0, bytes.length - 1)).toBeUndefined();
  }
});
