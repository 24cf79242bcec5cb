import { expect, test } from "vitest";
import { isSmall } from "../src/small-values.js";

test.each([
  ["null", null],
  ["a number", 12],
  ["a text of 200", "x".repeat(200)],
  ["some values", { a: [1, 2n, new Date(), new Map([["k", new Set([1])]])] }],
  ["100 bytes", new Uint8Array(100)],
])("%s is kept with its checkpoint", (_name, value) => {
  expect(isSmall(["", value])).toBe(true);
});

test.each([
  ["a text", "x".repeat(300)],
  ["a list", Array.from({ length: 100 }, () => 0)],
  ["texts", { text: ["y".repeat(150), "z".repeat(150)] }],
  ["a bigint", 2n ** 2_000n],
  ["bytes", new Uint8Array(300)],
  ["a buffer", new Uint8Array(300).buffer],
  ["a key of a Map", new Map([["x".repeat(300), 1]])],
])("what is longer, %s, is stored by itself", (_name, value) => {
  expect(isSmall(["", value])).toBe(false);
});

test("no more is looked at than what is small", () => {
  let read = 0;
  const list = Array.from({ length: 100 }, () =>
    Object.defineProperty({}, "a", { enumerable: true, get: () => `${"x".repeat(90)}${read++}` }),
  );
  expect(isSmall(["json", list])).toBe(false);
  expect(read).toBeLessThan(5);
});
