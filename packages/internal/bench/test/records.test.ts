import { expect, test } from "vitest";
import { LEAST } from "../src/benchmarks/loop.js";
import { makeRecords, readAnew, sizeOf, toText } from "../src/records.js";

test("records are the same each time, in ascending order, all different, and as long as they say", () => {
  const { keys, values, shuffled } = makeRecords(100_000);
  expect(keys.every((key) => key.length === 10)).toBe(true);
  expect(keys.every((key, index) => index === 0 || key > (keys[index - 1] as string))).toBe(true);
  const texts = values.map(toText);
  expect(texts.every((text) => text.length >= 90 && text.length <= 101)).toBe(true);
  expect(new Set(texts).size).toBe(values.length);
  expect(values.every((value) => sizeOf(value) >= LEAST)).toBe(true);
  expect(shuffled).not.toEqual(keys);
  expect(new Set(shuffled)).toEqual(new Set(keys));
  expect(makeRecords(100)).toEqual(makeRecords(100));
});

test("texts are as long as objects", () => {
  const { keys, values } = makeRecords(1_000, "texts");
  expect(values.every((value) => sizeOf(value) === 90)).toBe(true);
  expect(keys).toEqual(makeRecords(1_000).keys);
});

test("keys that are read anew are the same", () => {
  const records = makeRecords(1_000);
  expect(readAnew(records).shuffled).toEqual(records.shuffled);
});
