import fc from "fast-check";
import { expect, test } from "vitest";
import { VarintReader, varintBytes, writeVarint } from "../../src/format/varint.js";

const number = fc.oneof(
  fc.maxSafeNat(),
  fc.nat(2 ** 15),
  fc
    .tuple(fc.nat(52), fc.integer({ min: -1, max: 1 }))
    .map(([exponent, more]) => 2 ** exponent + more),
);

test("numbers are read as they were written, one after another", () => {
  fc.assert(
    fc.property(fc.array(number), (numbers) => {
      const bytes = new Uint8Array(3 + 8 * numbers.length);
      let end = 3;
      for (const each of numbers) {
        const start = end;
        end = writeVarint(bytes, start, each);
        expect(end - start).toBe(varintBytes(each));
      }
      const reader = new VarintReader(bytes, 3);
      expect(numbers.map(() => reader.next())).toEqual(numbers);
      expect(reader.at).toBe(end);
    }),
  );
});

test.each([
  [0, "00"],
  [0x7f, "7f"],
  [0x80, "8001"],
  [300, "ac02"],
  [2 ** 32, "8080808010"],
  [Number.MAX_SAFE_INTEGER, "ffffffffffffff0f"],
])("%d is %s", (value, hex) => {
  const bytes = new Uint8Array(8);
  const end = writeVarint(bytes, 0, value);
  expect(Buffer.from(bytes.subarray(0, end)).toString("hex")).toBe(hex);
});

test("one that doesn't end, ends with the bytes", () => {
  const reader = new VarintReader(new Uint8Array(1_000).fill(0xff), 0);
  expect(reader.next()).not.toBeLessThan(2 ** 53);
  expect(reader.at).toBeGreaterThanOrEqual(1_000);
});
