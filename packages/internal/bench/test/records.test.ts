import { expect, test } from "vitest";
import { makeRecords } from "../src/records.js";

test("records are the same each time, in ascending order, all different, and as long as they say", () => {
  const { keys, values, shuffled } = makeRecords(100_000);
  expect(keys.every((key) => key.length === 10)).toBe(true);
  expect(keys.every((key, index) => index === 0 || key > (keys[index - 1] as string))).toBe(true);
  expect(values.every((value) => value.length === 90)).toBe(true);
  expect(new Set(values).size).toBe(values.length);
  expect(shuffled).not.toEqual(keys);
  expect(new Set(shuffled)).toEqual(new Set(keys));
  expect(makeRecords(100)).toEqual(makeRecords(100));
});
