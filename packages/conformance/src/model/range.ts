import type { Key } from "@store/core";
import { inKeyOrder, sameKey } from "./key-order.js";

/** A range of any keys, as a user writes one. */
export interface AnyRange {
  readonly gt?: Key;
  readonly gte?: Key;
  readonly lt?: Key;
  readonly lte?: Key;
  readonly prefix?: readonly Key[] | string | Uint8Array;
  readonly reverse?: boolean;
  readonly limit?: number;
}

/** Whether a key lies in the range: compares it with each bound. */
export function inRange(key: Key, { gt, gte, lt, lte, prefix }: AnyRange): boolean {
  return (
    (gt === undefined || inKeyOrder(key, gt) > 0) &&
    (gte === undefined || inKeyOrder(key, gte) >= 0) &&
    (lt === undefined || inKeyOrder(key, lt) < 0) &&
    (lte === undefined || inKeyOrder(key, lte) <= 0) &&
    (prefix === undefined || hasPrefix(key, prefix))
  );
}

/** Tuples begin with whole elements, strings with code units, bytes with bytes. */
function hasPrefix(key: Key, prefix: readonly Key[] | string | Uint8Array): boolean {
  if (typeof prefix === "string") return typeof key === "string" && key.startsWith(prefix);
  if (prefix instanceof Uint8Array) {
    return key instanceof Uint8Array && prefix.every((byte, index) => byte === key[index]);
  }
  return (
    Array.isArray(key) &&
    key.length >= prefix.length &&
    prefix.every((element, index) => sameKey(element, key[index]))
  );
}

/** The values whose keys lie in the range, in its direction, up to its limit. `values` are in key order. */
export function select<T>(
  values: readonly T[],
  keyOf: (value: T) => Key,
  range: AnyRange = {},
): T[] {
  const within = values.filter((value) => inRange(keyOf(value), range));
  if (range.reverse === true) within.reverse();
  return within.slice(0, range.limit);
}
