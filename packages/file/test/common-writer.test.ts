import type { StoreRecord } from "@store/core";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { writeCommonKey, writeCommonRecord } from "../src/common-writer.js";
import { encodeRecord } from "../src/record-codec.js";
import { record } from "./support/any-value.js";

const START = 3;

/** What is written of a record; undefined if it isn't. */
function written(given: StoreRecord, room = 2 ** 19): Buffer | undefined {
  const buffer = Buffer.alloc(START + room);
  const end = writeCommonRecord(buffer, START, given);
  return end < 0 ? undefined : buffer.subarray(START, end);
}

function encoded(given: StoreRecord): Buffer {
  return Buffer.from(encodeRecord(given));
}

describe("writeCommonRecord", () => {
  test("writes any record as encodeRecord does, or not at all", () => {
    fc.assert(
      fc.property(record, (given) => {
        const bytes = written(given);
        if (bytes !== undefined) expect(bytes).toEqual(encoded(given));
      }),
      { numRuns: 1_000 },
    );
  });

  test.each<[string, unknown]>([
    ["constants", [null, true, false]],
    ["small integers", [0, 1, 127, -1, -32]],
    ["integers of a byte", [128, 255, -33, -128]],
    ["integers of two bytes", [256, 65_535, -129, -32_768]],
    ["integers of four bytes", [65_536, 2 ** 32 - 1, -32_769, -(2 ** 31)]],
    ["other numbers", [0.5, 2 ** 32, -(2 ** 31) - 1, Number.NaN, Number.NEGATIVE_INFINITY]],
    ["short strings", ["", "a", "é", "a".repeat(24), "é".repeat(15)]],
    ["strings", ["a".repeat(25), "a".repeat(32), "a".repeat(255), "é".repeat(40)]],
    ["long strings", ["a".repeat(256), "a".repeat(65_535), "é".repeat(300)]],
    ["arrays in arrays", [[], [[1], ["a"]]]],
  ])("writes %s", (_name, values) => {
    expect(written(["key", values])).toEqual(encoded(["key", values]));
  });

  test.each<[string, unknown]>([
    ["-0", -0],
    ["a lone surrogate", "\ud800"],
    ["a lone surrogate in a longer string", `${"a".repeat(30)}\ud800`],
    ["a byte order mark", "\ufeff"],
    ["a short string of many bytes", "é".repeat(16)],
    ["a string of more bytes than its length needs", "é".repeat(200)],
    ["a very long string", "a".repeat(65_536)],
    ["a bigint", 1n],
    ["undefined", undefined],
    ["an object", { a: 1 }],
    ["bytes", new Uint8Array(1)],
    ["a long array", new Array(16).fill(0)],
  ])("leaves %s to msgpackr", (_name, value) => {
    expect(written(["key", value])).toBeUndefined();
  });

  test("leaves a record alone for which there isn't room, or may not be", () => {
    for (const given of ["a", "a".repeat(30), 1, 2 ** 20, 0.5, true, null, []]) {
      const { length } = encoded([given]);
      for (let room = 0; room < length; room++) expect(written([given], room)).toBeUndefined();
      expect(written([given], 5 + 3 * length)).toHaveLength(length);
    }
  });
});

test("writeCommonKey writes a key as it stands in a record, and none for which there is no room", () => {
  for (const key of [true, null, "key", 1, 1_000]) {
    const body = encoded([key]).subarray(1);
    const buffer = Buffer.alloc(START + 64);
    expect(writeCommonKey(buffer, START, key)).toBe(START + body.length);
    expect(buffer.subarray(START, START + body.length)).toEqual(body);
    expect(writeCommonKey(Buffer.alloc(START), START, key)).toBe(-1);
  }
});
