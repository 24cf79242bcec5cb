import { runInNewContext } from "node:vm";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { compareBytes, compareWords, equalBytes } from "../../src/values/bytes.js";

/** The order by definition. */
function compareSlowly(a: Uint8Array, b: Uint8Array): number {
  const at = a.findIndex((byte, index) => byte !== b[index]);
  return at < 0 || at >= b.length ? a.length - b.length : (a[at] as number) - (b[at] as number);
}

/** Bytes somewhere in memory, of lengths around those at which another way is taken. */
const placed = fc
  .record({
    length: fc.oneof(
      fc.nat(20),
      fc.integer({ min: 40, max: 70 }),
      fc.integer({ min: 990, max: 1_010 }),
    ),
    offset: fc.nat(9),
    changes: fc.array(fc.tuple(fc.nat(1_010), fc.nat(255)), { maxLength: 2 }),
  })
  .map(({ length, offset, changes }) => {
    const bytes = new Uint8Array(new ArrayBuffer(length + offset), offset);
    for (const [index, byte] of changes) if (index < length) bytes[index] = byte;
    return bytes;
  });

describe.each([
  ["compareBytes", compareBytes],
  ["compareWords, for runtimes without Buffer,", compareWords],
])("%s", (_name, compare) => {
  test("has the sign of the first difference, or of the lengths, wherever the bytes lie", () => {
    fc.assert(
      fc.property(placed, placed, (a, b) => {
        expect(Math.sign(compare(a, b))).toBe(Math.sign(compareSlowly(a, b)));
        expect(equalBytes(a, b)).toBe(compareSlowly(a, b) === 0);
      }),
      { numRuns: 2_000 },
    );
  });

  test("finds a difference at any place", () => {
    const a = new Uint8Array(130);
    for (let index = 0; index < a.length; index++) {
      const b = a.slice();
      b[index] = 1;
      expect([Math.sign(compare(a, b)), Math.sign(compare(b, a))]).toEqual([-1, 1]);
    }
  });

  test("takes bytes of another realm", () => {
    const [foreign, other]: Uint8Array[] = runInNewContext(
      "[new Uint8Array(100), new Uint8Array(100).fill(1)]",
    );
    const own = new Uint8Array(100);
    if (foreign === undefined || other === undefined) throw new Error("the context made none");
    expect(compare(own, foreign)).toBe(0);
    expect(Math.sign(compare(other, own))).toBe(1);
  });
});
