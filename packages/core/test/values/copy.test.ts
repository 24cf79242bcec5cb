import { runInNewContext } from "node:vm";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { type Copy, copyElement } from "../../src/values/copy.js";
import { equalValues } from "../../src/values/equality.js";
import { MAX_DEPTH } from "../../src/values/key.js";
import { isMutable, nested, objectsIn } from "../support/objects.js";
import { plain, storedValue } from "../support/stored-value.js";

const FREEZING = { freeze: true, wildcards: false };
const PLAIN = { freeze: false, wildcards: false };

function copyOf(value: unknown, rules = PLAIN): Copy {
  return copyElement(value, rules, 2);
}

describe("copyElement", () => {
  test("of any value is equal to it and shares no object with it", () => {
    fc.assert(
      fc.property(storedValue, fc.boolean(), (value, freeze) => {
        const copy = copyOf(value, { freeze, wildcards: false }).value;
        expect(equalValues(copy, value)).toBe(true);
        const originals = new Set(objectsIn(value));
        expect(objectsIn(copy).filter((object) => originals.has(object))).toEqual([]);
      }),
      { numRuns: 300 },
    );
  });

  test("that freezes freezes what can be frozen, and says whether something can't", () => {
    fc.assert(
      fc.property(storedValue, (value) => {
        const { value: copy, mutable } = copyOf(value, FREEZING);
        const objects = objectsIn(copy);
        expect(mutable).toBe(objects.some(isMutable));
        expect(objects.every((object) => isMutable(object) || Object.isFrozen(object))).toBe(true);
        expect(objectsIn(value).some(Object.isFrozen)).toBe(false);
      }),
      { numRuns: 300 },
    );
  });

  test("that doesn't freeze freezes nothing", () => {
    const copy = copyOf(Object.freeze({ list: Object.freeze([1]) })).value;
    expect(objectsIn(copy).some(Object.isFrozen)).toBe(false);
  });

  test("of a bare object is a bare object", () => {
    const { value } = copyOf(plain([["a", 1]], true));
    expect(Object.getPrototypeOf(value)).toBe(null);
  });

  test.each([false, true])("of an own __proto__ keeps it a property, bare: %s", (bare) => {
    const original = plain([["__proto__", { polluted: true }]], bare);
    const copy = copyOf(original).value as Record<string, unknown>;
    expect(Object.keys(copy)).toEqual(["__proto__"]);
    expect(Object.getPrototypeOf(copy)).toBe(Object.getPrototypeOf(original));
    expect(copy).not.toHaveProperty("polluted");
  });

  test("of an object leaves out what is inherited, a symbol or not enumerable", () => {
    const original = { kept: 1, [Symbol("s")]: 2 };
    Object.defineProperty(original, "hidden", { value: 3, enumerable: false });
    expect(Reflect.ownKeys(copyOf(original).value as object)).toEqual(["kept"]);
  });

  test("of a Buffer is a Uint8Array of its own memory", () => {
    const buffer = Buffer.from("a small one shares its pool");
    const copy = copyOf(buffer).value as Uint8Array;
    expect(Object.getPrototypeOf(copy)).toBe(Uint8Array.prototype);
    expect(copy.buffer.byteLength).toBe(buffer.length);
    expect(Buffer.from(copy).equals(buffer)).toBe(true);
  });

  const SIXTEEN = Uint8Array.of(
    1,
    2,
    3,
    4,
    0,
    0,
    0,
    0x80,
    0,
    0x7e,
    0xa5,
    0x7f,
    0xff,
    0xff,
    0xf8,
    0xff,
  );

  test.each([
    Int8Array,
    Uint8ClampedArray,
    Int16Array,
    Uint16Array,
    Int32Array,
    Uint32Array,
    BigInt64Array,
    BigUint64Array,
    Float32Array,
    Float64Array,
  ])("of a typed array has its type and its very bits, in memory of its own: %o", (type) => {
    for (const memory of [ArrayBuffer, SharedArrayBuffer]) {
      const buffer = new memory(24) as ArrayBuffer;
      new Uint8Array(buffer).set(SIXTEEN, 8);
      const { value, mutable } = copyOf(new type(buffer, 8));
      expect(mutable).toBe(true);
      const copy = value as InstanceType<typeof type>;
      expect(Object.getPrototypeOf(copy)).toBe(type.prototype);
      expect(copy.buffer).toBeInstanceOf(ArrayBuffer);
      expect(copy.buffer.byteLength).toBe(16);
      expect(new Uint8Array(copy.buffer)).toStrictEqual(SIXTEEN);
      expect(copy.buffer).not.toBe(buffer);
    }
  });

  test("of an ArrayBuffer has its bytes as they are now, and a fixed length", () => {
    const resizable = Reflect.construct(ArrayBuffer, [2, { maxByteLength: 8 }]);
    resizable.resize(3);
    new Uint8Array(resizable).set([1, 2, 3]);
    const copy = copyOf({ resizable }).value as { resizable: ArrayBuffer };
    expect(copy.resizable).toStrictEqual(Uint8Array.of(1, 2, 3).buffer);
    resizable.resize(0);
    expect(copy.resizable.byteLength).toBe(3);
    expect(copyOf(resizable).value).toStrictEqual(new ArrayBuffer(0));
  });

  test("of another realm's objects is made of this realm's", () => {
    const foreign = runInNewContext(`({
      list: [1, [2]], plain: { a: 1 }, bare: Object.assign(Object.create(null), { a: 1 }),
      map: new Map([[{ key: 1 }, [1]]]), set: new Set([[1]]), date: new Date(5),
      bytes: Uint8Array.of(1, 2), floats: Float32Array.of(0.5, NaN), buffer: Int8Array.of(1, 2).buffer,
    })`);
    expect(copyOf(foreign).value).toStrictEqual({
      list: [1, [2]],
      plain: { a: 1 },
      bare: plain([["a", 1]], true),
      map: new Map([[{ key: 1 }, [1]]]),
      set: new Set([[1]]),
      date: new Date(5),
      bytes: Uint8Array.of(1, 2),
      floats: Float32Array.of(0.5, Number.NaN),
      buffer: Int8Array.of(1, 2).buffer,
    });
  });

  test("of a getter reads it once and stores what it returned", () => {
    let reads = 0;
    const original = {
      get next() {
        return ++reads;
      },
    };
    expect(copyOf(original).value).toStrictEqual({ next: 1 });
    expect(reads).toBe(1);
  });

  test("of a getter that copies another value meanwhile still says what is mutable", () => {
    const original = {
      date: new Date(),
      get other() {
        return copyOf({ no: "date" }).value;
      },
    };
    expect(copyOf(original).mutable).toBe(true);
    const innocent = {
      get other() {
        copyOf(new Date());
        return 1;
      },
    };
    expect(copyOf(innocent).mutable).toBe(false);
  });

  test("of a getter that throws in a copy within a copy leaves both", () => {
    const inner = {
      get broken() {
        throw new Error("not today");
      },
    };
    const outer = {
      date: new Date(),
      get other() {
        expect(() => copyOf(inner)).toThrow();
        return 1;
      },
    };
    expect(copyOf(outer)).toMatchObject({ mutable: true });
    expect(copyOf({ a: 1 })).toMatchObject({ value: { a: 1 }, mutable: false });
  });

  test("of an object has no properties that all objects have inherited", () => {
    const prototype = Object.prototype as unknown as Record<string, unknown>;
    prototype.polluted = "by another library";
    try {
      const copied = copyOf({ a: { b: 1 } }).value as { a: object };
      expect(Object.keys(copied)).toEqual(["a"]);
      expect(Object.keys(copied.a)).toEqual(["b"]);
      const bare = copyOf(Object.assign(Object.create(null), { a: 1 })).value as object;
      expect(Object.keys(bare)).toEqual(["a"]);
    } finally {
      delete prototype.polluted;
    }
  });

  test("of a Proxy is a plain copy of what it shows", () => {
    const proxy = new Proxy({ a: 1 }, { get: () => 2 });
    expect(copyOf(proxy).value).toStrictEqual({ a: 2 });
    expect(copyOf(new Proxy([1], {})).value).toStrictEqual([1]);
  });

  test("of an array with methods of its own goes by the built-in ones", () => {
    const sly = Object.assign([{ a: 1 }], { slice: () => ["sly"], map: () => ["sly"] });
    expect(copyOf(sly).value).toStrictEqual([{ a: 1 }]);
  });

  test("of a value that occurs twice copies it twice", () => {
    const shared = { a: 1 };
    const copy = copyOf([shared, shared]).value as unknown[];
    expect(copy).toStrictEqual([{ a: 1 }, { a: 1 }]);
    expect(copy[0]).not.toBe(copy[1]);
  });

  test(`of a value ${MAX_DEPTH} levels deep works, one deeper doesn't`, () => {
    expect(copyOf(nested(MAX_DEPTH)).value).toStrictEqual(nested(MAX_DEPTH));
    expect(() => copyOf(nested(MAX_DEPTH + 1))).toThrow("nested deeper");
  });
});
