import fc from "fast-check";
import { describe, expect, test } from "vitest";
import {
  decodeRecord,
  decodeRecordKey,
  encodeRecord,
  encodeRecordInto,
  MAX_DEPTH,
  type StoreRecord,
} from "../../src/index.js";
import { record } from "../support/any-value.js";
import { show } from "../support/show.js";
import { TYPED_ARRAYS } from "../support/typed-arrays.js";

const invalidRecord = expect.objectContaining({ code: "STORE_INVALID_RECORD", name: "CodecError" });
const corrupt = expect.objectContaining({ code: "STORE_CORRUPT", name: "CodecError" });

function again(value: unknown): unknown {
  return decodeRecord(encodeRecord(["key", value]))[1];
}

function nested(depth: number, wrap: (inner: unknown) => unknown): unknown {
  let value: unknown = "deep";
  for (let level = 0; level < depth; level++) value = wrap(value);
  return value;
}

const WRAPS: [string, (inner: unknown) => unknown][] = [
  ["arrays", (inner) => [inner]],
  ["objects", (inner) => ({ inner })],
  ["dictionaries", (inner) => ({ "1": inner })],
  ["objects without a prototype", (inner) => Object.assign(Object.create(null), { inner })],
  ["maps, in values", (inner) => new Map([["key", inner]])],
  ["maps, in keys", (inner) => new Map([[inner, 1]])],
  ["sets", (inner) => new Set([inner])],
];

describe("a record", () => {
  test("of any values is read as it was written", () => {
    fc.assert(
      fc.property(record, fc.nat({ max: 5 }), (given, margin) => {
        const encoded = encodeRecord(given);
        const placed = Buffer.concat([Buffer.alloc(margin, 7), encoded, Buffer.alloc(margin, 7)]);
        const end = margin + encoded.length;
        expect(show(decodeRecord(encoded))).toBe(show(given));
        expect(show(decodeRecord(placed, margin, end, given[0]))).toBe(show(given));
        expect(show(decodeRecordKey(placed, margin, end))).toBe(show(given[0]));
        const target = Buffer.alloc(3 * encoded.length + 300, 9);
        expect(encodeRecordInto(given, target, margin)).toBe(end);
        expect(target.subarray(margin, end)).toEqual(Buffer.from(encoded));
      }),
      { numRuns: 500 },
    );
  });

  test.each<[string, readonly unknown[]]>([
    ["constants", [undefined, null, true, false]],
    [
      "numbers",
      [Number.NaN, -0, 0, 1.5, Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY, 5e-324],
    ],
    [
      "integers of each size",
      [8, 16, 24, 32, 40, 48, 53].flatMap((bits) => [
        2 ** bits - 1,
        2 ** bits,
        -(2 ** bits),
        -(2 ** bits) - 1,
      ]),
    ],
    ["small integers", Array.from({ length: 600 }, (_, index) => index - 300)],
    [
      "bigints of each size",
      [0n, 8n, 31n, 32n, 33n, 48n, 56n, 63n, 64n, 65n, 2_000n].flatMap((bits) => [
        2n ** bits - 1n,
        2n ** bits,
        -(2n ** bits),
      ]),
    ],
    [
      "strings of each size",
      [0, 1, 12, 13, 62, 63, 64, 65, 127, 128, 16_383, 16_384, 70_000].flatMap((length) =>
        ["x", "é", "ÿ", "中", "\ud800"].map((unit) => unit.repeat(length)),
      ),
    ],
    [
      "a string whose UTF-8 has a longer length",
      ["é".repeat(100), "中".repeat(127), "中".repeat(6_000)],
    ],
    ["byte order marks", ["\ufeff", "\ufeff".repeat(100), `\ufeff${"x".repeat(100)}`]],
    [
      "dates",
      [new Date(0), new Date(-1), new Date(8.64e15), new Date(Number.NaN), new Date(1.7e12)],
    ],
    ["arrays of each size", [0, 1, 15, 16, 1_000].map((length) => new Array(length).fill("x"))],
    ["an array of more elements than one is made for at once", [new Array(2 ** 20 + 1).fill(1)]],
    [
      "maps",
      [new Map(), new Map([[{ a: 1 }, new Map([[[], 1]])]]), new Map([[Number.NaN, undefined]])],
    ],
    ["sets", [new Set(), new Set([undefined, { a: 1 }, { a: 1 }, Number.NaN, "a", 1, 1n])]],
    [
      "objects",
      [
        {},
        { a: undefined },
        { "": 1 },
        { "\ud800": 1 },
        { é: 1 },
        { "1": 1, b: 2, "0": 3 },
        { toJSON: 1 },
      ],
    ],
    [
      "a property __proto__",
      [JSON.parse('{"__proto__":{"a":1}}'), JSON.parse('{"a":1,"__proto__":null}')],
    ],
    [
      "objects without a prototype",
      [Object.create(null), Object.assign(Object.create(null), { a: 1 })],
    ],
    [
      "a large object",
      [Object.fromEntries(Array.from({ length: 300 }, (_, at) => [`name ${at}`, at]))],
    ],
    [
      "bytes of each size",
      [0, 1, 47, 48, 49, 1_000].map((size) => new Uint8Array(size).fill(size)),
    ],
    ["array buffers", [new ArrayBuffer(0), Uint8Array.of(1, 2, 3).buffer]],
    [
      "typed arrays, at an odd place",
      TYPED_ARRAYS.map(
        (make) => new make(Uint8Array.from({ length: 40 }, (_, at) => at * 37).buffer, 8, 2),
      ),
    ],
  ])("of %s is read as it was written", (_what, values) => {
    for (const value of values) expect(show(again(value))).toBe(show(value));
    expect(show(again(values))).toBe(show(values));
  });

  test("of more shapes than are remembered is read as it was written", () => {
    const many = Array.from({ length: 6_000 }, (_, at) => ({
      [`name${at % 5_500}`]: at,
      b: [at % 9],
    }));
    expect(show(again(many))).toBe(show(many));
    const wide = Object.fromEntries(
      Array.from({ length: 64 }, (_, at) => [`n${at}`, { [`x${at}`]: at }]),
    );
    expect(show(again([wide, wide]))).toBe(show([wide, wide]));
    expect(show(again(many))).toBe(show(many));
  });

  test("with strings, bytes, arrays, tuples and objects of each size up to 260 is read as it was written", () => {
    for (let size = 0; size <= 260; size++) {
      const list = Array.from({ length: size }, (_, at) => at);
      const values = [
        "x".repeat(size),
        `${"x".repeat(size)}é`,
        new Uint8Array(size).fill(1),
        list,
        Object.fromEntries(list.map((at) => [`n${at}`, at])),
        new Map(list.map((at) => [at, at])),
        new Set(list),
      ];
      expect(show(decodeRecord(encodeRecord([list, ...values])))).toBe(show([list, ...values]));
    }
  });

  test("has an object that stands in two places as two", () => {
    const shared = { at: new Date(1) };
    const [a, b] = again([shared, shared]) as [object, object];
    expect([a, b]).toEqual([shared, shared]);
    expect(a).not.toBe(b);
  });

  test("has each list of names once", () => {
    const one = { status: "done", attempts: 1 };
    const all = Array.from({ length: 20 }, () => one);
    const encoded = Buffer.from(encodeRecord(["key", all]));
    expect(encoded.toString("latin1").split("attempts")).toHaveLength(2);
    expect(encoded.length).toBeLessThan(20 * 8 + 30);
  });

  test("gives the same bytes each time, whatever was encoded before", () => {
    const given: StoreRecord = ["key", { type: "a", at: 1 }, { at: 1, type: "a" }, { "1": 1 }];
    const first = encodeRecord(given);
    for (let at = 0; at < 5_000; at++) encodeRecord(["other", { [`a${at}`]: 1 }, { type: at }]);
    expect(encodeRecord(given)).toEqual(first);
  });

  test("has a Buffer as a Uint8Array, and a subclass's array as one of its type", () => {
    class Mine extends Float32Array {}
    expect(show(again(Buffer.from("ab")))).toBe("Uint8Array(97,98)");
    expect(Object.getPrototypeOf(again(Buffer.from("ab")))).toBe(Uint8Array.prototype);
    expect(Object.getPrototypeOf(again(new Mine(2)))).toBe(Float32Array.prototype);
  });

  test("has a copy of what is over shared memory", () => {
    const shared = new Uint16Array(new SharedArrayBuffer(4)).fill(7);
    const read = again(shared) as Uint16Array;
    expect(read).toEqual(Uint16Array.of(7, 7));
    expect(read.buffer).toBeInstanceOf(ArrayBuffer);
  });

  test.each(WRAPS)(`nests ${MAX_DEPTH} deep, and no deeper, in %s`, (_what, wrap) => {
    const deepest = nested(MAX_DEPTH, wrap);
    expect(show(again(deepest))).toBe(show(deepest));
    expect(() => encodeRecord(["key", nested(MAX_DEPTH + 1, wrap)])).toThrow(invalidRecord);
  });

  test("of a cycle is refused", () => {
    const cycle: unknown[] = [];
    cycle.push({ cycle });
    expect(() => encodeRecord(["key", cycle])).toThrow(invalidRecord);
  });

  test.each<[string, unknown]>([
    ["a function", () => 1],
    ["a symbol", Symbol("a")],
    ["a hole", new Array(2)],
    ["an object of a class", new (class Mine {})()],
    ["an object whose prototype is another", Object.create({ a: 1 })],
    ["a RegExp", /a/],
    ["an Error", new Error("a")],
    ["a Promise", Promise.resolve()],
    ["a WeakMap", new WeakMap()],
    ["a DataView", new DataView(new ArrayBuffer(2))],
    ["a SharedArrayBuffer", new SharedArrayBuffer(2)],
    ["what only looks like a Date", Object.create(Date.prototype)],
    ["what only looks like a Map", Object.create(Map.prototype)],
    ["what only looks like a Set", Object.create(Set.prototype)],
    ["what only looks like bytes", Object.create(Uint8Array.prototype)],
  ])("with %s is refused", (_what, value) => {
    for (const part of [value, [value], { a: value }, new Map([[1, value]]), new Set([value])]) {
      expect(() => encodeRecord(["key", part])).toThrow(invalidRecord);
    }
    expect(() => encodeRecord([value as string])).toThrow(
      expect.objectContaining({ code: "STORE_INVALID_KEY" }),
    );
    expect(again("as ever, afterwards")).toBe("as ever, afterwards");
  });

  test("with bytes whose buffer is detached is refused", () => {
    for (const array of [new Uint8Array(4), new Float32Array(2)]) {
      structuredClone(array.buffer, { transfer: [array.buffer] });
      expect(() => encodeRecord(["key", array])).toThrow(invalidRecord);
    }
  });

  test("without a key, or with a hole, is refused", () => {
    expect(() => encodeRecord([] as unknown as StoreRecord)).toThrow(invalidRecord);
    const hole = ["key"];
    hole.length = 3;
    expect(() => encodeRecord(hole as unknown as StoreRecord)).toThrow(invalidRecord);
    for (const key of [Number.NaN, undefined, {}, [[undefined]], new Array(1)]) {
      expect(() => encodeRecord([key as string, 1])).toThrow(
        expect.objectContaining({ code: "STORE_INVALID_KEY" }),
      );
    }
    let deep: unknown = 1;
    for (let level = 0; level <= MAX_DEPTH; level++) deep = [deep];
    expect(() => encodeRecord([deep as string])).toThrow(
      expect.objectContaining({ code: "STORE_INVALID_KEY" }),
    );
  });

  test("has a key of -0 as 0, and other elements as they are", () => {
    expect(show(decodeRecord(encodeRecord([-0, -0])))).toBe("[0,-0]");
    expect(show(decodeRecord(encodeRecord([[-0, [-0]], [-0]])))).toBe("[[0,[0]],[-0]]");
    const long = new Array<number>(20).fill(-0);
    expect(show(decodeRecord(encodeRecord([long]))[0])).toBe(show(new Array(20).fill(0)));
  });

  test("whose getter encodes another record is encoded", () => {
    const other = { b: 1, a: 2 };
    const given = {
      a: 1,
      get b() {
        return decodeRecord(encodeRecord(["inner", other, { a: 3, b: 4 }]))[1];
      },
    };
    for (let time = 0; time < 3; time++) {
      expect(show(again([other, given, { a: 1, b: 2 }]))).toBe(
        show([other, { a: 1, b: other }, { a: 1, b: 2 }]),
      );
    }
    const target = Buffer.alloc(500);
    const reentrant = {
      get a() {
        return encodeRecordInto(["inner"], Buffer.alloc(100), 3);
      },
    };
    const end = encodeRecordInto(["key", reentrant], target, 0);
    expect(decodeRecord(target, 0, end)).toEqual(["key", { a: 11 }]);
  });

  test("that changes while it is read is refused", () => {
    const map = new Map<string, unknown>();
    const shrinking = Object.defineProperty({}, "a", {
      get: () => map.delete("b"),
      enumerable: true,
    });
    const fill = () => map.set("a", shrinking).set("b", 1);
    fill();
    expect(() => encodeRecord(["key", map])).toThrow(invalidRecord);
    const set = new Set<unknown>([
      Object.defineProperty({}, "a", { get: () => set.add(1), enumerable: true }),
    ]);
    expect(() => encodeRecord(["key", set])).toThrow(invalidRecord);
    expect(again({ a: 1, b: 2 })).toEqual({ a: 1, b: 2 });
    const losing: Record<string, unknown> = {
      get a() {
        delete losing.b;
        return 1;
      },
      b: 2,
    };
    expect(() => encodeRecord(["key", losing])).toThrow(invalidRecord);
  });

  test("has only its own properties, also where all objects inherit one", () => {
    const names = ["alpha", "beta"];
    expect(again({ alpha: 1, beta: 2 })).toEqual({ alpha: 1, beta: 2 });
    Object.defineProperty(Object.prototype, "beta", {
      value: 3,
      enumerable: true,
      configurable: true,
      writable: true,
    });
    try {
      for (let time = 0; time < 3; time++) {
        expect(Object.keys(again({ alpha: 1 }) as object)).toEqual(["alpha"]);
        expect(Object.keys(again({ alpha: 1, beta: 2 }) as object)).toEqual(names);
      }
    } finally {
      Reflect.deleteProperty(Object.prototype, "beta");
    }
  });
});

describe("encodeRecord", () => {
  test("returns bytes in a buffer of their own, which a later call doesn't change", () => {
    for (const given of [
      ["short"],
      ["k", "x".repeat(10_000)],
      ["k", "x".repeat(2_000_000)],
    ] as const) {
      const encoded = encodeRecord(given);
      expect(encoded.buffer.byteLength).toBe(encoded.length);
      const before = encoded.slice();
      encodeRecord(["another", given]);
      expect(Buffer.compare(encoded, before)).toBe(0);
    }
  });
});

describe("encodeRecordInto", () => {
  test("returns -1 where there is no room, and writes nothing outside of the target", () => {
    const given: StoreRecord = ["key", { a: 1, b: "é".repeat(80) }, [1.5, 2n ** 70n, new Date(5)]];
    const { length } = encodeRecord(given);
    for (let room = 0; room < length; room++) {
      const whole = Buffer.alloc(room + 8, 7);
      expect(encodeRecordInto(given, whole.subarray(4, 4 + room), 0)).toBe(-1);
      expect(whole.subarray(0, 4)).toEqual(Buffer.alloc(4, 7));
      expect(whole.subarray(4 + room)).toEqual(Buffer.alloc(4, 7));
    }
    const target = Buffer.alloc(1_000);
    expect(decodeRecord(target, 0, encodeRecordInto(given, target, 0))).toEqual(given);
  });

  test("refuses what encodeRecord refuses", () => {
    expect(() => encodeRecordInto(["key", () => 1], Buffer.alloc(100), 0)).toThrow(invalidRecord);
  });
});

describe("decodeRecord", () => {
  test("makes a record that shares nothing with the bytes, nor with another of them", () => {
    const given: StoreRecord = [
      Uint8Array.of(1),
      new Uint8Array(100).fill(2),
      new Uint8Array(5).buffer,
      new Int16Array(3),
      "x".repeat(100),
    ];
    const encoded = encodeRecord(given);
    const [first, second] = [decodeRecord(encoded), decodeRecord(encoded)];
    encoded.fill(9);
    (first[0] as Uint8Array).fill(7);
    expect(show(second)).toBe(show(given));
    expect((second[0] as Uint8Array).buffer.byteLength).toBe(1);
  });

  test("takes a key that is a short string from the caller", () => {
    expect(decodeRecord(encodeRecord(["key", 1]), 0, undefined, "yek")).toEqual(["yek", 1]);
    for (const key of ["x".repeat(64), "中", 5, null]) {
      const encoded = encodeRecord([key, 1]);
      expect(decodeRecord(encoded, 0, encoded.length, key)).toEqual([key, 1]);
    }
  });

  test("throws for bytes that are cut, or go on", () => {
    fc.assert(
      fc.property(record, (given) => {
        const encoded = encodeRecord(given);
        for (let cut = 0; cut < encoded.length; cut += Math.ceil(encoded.length / 50)) {
          expect(() => decodeRecord(encoded, 0, cut)).toThrow(corrupt);
          expect(() => decodeRecord(encoded, 0, cut, given[0])).toThrow(corrupt);
        }
        expect(() => decodeRecord(Uint8Array.of(...encoded, 0))).toThrow(corrupt);
      }),
      { numRuns: 100 },
    );
  });

  test("throws for bytes of any kind, or makes what a record can hold, and changes no prototype", () => {
    const tags = fc.constantFrom(
      ...[0, 1, 2, 0x80, 0x81, 0xc0, 0xc1, 0xc2, 0xff],
      ...Array.from({ length: 0x30 }, (_, at) => 0xd0 + at),
    );
    const anyBytes = fc.oneof(
      fc.uint8Array({ maxLength: 40 }),
      fc.array(tags, { maxLength: 30 }).map((all) => Uint8Array.of(1, 2, 0x81, 0x61, ...all)),
      fc
        .tuple(
          record,
          fc.array(fc.tuple(fc.nat(), fc.nat({ max: 255 })), { minLength: 1, maxLength: 3 }),
        )
        .map(([given, changes]) => {
          const encoded = encodeRecord(given);
          for (const [at, byte] of changes) encoded[at % encoded.length] = byte;
          return encoded;
        }),
    );
    const names = Object.getOwnPropertyNames(Object.prototype);
    fc.assert(
      fc.property(anyBytes, (bytes) => {
        let decoded: StoreRecord;
        try {
          decoded = decodeRecord(bytes);
        } catch (error) {
          expect(error).toEqual(corrupt);
          return;
        } finally {
          expect(Object.getOwnPropertyNames(Object.prototype)).toEqual(names);
        }
        expect(show(decodeRecord(encodeRecord(decoded)))).toBe(show(decoded));
      }),
      { numRuns: 1_500 },
    );
    expect(again({ a: new Date(1) })).toEqual({ a: new Date(1) });
  });

  test.each([
    ["no bytes", ""],
    ["another version", "02 01 8161"],
    ["no elements", "01 00"],
    ["more elements than there are bytes", "01 ffffff7f 8161"],
    ["a key that is none", "01 01 d1"],
    ["a tuple with what is no key", "01 01 c1 e100"],
    ["a key that is NaN", "01 01 d47ff8000000000000"],
    ["an unknown tag", "01 02 8161 ee"],
    ["a string longer than the bytes", "01 02 8161 dbffffffff0f 61"],
    ["a length of too many bytes", "01 02 8161 dbffffffffff01 61"],
    ["UTF-16 longer than the bytes", "01 02 8161 dd02 610061"],
    ["a bigint longer than the bytes", "01 02 8161 d5ffff03 01"],
    ["bytes longer than there are", "01 02 8161 d8ffffff7f 01"],
    ["an array longer than the bytes", "01 02 8161 deffffff7f 01"],
    ["a short array longer than the bytes", "01 02 8161 c5 01"],
    ["a Map longer than the bytes", "01 02 8161 dfffff7f 0101"],
    ["a Set longer than the bytes", "01 02 8161 e0ffff7f 0101"],
    ["an object longer than the bytes", "01 02 8161 e1ffff7f 8161 01"],
    ["a date that is a string", "01 02 8161 d7 8161"],
    ["a date that is a date", "01 02 8161 d7d701"],
    ["a date that is an array", "01 02 8161 d7c0"],
    ["a typed array of an unknown type", "01 02 8161 da0b00"],
    ["a typed array of half an element", "01 02 8161 da0203 010203"],
    ["a name that is no string", "01 02 8161 e101 01 01"],
    ["a list of names that has a number", "01 02 8161 e3010105 01"],
    ["a list of more names than bytes", "01 02 8161 e3ff7f028161 01"],
    ["a list of fewer names than bytes", "01 02 8161 e301048161 8161 01"],
    ["a list of names in which a name doesn't end", "01 02 8161 e301028261 01"],
    ["an object with the names of none", "01 02 8161 f8 01"],
    ["an object with the names of one that comes later", "01 02 8161 e405 01"],
    ["an object with fewer values than names", "01 02 8161 e302048161 8162 01"],
  ])("throws for %s", (_what, hex) => {
    const bytes = Buffer.from(hex.replaceAll(" ", ""), "hex");
    expect(() => decodeRecord(bytes)).toThrow(corrupt);
    expect(() => decodeRecord(bytes, 0, bytes.length, "a")).toThrow(corrupt);
  });

  test.each([
    ["arrays", "c1"],
    ["objects", "e1018161"],
    ["shapes", "e301028161"],
    ["maps", "df0101"],
    ["sets", "e001"],
    ["dates", "d7"],
  ])("throws for %s that nest deeper than any record's", (_what, hex) => {
    const bytes = Buffer.from(`01028161${hex.repeat(100_000)}`, "hex");
    expect(() => decodeRecord(bytes)).toThrow(corrupt);
  });
});

describe("decodeRecordKey", () => {
  test("reads the key without a look at what is behind it", () => {
    const encoded = encodeRecord([["run", 1], { a: 1 }]);
    expect(decodeRecordKey(encoded.subarray(0, encoded.length - 5))).toEqual(["run", 1]);
    expect(() => decodeRecordKey(encoded, 0, 4)).toThrow(corrupt);
    expect(() => decodeRecordKey(Uint8Array.of(1, 1, 0xd1))).toThrow(corrupt);
  });
});
