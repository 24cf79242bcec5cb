import { createContext, runInContext, runInThisContext } from "node:vm";
import { describe, expect, test } from "vitest";
import * as codec from "../src/index.js";
import { loadInContext } from "./support/load-in-context.js";
import { show } from "./support/show.js";

/** Of every kind that another realm has a class of its own for, and what test runners lose. */
const VALUES = `({
  date: new Date(5),
  invalid: new Date(NaN),
  map: new Map([[new Date(1), new Set([new Uint8Array([1])])]]),
  set: new Set([{ a: 1 }]),
  bytes: new Uint8Array([1, 2]),
  floats: new Float32Array([1.5]),
  longs: new BigInt64Array([-1n]),
  buffer: new Uint8Array([3]).buffer,
  bare: Object.assign(Object.create(null), { a: 1 }),
  list: [1, [2]],
  big: 2n ** 100n,
  text: "\\ud800" + "\\ud800".repeat(100) + "é".repeat(100) + "x".repeat(100),
  object: { nested: { a: undefined, b: -0 } },
  none: undefined,
})`;

const contexts: [string, object][] = [
  ["with the outer Buffer, as in jsdom", { Buffer }],
  ["with no Buffer, as in a browser", { TextEncoder, TextDecoder }],
  ["whose typed arrays are the outer ones", { Buffer, Uint8Array, ArrayBuffer }],
];

describe.each(contexts)("in a context %s", (_what, globals) => {
  const context = createContext({ ...globals });
  const inner = loadInContext(context);
  const innerValues: unknown = runInContext(VALUES, context);
  const outerValues: unknown = runInThisContext(VALUES);

  test.each([
    ["of that realm", innerValues],
    ["of this realm", outerValues],
  ])("records with values %s are exact", (_realm, values) => {
    const bytes = inner.encodeRecord(["key", values]);
    expect(Buffer.from(bytes)).toEqual(Buffer.from(codec.encodeRecord(["key", outerValues])));
    expect(show(inner.decodeRecord(bytes))).toBe(show(["key", outerValues]));
    expect(show(codec.decodeRecord(bytes))).toBe(show(["key", outerValues]));
    expect(Buffer.from(inner.canonicalRecord(["key", values]))).toEqual(
      Buffer.from(codec.canonicalRecord(["key", outerValues])),
    );
  });

  test("values are read as ones of that realm", () => {
    const read = inner.decodeRecord(codec.encodeRecord(["key", outerValues]))[1];
    context.read = read;
    expect(runInContext("read.date instanceof Date && read.map instanceof Map", context)).toBe(
      true,
    );
    expect(runInContext("Object.getPrototypeOf(read) === Object.prototype", context)).toBe(true);
  });

  test("keys are exact", () => {
    const text = "k é \ud800 \u0000";
    const keys: codec.Key[] = [
      text,
      "x".repeat(100),
      1.5,
      2n ** 100n,
      new Uint8Array(3),
      ["a", [1]],
    ];
    for (const key of [...keys, runInContext("[new Uint8Array([1, 0]), ['a']]", context)]) {
      const bytes = inner.encodeKey(key);
      expect(Buffer.from(bytes)).toEqual(Buffer.from(codec.encodeKey(key)));
      expect(show(inner.decodeKey(bytes))).toBe(show(key));
    }
  });

  test("long strings of any characters are exact", () => {
    for (const unit of ["x", "é", "中", "😀", "\ud800", "\ufeff"]) {
      for (const length of [40, 5_000, 70_000]) {
        const record: codec.StoreRecord = ["key", unit.repeat(length)];
        const bytes = inner.encodeRecord(record);
        expect(Buffer.compare(bytes, codec.encodeRecord(record))).toBe(0);
        expect(inner.decodeRecord(bytes)[1] === record[1]).toBe(true);
      }
    }
  });

  test("objects of a class are refused", () => {
    for (const value of ["new (class A {})()", "/a/", "new DataView(new ArrayBuffer(1))"]) {
      expect(() => inner.encodeRecord(["key", runInContext(value, context)])).toThrow(
        expect.objectContaining({ code: "STORE_INVALID_RECORD" }),
      );
    }
  });
});
