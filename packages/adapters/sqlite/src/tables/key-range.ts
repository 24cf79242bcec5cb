import { encodeKey } from "@store/codec";
import type { Bound, ScanRange } from "@store/core";

/** A range of keys in bytes: from `begin` on, up to `end` and without it. */
export interface BytesRange {
  readonly begin: Uint8Array;
  readonly end: Uint8Array;
}

/** Before the bytes of every key; no bytes at all would be bound as NULL. */
const LOWEST = Uint8Array.of(0);
/** After the bytes of every key. */
const HIGHEST = Uint8Array.of(0xff);

/** All keys. */
export const WHOLE: BytesRange = { begin: LOWEST, end: HIGHEST };

/** The keys that a scan covers. */
export function bytesRange({ lower, upper }: Pick<ScanRange, "lower" | "upper">): BytesRange {
  return { begin: beginOf(lower), end: endOf(upper) };
}

function beginOf(lower: Bound | undefined): Uint8Array {
  if (lower === undefined) return LOWEST;
  return lower.inclusive ? encodeKey(lower.key) : rightAfter(encodeKey(lower.key));
}

function endOf(upper: Bound | undefined): Uint8Array {
  if (upper === undefined) return HIGHEST;
  return upper.inclusive ? rightAfter(encodeKey(upper.key)) : encodeKey(upper.key);
}

/** The smallest bytes after those of a key: no key's bytes begin with those of another. */
export function rightAfter(key: Uint8Array): Uint8Array {
  const bytes = new Uint8Array(key.length + 1);
  bytes.set(key);
  return bytes;
}
