import { crc32 } from "node:zlib";
import fc from "fast-check";
import { expect, test } from "vitest";
import { checksum } from "../../src/format/checksum.js";

test("is the CRC-32 of zlib, of few bytes and of many, wherever they stand and whatever came before", () => {
  const bytes = fc.uint8Array({ minLength: 1, maxLength: 300 });
  fc.assert(
    fc.property(bytes, fc.nat(), fc.nat(2 ** 32 - 1), (given, some, before) => {
      const start = some % given.length;
      expect(checksum(given, start, given.length)).toBe(crc32(given.subarray(start)));
      const end = start + 1 + (some % (given.length - start));
      const covered = given.subarray(start, end);
      expect(checksum(given, start, end, before)).toBe(crc32(covered, before));
    }),
    { numRuns: 2_000, examples: [[new Uint8Array(300).fill(255), 0, 0]] },
  );
});

test("goes on from the checksum of the bytes before", () => {
  const bytes = Buffer.from("123456789");
  expect(checksum(bytes, 0, 9)).toBe(0xcbf43926);
  expect(checksum(bytes, 4, 9, checksum(bytes, 0, 4))).toBe(0xcbf43926);
  expect(checksum(bytes, 4, 4, 7)).toBe(7);
});
