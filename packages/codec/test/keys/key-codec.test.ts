import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { decodeKey, encodeKey, encodeKeyInto, type Key, MAX_DEPTH } from "../../src/index.js";
import { key } from "../support/any-key.js";

function nested(depth: number): Key {
  let tuple: Key = "deep";
  for (let level = 0; level < depth; level++) tuple = [tuple];
  return tuple;
}

const invalidKey = expect.objectContaining({ code: "STORE_INVALID_KEY" });
const corrupt = expect.objectContaining({ code: "STORE_CORRUPT", name: "CodecError" });

describe("encodeKey", () => {
  test("gives bytes from which decodeKey makes the key", () => {
    fc.assert(
      fc.property(key, fc.nat({ max: 5 }), (given, margin) => {
        const encoded = encodeKey(given);
        expect(decodeKey(encoded)).toEqual(given);
        const placed = Buffer.concat([Buffer.alloc(margin, 7), encoded, Buffer.alloc(margin, 7)]);
        expect(decodeKey(placed, margin, margin + encoded.length)).toEqual(given);
      }),
      { numRuns: 3_000 },
    );
  });

  test("takes -0 for 0, also in a tuple", () => {
    expect(encodeKey(-0)).toEqual(encodeKey(0));
    expect(decodeKey(encodeKey([-0]))).toEqual([0]);
  });

  test.each<[string, readonly Key[], number]>([
    ["zero", [0, 0n], 1],
    ["integers to 63", [1, -1, 63, -63, 63n, -63n], 2],
    ["integers to 16,383", [64, -64, 255, 16_383, -16_383, 16_383n], 3],
    ["milliseconds since 1970", [Date.UTC(2030, 0)], 7],
    ["unsigned integers of 64 bits", [2n ** 64n - 1n], 10],
    ["fractions", [0.1, -0.1, 1.5, 19.99], 9],
    ["a large number", [1e300], 14],
    ["ten ASCII characters", ["0123456789"], 12],
    ["a UUID as bytes", [new Uint8Array(16).fill(7)], 18],
  ])("takes few bytes for %s", (_kind, keys, size) => {
    for (const given of keys) expect(encodeKey(given)).toHaveLength(size);
  });

  test("refuses what is no key", () => {
    const cycle: unknown[] = [];
    cycle.push(cycle);
    const hole = new Array(1);
    const others = [
      Number.NaN,
      undefined,
      {},
      new Date(),
      new Uint16Array(1),
      Symbol("key"),
      () => 1,
      cycle,
      hole,
    ];
    for (const other of others) {
      expect(() => encodeKey(other as Key)).toThrow(invalidKey);
      expect(() => encodeKey(["a", other as Key])).toThrow(invalidKey);
    }
    expect(decodeKey(encodeKey("as ever, afterwards\0"))).toBe("as ever, afterwards\0");
  });

  test(`takes tuples that nest ${MAX_DEPTH} deep, and no deeper`, () => {
    expect(decodeKey(encodeKey(nested(MAX_DEPTH)))).toEqual(nested(MAX_DEPTH));
    expect(() => encodeKey(nested(MAX_DEPTH + 1))).toThrow(invalidKey);
    const deeper = [0x60, ...encodeKey(nested(MAX_DEPTH)), 0];
    expect(() => decodeKey(Uint8Array.from(deeper))).toThrow(corrupt);
    expect(() => decodeKey(new Uint8Array(1_000_000).fill(0x60))).toThrow(corrupt);
  });

  test("encodes long strings and bytes", () => {
    for (const given of [
      "x".repeat(100_000),
      "é\0中\ud800".repeat(30_000),
      new Uint8Array(100_000),
    ]) {
      expect(decodeKey(encodeKey(given))).toEqual(given);
    }
  });

  test("returns bytes in a buffer of their own, which a later call doesn't change", () => {
    for (const given of ["short", "é", 300, ["a", 1]]) {
      const encoded = encodeKey(given);
      expect(encoded.buffer.byteLength).toBe(encoded.length);
      const before = encoded.slice();
      encodeKey([["another", given]]);
      expect(encoded).toEqual(before);
    }
  });

  test("encodes a tuple whose getter encodes another key", () => {
    const tuple = ["a", "b"];
    Object.defineProperty(tuple, 1, {
      get: () => decodeKey(encodeKey("b\0")),
      enumerable: true,
    });
    expect(decodeKey(encodeKey(tuple))).toEqual(["a", "b\0"]);
  });
});

describe("encodeKeyInto", () => {
  test("writes what encodeKey returns, and says where it ends", () => {
    fc.assert(
      fc.property(key, (given) => {
        const encoded = encodeKey(given);
        const target = Buffer.alloc(3 * encoded.length + 300);
        const end = encodeKeyInto(given, target, 5);
        expect(target.subarray(5, end)).toEqual(Buffer.from(encoded));
      }),
      { numRuns: 1_000 },
    );
  });

  test("returns -1 where there is no room, and writes nothing outside of the target", () => {
    for (const given of ["a string", ["a", 1n], 2n ** 100n, new Uint8Array(9)]) {
      const { length } = encodeKey(given);
      for (let room = 0; room < length; room++) {
        const whole = Buffer.alloc(room + 8, 7);
        expect(encodeKeyInto(given, whole.subarray(4, 4 + room), 0)).toBe(-1);
        expect(whole.subarray(0, 4)).toEqual(Buffer.alloc(4, 7));
        expect(whole.subarray(4 + room)).toEqual(Buffer.alloc(4, 7));
      }
    }
    expect(decodeKey(encodeKey("as ever, afterwards\0"))).toBe("as ever, afterwards\0");
  });
});

describe("decodeKey", () => {
  test("shares nothing with what it reads", () => {
    const encoded = encodeKey(Uint8Array.of(5, 6, 7));
    const decoded = decodeKey(encoded) as Uint8Array;
    encoded.fill(9);
    expect(decoded).toEqual(Uint8Array.of(5, 6, 7));
    expect(decoded.buffer.byteLength).toBe(3);
  });

  test("throws for bytes that are cut, or go on", () => {
    fc.assert(
      fc.property(key, (given) => {
        const encoded = encodeKey(given);
        for (let cut = 0; cut < encoded.length; cut += Math.ceil(encoded.length / 50)) {
          expect(() => decodeKey(encoded, 0, cut)).toThrow(corrupt);
        }
        expect(() => decodeKey(Uint8Array.of(...encoded, 0))).toThrow(corrupt);
      }),
      { numRuns: 1_000 },
    );
  });

  test("throws for all bytes but those that encodeKey returns", () => {
    const anyBytes = fc.oneof(
      fc.uint8Array({ minLength: 1, maxLength: 30 }),
      fc
        .array(
          fc.constantFrom(
            0,
            1,
            2,
            3,
            4,
            0x10,
            0x21,
            0x22,
            0x2a,
            0x2b,
            0x2c,
            0x2e,
            0x2f,
            0x30,
            0x37,
          ),
          { minLength: 1, maxLength: 12 },
        )
        .map((all) => Uint8Array.from(all)),
      fc
        .tuple(fc.constantFrom(0x21, 0x38), fc.uint8Array({ minLength: 11, maxLength: 16 }))
        .map(([tag, rest]) =>
          Uint8Array.of(tag, tag < 0x30 ? 255 : 0, 0xff * +(tag < 0x30), ...rest),
        ),
      fc.tuple(key, fc.nat(), fc.nat({ max: 255 })).map(([given, at, byte]) => {
        const encoded = encodeKey(given);
        encoded[at % encoded.length] = byte;
        return encoded;
      }),
    );
    fc.assert(
      fc.property(anyBytes, (bytes) => {
        let decoded: Key;
        try {
          decoded = decodeKey(bytes);
        } catch (error) {
          expect(error).toEqual(corrupt);
          return;
        }
        expect(encodeKey(decoded)).toEqual(bytes);
      }),
      { numRuns: 3_000 },
    );
  });

  test.each([
    ["no bytes", ""],
    ["an unknown tag", "ff"],
    ["an end alone", "00"],
    ["an integer with a byte too many", "300004"],
    ["an integer that is 0", "2f00"],
    ["an integer with an unknown suffix", "2f07"],
    ["a fraction of more bits than a number has", "2f2a21000000000001"],
    ["a fraction that is 0", "2e0000000000000000"],
    ["a fraction that is 1", "2e3ff0000000000000"],
    ["a fraction that is NaN", "2e7ff8000000000000"],
    ["a fraction below an integer", "2f0600000000000000"],
    ["more digits than a number has", "3580000000000004"],
    ["a fraction that a number so large doesn't have", "358000000000000280000000000000"],
    ["a large number that is small", "38000000090000000000000001 00"],
    ["a large number above all", "38000000818000000000000000 00"],
    ["a large number of too many digits", "380000000bffffffffffffffff 00"],
    ["a large bigint whose rest isn't 0, though it says so", "38000000094000000000000000 01 01"],
    ["a large bigint whose rest is 0, though it says no", "38000000094000000000000000 02 00"],
    ["a large bigint with an unknown suffix", "38000000094000000000000000 03 00"],
    ["a large bigint that isn't there", "38ffffffff4000000000000000 02 00"],
    ["an escape of another byte", "40010300"],
    ["an escape at the end", "4001"],
    ["a character of two bytes that needs one", "40c08000"],
    ["a character of three bytes that needs two", "40e0808000"],
    ["a character of four bytes", "40f09f988000"],
    ["a character cut short", "40c300"],
    ["bytes with an escape of another", "50010300"],
    ["bytes that end in an escape", "50050100"],
  ])("throws for %s", (_what, hex) => {
    const bytes = Buffer.from(hex.replaceAll(" ", ""), "hex");
    expect(() => decodeKey(bytes)).toThrow(corrupt);
  });

  test("throws for what is outside of the bytes", () => {
    const bytes = encodeKey("a");
    for (const [start, end] of [
      [-1, 2],
      [2, 1],
      [0, 4],
      [Number.NaN, 2],
    ] as const) {
      expect(() => decodeKey(bytes, start, end)).toThrow(corrupt);
    }
  });
});
