import { expect, test } from "vitest";
import { summarize } from "../src/run/statistics.js";

test("of an odd number of values the middle one is the median", () => {
  expect(summarize([30, 10, 20])).toEqual({ median: 20, low: 10, high: 30 });
});

test("of an even number of values the mean of the middle two is the median", () => {
  expect(summarize([40, 10, 30, 20]).median).toBe(25);
});
