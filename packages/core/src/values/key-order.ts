import { compareBytes } from "./bytes.js";
import type { Key } from "./key.js";
import { isBytes } from "./kind.js";

/**
 * The order of keys: that of IndexedDB, extended. `null < false < true < numbers and bigints by value (a number before
 * its equal bigint) < strings by UTF-16 code unit (JavaScript's <) < Uint8Arrays by byte < tuples element by element, a
 * shorter prefix first`. A total order: 0 only for equal keys.
 */
export function compareKeys(a: Key, b: Key): number {
  if (typeof a === "string" && typeof b === "string") return a < b ? -1 : a > b ? 1 : 0;
  if (typeof a === "number" && typeof b === "number") return a - b || (a < b ? -1 : a > b ? 1 : 0);
  return compareUncommonKeys(a, b);
}

/** The order of types; numbers and bigints are one. */
const NULL = 0;
const FALSE = 1;
const TRUE = 2;
const NUMERIC = 3;
const STRING = 4;
const BYTES = 5;
const TUPLE = 6;

function rank(key: Key): number {
  switch (typeof key) {
    case "boolean":
      return key ? TRUE : FALSE;
    case "number":
    case "bigint":
      return NUMERIC;
    case "string":
      return STRING;
    default:
      if (key === null) return NULL;
      return Array.isArray(key) ? TUPLE : BYTES;
  }
}

function compareUncommonKeys(a: Key, b: Key): number {
  if (Array.isArray(a) && Array.isArray(b)) return compareTuples(a, b);
  const rankOfA = rank(a);
  const difference = rankOfA - rank(b);
  if (difference !== 0) return difference;
  switch (rankOfA) {
    case NUMERIC:
      return compareNumeric(a as number | bigint, b as number | bigint);
    case BYTES:
      return compareBytes(a as Uint8Array, b as Uint8Array);
    default:
      return 0;
  }
}

function compareNumeric(a: number | bigint, b: number | bigint): number {
  if (a < b) return -1;
  if (a > b) return 1;
  if (typeof a === typeof b) return 0;
  return typeof a === "number" ? -1 : 1;
}

function compareTuples(a: readonly Key[], b: readonly Key[]): number {
  const length = Math.min(a.length, b.length);
  for (let index = 0; index < length; index++) {
    const difference = compareKeys(a[index] as Key, b[index] as Key);
    if (difference !== 0) return difference;
  }
  return a.length - b.length;
}

/**
 * The smallest key after `key` in key order. With it a prefix is two plain bounds: `["run"]` and all its extensions are
 * the keys from `["run"]` up to, but without, `["run\0"]`.
 *
 * `-Infinity` has no next key, there being no least bigint: it gets one of a million bits.
 */
export function keyAfter(key: Key): Key {
  switch (typeof key) {
    case "boolean":
      return key ? Number.NEGATIVE_INFINITY : true;
    case "number":
      return numericAfter(key);
    case "bigint":
      return bigintAfter(key);
    case "string":
      return `${key}\0`;
    default:
      if (key === null) return false;
      return isBytes(key) ? bytesAfter(key) : [...key, null];
  }
}

function bytesAfter(key: Uint8Array): Key {
  const after = new Uint8Array(key.length + 1);
  after.set(key);
  return after;
}

function numericAfter(key: number): Key {
  if (key === Number.POSITIVE_INFINITY) return "";
  if (key === Number.NEGATIVE_INFINITY) return -(1n << 1_000_000n);
  return Number.isInteger(key) ? BigInt(key) : nextDouble(key);
}

/** After a bigint comes the next double where one lies before the next integer, or is equal to it; else that integer. */
function bigintAfter(key: bigint): Key {
  const next = doubleAbove(key);
  return next <= key + 1n ? next : key + 1n;
}

function doubleAbove(key: bigint): number {
  const nearest = Number(key);
  return nearest > key ? nearest : nextDouble(nearest);
}

const float = new Float64Array(1);
const bits = new BigInt64Array(float.buffer);

/** The smallest double above `value`, which is finite or -Infinity. */
function nextDouble(value: number): number {
  if (value === 0) return Number.MIN_VALUE;
  float[0] = value;
  bits[0] = (bits[0] as bigint) + (value > 0 ? 1n : -1n);
  // After the greatest of the negative ones comes -0, which as a key is 0.
  return (float[0] as number) + 0;
}
