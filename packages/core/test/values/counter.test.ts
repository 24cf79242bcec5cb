import { describe, expect, test } from "vitest";
import { type CounterOp, count, counterStep, type Integer } from "../../src/values/counter.js";

const MAX = Number.MAX_SAFE_INTEGER;
const counted = (value: unknown, op: CounterOp) => count(value, counterStep(op));

describe("count", () => {
  test.each<[Integer, CounterOp, Integer]>([
    [1, 2, 3],
    [1, -2, -1],
    [1, [3, 2], 3],
    [9, [2, 1, 10, 0], 10],
    [10, [2, 1, 10, 0], 0],
    [10, [2, 0, 9, 0], 0],
    [1, [2, -1, 0, 9], 0],
    [0, [2, -1, 0, 9], 9],
    [MAX - 1, 1, MAX],
    [1 - MAX, -1, -MAX],
    [MAX, [2, MAX, MAX, 0], 0],
    [MAX, [2, 1, MAX, 7], 7],
    [-MAX, [2, -1, -MAX, 7], 7],
    [1n, 2, 3n],
    [1n, 2n, 3n],
    [BigInt(MAX), 1, BigInt(MAX) + 1n],
    [10n ** 40n, [2, 1n, 10n ** 40n, -1], -1n],
    [5n, [2, -6, 0, 0n], 0n],
  ])("of %o by %o is %o", (value, op, expected) => {
    expect(counted(value, op)).toBe(expected);
  });

  test.each<[Integer, CounterOp]>([
    [MAX, 1],
    [-MAX, -1],
    [MAX, MAX],
    [1, [2, MAX, 2 ** 52, MAX].slice(0, 2) as unknown as CounterOp],
  ])("of %o by %o leaves the safe integers: STORE_COUNTER_OVERFLOW", (value, op) => {
    expect(() => counted(value, op)).toThrow(
      expect.objectContaining({ code: "STORE_COUNTER_OVERFLOW" }),
    );
  });

  test.each<[unknown, CounterOp]>([
    ["1", 1],
    [1.5, 1],
    [Number.NaN, 1],
    [Infinity, -1],
    [MAX + 1, -1],
    [null, 1],
    [undefined, 1],
    [{}, 1],
    [1, 1n],
    [1, [2, 1, 5n, 0]],
    [1, [2, 1, 5, 0n]],
  ])("of %o by %o can't be: STORE_INVALID_OPERATION", (value, op) => {
    expect(() => counted(value, op)).toThrow(
      expect.objectContaining({ code: "STORE_INVALID_OPERATION" }),
    );
  });
});

describe("counterStep", () => {
  test.each<[CounterOp, object]>([
    [1, { position: 2, increment: 1, bound: undefined }],
    [-1n, { position: 2, increment: -1n, bound: undefined }],
    [[3, 1], { position: 3, increment: 1, bound: undefined }],
    [[3, 1, 5, 0], { position: 3, increment: 1, bound: { threshold: 5, setValue: 0 } }],
  ])("of %o is %o", (op, step) => {
    expect(counterStep(op)).toEqual(step);
  });

  test.each([
    [undefined],
    [null],
    ["1"],
    [1.5],
    [Number.NaN],
    [2 ** 53],
    [[]],
    [[2]],
    [[2, 1, 5]],
    [[2, 1, 5, 0, 0]],
    [[1, 1]],
    [[0, 1]],
    [[2.5, 1]],
    [["2", 1]],
    [[2, "1"]],
    [[2, 1, "5", 0]],
    [[2, 1, 5, undefined]],
  ])("of %o can't be: STORE_INVALID_OPERATION", (op) => {
    expect(() => counterStep(op)).toThrow(
      expect.objectContaining({ code: "STORE_INVALID_OPERATION" }),
    );
  });
});
