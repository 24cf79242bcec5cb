import { expect, test } from "vitest";
import { formatBytes, formatDuration, formatRate } from "../../src/output/measure.js";

test.each([
  [0.0854, "85 µs"],
  [3.14, "3.1 ms"],
  [240.4, "240 ms"],
  [1_540, "1.5 s"],
])("%d ms is %s", (milliseconds, text) => {
  expect(formatDuration(milliseconds)).toBe(text);
});

test("a rate has two digits that mean something", () => {
  expect(formatRate(135_233, 762)).toBe("180,000/s");
});

test.each([
  [999, "999 bytes"],
  [4_120, "4.1 kB"],
  [12_345_678, "12.3 MB"],
])("%d bytes are %s", (bytes, text) => {
  expect(formatBytes(bytes)).toBe(text);
});
