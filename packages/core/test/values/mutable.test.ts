import { runInNewContext } from "node:vm";
import fc from "fast-check";
import { expect, test } from "vitest";
import { mutable } from "../../src/index.js";
import { copyElement } from "../../src/values/copy.js";
import { equalValues } from "../../src/values/equality.js";
import { failure } from "../support/mode.js";
import { plain, storedValue } from "../support/stored-value.js";

/** Each object in a value, by whatever leads to it. */
function objectsIn(value: unknown): object[] {
  if (typeof value !== "object" || value === null) return [];
  if (value instanceof Map) return [value, ...[...value].flat().flatMap(objectsIn)];
  if (value instanceof Set) return [value, ...[...value].flatMap(objectsIn)];
  if (value instanceof Date || ArrayBuffer.isView(value)) return [value];
  if (value instanceof ArrayBuffer) return [value];
  return [value, ...Object.values(value).flatMap(objectsIn)];
}

test("mutable copies any value into an equal one that shares nothing with it and isn't frozen", () => {
  fc.assert(
    fc.property(storedValue, (value) => {
      const frozen = copyElement(value, { freeze: true, wildcards: false }, 2).value;
      const copy = mutable(frozen);
      expect(equalValues(copy, value)).toBe(true);
      const originals = new Set(objectsIn(frozen));
      for (const object of objectsIn(copy)) {
        expect(originals.has(object)).toBe(false);
        // What is frozen isn't extensible.
        expect(Object.isExtensible(object)).toBe(true);
      }
    }),
  );
});

test("mutable keeps the prototype null, an own __proto__, -0 and NaN", () => {
  const bare = mutable(plain([["__proto__", { n: -0 }]], true));
  expect(Object.getPrototypeOf(bare)).toBe(null);
  expect(Object.keys(bare)).toEqual(["__proto__"]);
  expect(mutable([-0, Number.NaN, undefined])).toEqual([-0, Number.NaN, undefined]);
});

test("mutable copies the bytes of an ArrayBuffer and of any typed array", () => {
  const value = { vector: Float32Array.of(1.5, -0), buffer: Uint8Array.of(1, 2).buffer };
  const copy = mutable(value);
  expect(copy).toEqual(value);
  copy.vector[0] = 2;
  new Uint8Array(copy.buffer)[0] = 9;
  expect(value).toEqual({
    vector: Float32Array.of(1.5, -0),
    buffer: Uint8Array.of(1, 2).buffer,
  });
});

test("mutable of what another realm made is of this one", () => {
  const copy = mutable(runInNewContext("({ list: [1], at: new Date(5), map: new Map() })"));
  expect(copy.list).toBeInstanceOf(Array);
  expect(copy.at).toBeInstanceOf(Date);
  expect(copy.map).toBeInstanceOf(Map);
});

test("mutable of what no table can hold throws STORE_INVALID_RECORD and says where it is", async () => {
  const error = await failure("STORE_INVALID_RECORD", () => mutable({ tools: [{ run: () => 1 }] }));
  expect(error.message).toMatch(/^mutable: .*\.tools\[0\]\.run is a function$/);
});
