import fc from "fast-check";
import { describe, expect, test } from "vitest";
import {
  decodeElements,
  decodeKey,
  encodeElements,
  encodeElementsInto,
  encodeKey,
  encodeRecord,
  type StoreRecord,
  viewElements,
} from "../../src/index.js";
import { record } from "../support/any-value.js";
import { show } from "../support/show.js";

const corrupt = expect.objectContaining({ code: "STORE_CORRUPT", name: "CodecError" });

describe("encodeElements", () => {
  test("has all of a record but its key, which is kept beside it", () => {
    fc.assert(
      fc.property(record, fc.nat({ max: 5 }), (given, margin) => {
        const encoded = encodeElements(given);
        const key = decodeKey(encodeKey(given[0]));
        expect(show(decodeElements(key, encoded))).toBe(show(given));
        expect(encoded.length).toBeLessThan(encodeRecord(given).length);
        const target = Buffer.alloc(3 * encoded.length + 300, 9);
        const end = encodeElementsInto(given, target, margin);
        expect(target.subarray(margin, end)).toEqual(Buffer.from(encoded));
        expect(show(decodeElements(key, target, margin, end))).toBe(show(given));
      }),
      { numRuns: 300 },
    );
  });

  test("is the same whatever the key, and takes two bytes for a key alone", () => {
    expect(encodeElements(["a", 1, { b: 2 }])).toEqual(encodeElements([[2n, "x"], 1, { b: 2 }]));
    expect(encodeElements(["a"])).toHaveLength(2);
    expect(decodeElements("b", encodeElements(["a"]))).toEqual(["b"]);
  });

  test("refuses what no record holds, and an array without a key", () => {
    const invalidRecord = expect.objectContaining({ code: "STORE_INVALID_RECORD" });
    expect(() => encodeElements(["key", () => 1])).toThrow(invalidRecord);
    expect(() => encodeElements([] as unknown as StoreRecord)).toThrow(invalidRecord);
  });
});

describe("decodeElements", () => {
  test("throws for bytes that are cut off, go on, or are of another version", () => {
    const encoded = encodeElements(["key", "value", 5]);
    for (let end = 0; end < encoded.length; end++) {
      expect(() => decodeElements("key", encoded, 0, end)).toThrow(corrupt);
    }
    expect(() => decodeElements("key", Buffer.concat([encoded, encoded]))).toThrow(corrupt);
    expect(() => decodeElements("key", Uint8Array.of(9, ...encoded.subarray(1)))).toThrow(corrupt);
  });
});

describe("viewElements", () => {
  test("makes the record that decodeElements makes", () => {
    fc.assert(
      fc.property(record, (given) => {
        const encoded = encodeElements(given);
        expect(show(viewElements(given[0], encoded))).toBe(show(decodeElements(given[0], encoded)));
      }),
      { numRuns: 300 },
    );
  });

  test("copies no bytes that are a Uint8Array, wherever they are, and all others", () => {
    const bytes = () => Uint8Array.of(1, 2, 3);
    const record = [
      "key",
      bytes(),
      { deep: [new Map([["k", bytes()]])] },
      bytes().buffer,
      Uint16Array.of(0x0101),
    ] as const;
    const encoded = encodeElements(record);
    const [, first, { deep }, buffer, others] = viewElements(
      "key",
      encoded,
    ) as unknown as typeof record;
    const views = [first, deep[0]?.get("k")];
    expect(views).toEqual([bytes(), bytes()]);
    encoded.fill(9);
    expect(views).toEqual([Uint8Array.of(9, 9, 9), Uint8Array.of(9, 9, 9)]);
    expect([...new Uint8Array(buffer)]).toEqual([1, 2, 3]);
    expect([...others]).toEqual([0x0101]);
  });
});
