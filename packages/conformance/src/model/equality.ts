import { types } from "node:util";

/**
 * The equality of records, written for the kit alone: deep; the order of an object's keys, of a Map's entries or a Set's
 * members doesn't matter; NaN equals NaN; 0 and -0 differ; types never mix.
 */
export function equal(a: unknown, b: unknown): boolean {
  return compare(a, b, false);
}

/** {@link equal}, and also: a null prototype stays null, and a Uint8Array doesn't become a Buffer. */
export function identical(a: unknown, b: unknown): boolean {
  return compare(a, b, true);
}

function compare(a: unknown, b: unknown, exact: boolean): boolean {
  if (typeof a !== "object" || typeof b !== "object" || a === null || b === null) {
    return Object.is(a, b);
  }
  if (exact && (hasPrototype(a) !== hasPrototype(b) || Buffer.isBuffer(a) !== Buffer.isBuffer(b))) {
    return false;
  }
  if (types.isDate(a)) return types.isDate(b) && Object.is(a.getTime(), b.getTime());
  if (types.isUint8Array(a)) {
    return types.isUint8Array(b) && a.length === b.length && a.every((byte, at) => byte === b[at]);
  }
  if (types.isTypedArray(a)) {
    return types.isTypedArray(b) && nameOf(a) === nameOf(b) && sameBytes(bytesOf(a), bytesOf(b));
  }
  if (types.isArrayBuffer(a)) {
    return types.isArrayBuffer(b) && sameBytes(new Uint8Array(a), new Uint8Array(b));
  }
  if (types.isMap(a)) return types.isMap(b) && compareUnordered([...a], [...b], exact);
  if (types.isSet(a)) return types.isSet(b) && compareUnordered([...a], [...b], exact);
  if (Array.isArray(a)) return Array.isArray(b) && compareLists(a, b, exact);
  if (Array.isArray(b) || types.isDate(b) || types.isTypedArray(b)) return false;
  if (types.isMap(b) || types.isSet(b) || types.isArrayBuffer(b)) return false;
  return compareMembers(a, b, exact);
}

function nameOf(array: NodeJS.TypedArray): string {
  return array[Symbol.toStringTag];
}

function bytesOf(array: NodeJS.TypedArray): Uint8Array {
  return new Uint8Array(array.buffer, array.byteOffset, array.byteLength);
}

function sameBytes(a: Uint8Array, b: Uint8Array): boolean {
  return a.length === b.length && a.every((byte, at) => byte === b[at]);
}

function hasPrototype(value: object): boolean {
  return Object.getPrototypeOf(value) !== null;
}

function compareLists(a: readonly unknown[], b: readonly unknown[], exact: boolean): boolean {
  return a.length === b.length && a.every((value, index) => compare(value, b[index], exact));
}

function compareMembers(a: object, b: object, exact: boolean): boolean {
  const names = Object.keys(a);
  return (
    names.length === Object.keys(b).length &&
    names.every(
      (name) =>
        Object.hasOwn(b, name) && compare(Reflect.get(a, name), Reflect.get(b, name), exact),
    )
  );
}

function compareUnordered(a: readonly unknown[], b: readonly unknown[], exact: boolean): boolean {
  const left = [...b];
  return (
    a.length === b.length &&
    a.every((value) => {
      const found = left.findIndex((other) => compare(value, other, exact));
      if (found >= 0) left.splice(found, 1);
      return found >= 0;
    })
  );
}
