import { encodeKey } from "@store/codec";
import type { Bound, ScanRange } from "@store/core";

/** A range of entries as commands take it. */
export interface Bounds {
  readonly lower: Buffer;
  readonly upper: Buffer;
}

const INCLUSIVE = "[".charCodeAt(0);
const EXCLUSIVE = "(".charCodeAt(0);
/** Above every number that follows a key in an entry of a bag. */
const ABOVE_NUMBERS = 0xff;

export const FROM_START = Buffer.from("-");
export const TO_END = Buffer.from("+");

export function from(entry: Uint8Array): Buffer {
  return Buffer.concat([Buffer.of(INCLUSIVE), entry]);
}

export function beside(entry: Uint8Array): Buffer {
  return Buffer.concat([Buffer.of(EXCLUSIVE), entry]);
}

/** What is behind all entries of a key of a bag. */
export function besideKeyOfBag(key: Uint8Array): Buffer {
  return Buffer.concat([Buffer.of(EXCLUSIVE), key, Buffer.of(ABOVE_NUMBERS)]);
}

/** Those of a range; only tables in order have bounds. */
export function boundsOf({ lower, upper }: Pick<ScanRange, "lower" | "upper">): Bounds {
  return { lower: end(lower, FROM_START), upper: end(upper, TO_END) };
}

function end(bound: Bound | undefined, open: Buffer): Buffer {
  if (bound === undefined) return open;
  return (bound.inclusive ? from : beside)(encodeKey(bound.key));
}
