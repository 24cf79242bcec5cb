import type { StoreRecord } from "@store/core";
import fc from "fast-check";
import { Packr } from "msgpackr";
import { describe, expect, test } from "vitest";
import { decodeKey, decodeRecord, encodeKey, encodeRecord } from "../src/record-codec.js";
import { key, record } from "./support/any-value.js";
import { show } from "./support/show.js";

/** A body in the middle of a buffer, where other bodies would be. */
interface Placed {
  readonly bytes: Buffer;
  readonly start: number;
  readonly end: number;
}

function place(body: Uint8Array, before = 3): Placed {
  const bytes = Buffer.alloc(before + body.length + 7, 0xa1);
  bytes.set(body, before);
  return { bytes, start: before, end: before + body.length };
}

function decode({ bytes, start, end }: Placed): StoreRecord {
  return decodeRecord(bytes, start, end);
}

function hex(text: string): Placed {
  return place(Buffer.from(text.replaceAll(" ", ""), "hex"));
}

/** What a value becomes on its way to the disk and back, as the element of a record. */
function thereAndBack(value: unknown): unknown {
  return decode(place(encodeRecord(["key", value])))[1];
}

/** An object with one member, which is its own whatever the name. */
function member(name: string, value: unknown): object {
  return Object.fromEntries([[name, value]]);
}

describe("encodeRecord and decodeRecord", () => {
  test("bring back any record exactly, and leave the one that was given as it was", () => {
    fc.assert(
      fc.property(record, fc.nat({ max: 300 }), (given, before) => {
        const shown = show(given);
        const placed = place(encodeRecord(given), before);
        expect(show(given)).toBe(shown);
        expect(show(decode(placed))).toBe(shown);
        const { bytes, start, end } = placed;
        expect(show(decodeRecord(bytes, start, end, given[0]))).toBe(shown);
      }),
      { numRuns: 500 },
    );
  });

  test("a decoded record shares nothing with the bytes, nor with one decoded before", () => {
    fc.assert(
      fc.property(record, (given) => {
        const placed = place(encodeRecord(given));
        const first = decode(placed);
        const second = decode(placed);
        placed.bytes.fill(0xff);
        scribble(first);
        expect(show(second)).toBe(show(given));
      }),
    );
  });

  test("bytes come back as a Uint8Array with memory of its own", () => {
    const back = thereAndBack(Buffer.from("abc")) as Uint8Array;
    expect(Object.getPrototypeOf(back)).toBe(Uint8Array.prototype);
    expect(back.buffer.byteLength).toBe(3);
  });

  test.each<[string, unknown]>([
    ["-0", -0],
    ["2 ** 32", 2 ** 32],
    ["2 ** 53 + 2", 2 ** 53 + 2],
    ["2 ** 64", 2 ** 64],
    ["1n", 1n],
    ["2n ** 64n - 1n", 2n ** 64n - 1n],
    ["2n ** 64n", 2n ** 64n],
    ["-(2n ** 63n) - 1n", -(2n ** 63n) - 1n],
    ["a bigint of 100,000 digits", 10n ** 100_000n],
    ["undefined in an object and an array", { a: undefined, b: [undefined] }],
    ["a lone surrogate", "a\ud800"],
    ["a lone surrogate in a name", member("\udc00", 1)],
    ["a long text after a byte order mark", `\ufeff${"é".repeat(100)}`],
    ["a long name after a byte order mark", member(`\ufeff${"é".repeat(100)}`, 1)],
    ["a member named __proto__", member("__proto__", { polluted: true })],
    ["a member named __proto_", member("__proto_", 1)],
    ["a member named constructor", { constructor: 1 }],
    ["a member named toJSON", { toJSON: "text" }],
    ["a member named hasOwnProperty", { hasOwnProperty: null, a: 1 }],
    ["numbered names", { 1: "a", 0: "b", "-1": "c", "01": "d", "1.5": "e" }],
    ["an object without a prototype", Object.assign(Object.create(null), { a: -0 })],
    ["an invalid date", new Date(Number.NaN)],
    ["the first and the last date", [new Date(-8.64e15), new Date(8.64e15)]],
    [
      "a Map with keys of all kinds",
      new Map<unknown, unknown>([
        [{ a: 1 }, 1],
        [new Date(1), -0],
        [new Map([["a", new Set([1n])]]), "a"],
        [Uint8Array.of(1), undefined],
      ]),
    ],
    ["an array that begins with bytes", [Uint8Array.of(5), 1]],
    ["a Map in a Set in an array", [new Set([new Map([[[], {}]])])]],
  ])("bring back %s", (_name, value) => {
    expect(show(thereAndBack(value))).toBe(show(value));
  });

  test.each([
    0, 1, 2, 3, 4, 7, 8, 12, 15, 16, 17, 31, 32, 33, 63, 64, 65, 85, 127, 128, 253, 254, 255, 256,
    65_535, 65_536, 70_000,
  ])("bring back strings, lists, objects and bytes of size %i", (size) => {
    const numbers = Array.from({ length: size }, (_, index) => index);
    const values = [
      "x".repeat(size),
      "é".repeat(size),
      "\ud800".repeat(size),
      member("x".repeat(size), member("é".repeat(size), 1)),
      new Uint8Array(size).fill(7),
      2n ** BigInt(size),
      numbers,
      Object.fromEntries(numbers.map((index) => [`n${index}`, index])),
      new Map(numbers.map((index) => [index, -index])),
      new Set(numbers),
    ];
    expect(show(thereAndBack(values))).toBe(show(values));
    expect(show(decode(place(encodeRecord(["key", ...numbers]))))).toBe(show(["key", ...numbers]));
  });

  test("bring back one object in two places as two", () => {
    const shared = { at: new Date(1) };
    const [first, second] = thereAndBack([shared, shared]) as object[];
    expect(first).toEqual(shared);
    expect(second).toEqual(shared);
    expect(first).not.toBe(second);
  });

  test.each<[string, (inner: unknown) => unknown]>([
    ["arrays", (inner) => [inner]],
    ["objects", (inner) => ({ inner })],
    ["objects without a prototype", (inner) => Object.assign(Object.create(null), { inner })],
    ["Maps", (inner) => new Map([[inner, inner === "deep"]])],
    ["Sets", (inner) => new Set([inner])],
  ])("bring back a nesting of 1,000 %s", (_name, wrap) => {
    let value: unknown = "deep";
    for (let level = 0; level < 1_000; level++) value = wrap(value);
    expect(show(thereAndBack(value))).toBe(show(value));
  });

  test("leave what somebody added to Object.prototype out of the record", () => {
    const given = [{ a: 1 }, { a: -0 }];
    const added = { value: new Map(), enumerable: true, writable: true, configurable: true };
    Object.defineProperty(Object.prototype, "added", added);
    let back: unknown;
    try {
      back = given.map(thereAndBack);
    } finally {
      Reflect.deleteProperty(Object.prototype, "added");
    }
    expect(show(back)).toBe('[{"a":1},{"a":-0}]');
  });

  test("a body without stand-ins is what msgpackr makes of the record", () => {
    const plain: StoreRecord = ["key", { a: [1, 1.5, "é", 5n], b: null, c: undefined }, true];
    const packr = new Packr({ useRecords: false, variableMapSize: true });
    expect(encodeRecord(plain)).toEqual(packr.pack(plain));
    expect(encodeKey("key")).toEqual(packr.pack(["key"]));
  });

  test("a large record leaves no large buffer behind", () => {
    encodeRecord(["key", "x".repeat(4_000_000)]);
    expect(encodeRecord(["key"]).buffer.byteLength).toBeLessThan(10_000);
  });

  test("a class that no record holds is refused", () => {
    expect(() => encodeRecord(["key", new (class Own {})()])).toThrow(TypeError);
  });
});

/** What reached somebody's disk once: a change here needs a new version of the format. */
const FORMAT: readonly (readonly [name: string, body: string, record: StoreRecord])[] = [
  ["plain values", "95 a1 6b c0 c3 07 a1 76", ["k", null, true, 7, "v"]],
  [
    "numbers",
    "94 a1 6b d0 80 ce 80 00 00 00 cb 41 f0 00 00 00 00 00 00",
    ["k", -128, 2 ** 31, 2 ** 32],
  ],
  ["an array and an object", "93 a1 6b 91 01 81 a1 61 02", ["k", [1], { a: 2 }]],
  ["undefined", "92 a1 6b d4 00 00", ["k", undefined]],
  ["a small bigint", "92 a1 6b d3 00 00 00 00 00 00 00 01", ["k", 1n]],
  ["a bigint below 2 ** 64", "92 a1 6b cf ff ff ff ff ff ff ff ff", ["k", 2n ** 64n - 1n]],
  ["bytes", "92 a1 6b c4 03 00 01 ff", ["k", Uint8Array.of(1, 255)]],
  ["-0", "92 a1 6b c4 01 01", ["k", -0]],
  ["a large bigint", "92 a1 6b c4 0b 02 01 01 00 00 00 00 00 00 00 00", ["k", -(2n ** 64n)]],
  ["a lone surrogate", "92 a1 6b c4 05 03 61 00 00 d8", ["k", "a\ud800"]],
  ["a date", "92 a1 6b c4 09 04 3f f0 00 00 00 00 00 00", ["k", new Date(1)]],
  ["a Map", "92 a1 6b 93 c4 01 05 a1 61 01", ["k", new Map([["a", 1]])]],
  ["a Set", "92 a1 6b 92 c4 01 06 a1 61", ["k", new Set(["a"])]],
  [
    "odd names",
    "92 a1 6b 93 c4 01 07 a9 5f 5f 70 72 6f 74 6f 5f 5f 01",
    ["k", member("__proto__", 1)],
  ],
  [
    "no prototype",
    "92 a1 6b 93 c4 01 08 a1 61 01",
    ["k", Object.assign(Object.create(null), { a: 1 })],
  ],
];

describe("the format", () => {
  test.each(FORMAT)("of %s is what it was", (_name, body, given) => {
    expect(Buffer.from(encodeRecord(given)).toString("hex")).toBe(body.replaceAll(" ", ""));
    expect(show(decode(hex(body)))).toBe(show(given));
  });
});

describe("decodeKey", () => {
  test("returns the key of any record, and of a tombstone, as decodeRecord does", () => {
    fc.assert(
      fc.property(key, record, (given, [, ...rest]) => {
        for (const body of [encodeRecord([given, ...rest]), encodeKey(given)]) {
          const { bytes, start, end } = place(body);
          const decoded = decodeKey(bytes, start, end);
          bytes.fill(0);
          expect(show(decoded)).toBe(show(given));
        }
      }),
      { numRuns: 500 },
    );
  });

  test.each<[string, unknown[]]>([
    ["16 elements", new Array(15).fill(1)],
    ["70,000 elements", new Array(70_000).fill(1)],
  ])("returns the key of a record of %s", (_name, rest) => {
    const { bytes, start, end } = place(encodeRecord([["a", 1], ...rest]));
    expect(decodeKey(bytes, start, end)).toEqual(["a", 1]);
  });

  test.each(["x".repeat(255), "x".repeat(256), "é".repeat(200), "x".repeat(70_000)])(
    "returns a long string",
    (given) => {
      const { bytes, start, end } = place(encodeRecord([given, 1]));
      expect(decodeKey(bytes, start, end)).toBe(given);
    },
  );

  test("doesn't look at the elements after the key", () => {
    const { bytes, start, end } = hex("92 a1 6b c1");
    expect(decodeKey(bytes, start, end)).toBe("k");
  });
});

describe("damaged bytes", () => {
  test.each([
    ["no record", "a1 6b"],
    ["an empty array", "90"],
    ["a byte too many", "91 a1 6b c0"],
    ["a length beyond the end", "92 a1 6b da ff ff 61"],
    ["a huge array", "dd ff ff ff ff 01"],
    ["a huge Map", "92 01 df ff ff ff ff 01"],
    ["an array without an end", "91".repeat(100_000)],
    ["the byte that MessagePack doesn't use", "92 01 c1"],
    ["an extension", "92 01 d4 05 00"],
    ["msgpackr's Error", "92 01 d4 65 00 92 a5 45 72 72 6f 72 a1 61"],
    ["msgpackr's RegExp", "92 01 d4 78 00 92 a1 61 a0"],
    ["msgpackr's Set", "92 01 d4 73 00 90"],
    ["msgpackr's arrays of numbers", "92 01 c7 05 74 05 00 00 00"],
    ["msgpackr's cycles", "92 01 d6 69 00 00 00 01 91 d6 70 00 00 00 01"],
    ["msgpackr's references", "93 01 d6 69 00 00 00 01 90 d6 70 00 00 00 01"],
    ["MessagePack's time", "92 01 d6 ff 00 00 00 01"],
    ["a stand-in without a kind", "92 01 c4 00"],
    ["a stand-in of an unknown kind", "92 01 c4 01 63"],
    ["an array with a head of an unknown kind", "92 01 91 c4 01 63"],
    ["a head outside of an array", "92 01 c4 01 05"],
    ["a head as the key", "93 c4 01 05 01 02"],
    ["a date cut short", "92 01 c4 02 04 00"],
    ["a bigint without a magnitude", "92 01 c4 01 02"],
    ["a name that is no string", "92 01 93 c4 01 07 01 02"],
  ])("%s: throws", (_name, body) => {
    expect(() => decode(hex(body))).toThrow(Error);
  });

  test("a body that is cut anywhere throws", () => {
    for (const [, body] of FORMAT) {
      const { bytes, start, end } = hex(body);
      for (let cut = start + 1; cut < end; cut++) {
        expect(() => decodeRecord(bytes, start, cut)).toThrow(Error);
      }
      expect(() => decodeRecord(bytes, start, start)).toThrow(RangeError);
      expect(() => decodeRecord(bytes, start, bytes.length + 1)).toThrow(RangeError);
    }
  });

  test("a key that is cut anywhere throws", () => {
    for (const given of [
      "key",
      300,
      70_000,
      -70_000,
      1.5,
      5n,
      ["a", 1],
      Uint8Array.of(1),
      "x".repeat(300),
    ]) {
      const { bytes, start, end } = place(encodeKey(given));
      for (let cut = start; cut < end; cut++) {
        expect(() => decodeKey(bytes, start, cut)).toThrow(Error);
      }
      expect(decodeKey(bytes, start, end)).toEqual(given);
    }
  });

  test("bytes of any kind throw, or give what a record can hold, and change no prototype", () => {
    const body = fc.oneof(
      fc.uint8Array({ minLength: 1, maxLength: 60 }),
      // Where extensions and stand-ins begin.
      fc
        .array(
          fc.constantFrom(
            0x91,
            0x92,
            0x81,
            0xa1,
            0xc1,
            0xc4,
            0xc7,
            0xd4,
            0xd5,
            0xd6,
            0x42,
            0x62,
            0x65,
            0x69,
            0x70,
            0x72,
            0x73,
            0x74,
            0x78,
            0,
            1,
            2,
            5,
            7,
            8,
            0xff,
          ),
          { minLength: 1, maxLength: 40 },
        )
        .map((bytes) => Uint8Array.from(bytes)),
      fc
        .tuple(
          record,
          fc.array(fc.tuple(fc.nat(), fc.nat({ max: 255 })), { minLength: 1, maxLength: 3 }),
        )
        .map(([given, changes]) => {
          const bytes = encodeRecord(given).slice();
          for (const [at, byte] of changes) bytes[at % bytes.length] = byte;
          return bytes;
        }),
    );
    const names = Object.getOwnPropertyNames(Object.prototype);
    fc.assert(
      fc.property(body, (bytes) => {
        const placed = place(bytes);
        showUnlessThrown(() => decode(placed));
        showUnlessThrown(() => decodeKey(placed.bytes, placed.start, placed.end));
        expect(Object.getOwnPropertyNames(Object.prototype)).toEqual(names);
      }),
      { numRuns: 1_500 },
    );
  });

  test("after a failure the next record is decoded as ever", () => {
    const good = place(encodeRecord(["key", { at: new Date(1) }]));
    for (const bad of ["92 01 c1", "92 01 92", "91 a1 6b c0", "91".repeat(100_000)]) {
      const { bytes, start, end } = hex(bad);
      expect(() => decodeRecord(bytes, start, end)).toThrow(Error);
      expect(decode(good)).toEqual(["key", { at: new Date(1) }]);
    }
  });
});

/** Fails, by {@link show}, for what a record can't hold. */
function showUnlessThrown(decode: () => unknown): void {
  let decoded: unknown;
  try {
    decoded = decode();
  } catch (error) {
    expect(error).toBeInstanceOf(Error);
    return;
  }
  show(decoded);
}

/** Changes everything in a record that can be changed. */
function scribble(value: unknown): void {
  if (typeof value !== "object" || value === null) return;
  if (value instanceof Map || value instanceof Set) {
    for (const part of value instanceof Map ? [...value].flat() : [...value]) scribble(part);
    value.clear();
  } else if (value instanceof Date) {
    value.setTime(0);
  } else if (value instanceof Uint8Array) {
    value.fill(0xee);
  } else {
    for (const [name, part] of Object.entries(value)) {
      scribble(part);
      Reflect.deleteProperty(value, name);
    }
  }
}
