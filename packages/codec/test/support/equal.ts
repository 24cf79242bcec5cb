import { show } from "./show.js";

/**
 * Whether two values are equal as records are: the order of properties, entries and members doesn't matter, nor a
 * prototype that is null. By pairing parts up, one by one: shares nothing with the encoding.
 */
export function equal(a: unknown, b: unknown): boolean {
  if (Array.isArray(a)) {
    return Array.isArray(b) && a.length === b.length && a.every((each, at) => equal(each, b[at]));
  }
  if (a instanceof Map) {
    return b instanceof Map && pairUp([...a], [...b]);
  }
  if (a instanceof Set) return b instanceof Set && pairUp([...a], [...b]);
  if (isPlain(a)) return isPlain(b) && pairUp(Object.entries(a), Object.entries(b));
  return !isPlain(b) && !(b instanceof Map) && !(b instanceof Set) && show(a) === show(b);
}

function isPlain(value: unknown): value is object {
  if (typeof value !== "object" || value === null) return false;
  return Object.prototype.toString.call(value) === "[object Object]";
}

function pairUp(a: readonly unknown[], b: unknown[]): boolean {
  if (a.length !== b.length) return false;
  const left = [...b];
  return a.every((each) => {
    const at = left.findIndex((other) => equal(each, other));
    if (at >= 0) left.splice(at, 1);
    return at >= 0;
  });
}
