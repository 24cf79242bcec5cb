import type { Key } from "@store/core";

/**
 * The order of keys, implemented for the kit alone: first by kind, then within the kind.
 */
export function inKeyOrder(a: Key, b: Key): number {
  return kind(a) - kind(b) || within(a, b);
}

/** Whether two keys are equal. */
export function sameKey(a: Key, b: Key): boolean {
  return inKeyOrder(a, b) === 0;
}

function kind(key: Key): number {
  if (key === null) return 0;
  if (key === false) return 1;
  if (key === true) return 2;
  if (typeof key === "number" || typeof key === "bigint") return 3;
  if (typeof key === "string") return 4;
  return Array.isArray(key) ? 6 : 5;
}

function within(a: Key, b: Key): number {
  if (kind(a) === 3) return numeric(a as number | bigint, b as number | bigint);
  if (kind(a) === 4) return elements(codeUnits(a as string), codeUnits(b as string));
  if (kind(a) === 5) return elements([...(a as Uint8Array)], [...(b as Uint8Array)]);
  return kind(a) === 6 ? elements(a as Key[], b as Key[]) : 0;
}

/** JavaScript compares a number with a bigint exactly. */
function numeric(a: number | bigint, b: number | bigint): number {
  if (a < b) return -1;
  if (a > b) return 1;
  return Number(typeof a === "bigint") - Number(typeof b === "bigint");
}

function codeUnits(text: string): number[] {
  return Array.from({ length: text.length }, (_unused, index) => text.charCodeAt(index));
}

function elements(a: readonly Key[], b: readonly Key[]): number {
  const differing = a.findIndex(
    (key, index) => index >= b.length || !sameKey(key, b[index] as Key),
  );
  if (differing < 0) return a.length === b.length ? 0 : -1;
  return differing >= b.length ? 1 : inKeyOrder(a[differing] as Key, b[differing] as Key);
}
