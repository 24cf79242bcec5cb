import { type Compare, lowerBound, upperBound } from "./node.js";

export interface Bound<K> {
  readonly key: K;
  readonly inclusive: boolean;
}

/** Without a bound, from the first key or to the last one. A lower bound after the upper one: nothing. */
export interface ScanRange<K> {
  readonly lower?: Bound<K> | undefined;
  readonly upper?: Bound<K> | undefined;
  /** From the upper bound down. */
  readonly reverse: boolean;
}

/** The first entries of a range, in its direction. */
export interface LimitedRange<K> extends ScanRange<K> {
  /** How many there are at most: an integer, or `Infinity`, the default. */
  readonly limit?: number | undefined;
}

/** Where among the keys of a leaf a range begins. */
export function startIn<K>(
  keys: readonly K[],
  lower: Bound<K> | undefined,
  compare: Compare<K>,
): number {
  // Most leaves lie within the bounds, which one comparison tells.
  const first = keys[0];
  if (lower === undefined || first === undefined || compare(first, lower.key) > 0) return 0;
  return (lower.inclusive ? lowerBound : upperBound)(keys, lower.key, compare);
}

/** Before which of the keys of a leaf a range ends. */
export function endIn<K>(
  keys: readonly K[],
  upper: Bound<K> | undefined,
  compare: Compare<K>,
): number {
  const last = keys[keys.length - 1];
  if (upper === undefined || last === undefined || compare(last, upper.key) < 0) return keys.length;
  return (upper.inclusive ? upperBound : lowerBound)(keys, upper.key, compare);
}
