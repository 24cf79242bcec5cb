import type { Key } from "../../src/index.js";

/**
 * The order of keys as CONTRACT has it, by JavaScript's own comparisons, which are exact also between a number and a
 * bigint: it shares nothing with the encoding.
 */
export function compareKeys(a: Key, b: Key): number {
  const byType = rank(a) - rank(b);
  if (byType !== 0) return byType;
  if (Array.isArray(a)) return compareLists(a, b as readonly Key[], compareKeys);
  if (a instanceof Uint8Array) return compareLists([...a], [...(b as Uint8Array)], (x, y) => x - y);
  if (a === null || b === null) return 0;
  if (a < b) return -1;
  if (a > b) return 1;
  if (typeof a === typeof b) return 0;
  return typeof a === "number" ? -1 : 1;
}

function rank(key: Key): number {
  if (key === null) return 0;
  if (key === false) return 1;
  if (key === true) return 2;
  if (typeof key === "number" || typeof key === "bigint") return 3;
  if (typeof key === "string") return 4;
  return Array.isArray(key) ? 6 : 5;
}

function compareLists<T>(
  a: readonly T[],
  b: readonly T[],
  compare: (a: T, b: T) => number,
): number {
  for (const [index, element] of a.entries()) {
    if (index >= b.length) return 1;
    const difference = compare(element, b[index] as T);
    if (difference !== 0) return difference;
  }
  return a.length - b.length;
}
