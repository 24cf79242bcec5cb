import { describe } from "./describe.js";
import { Refusal } from "./errors.js";

/**
 * What identifies a record: element 1. Keys are equal when they have the same type and the same content: `1`, `1n` and
 * `"1"` are three keys, `["a", 1]` equals `["a", 1]`, two `Uint8Array`s of the same bytes are one key. No `NaN`;
 * `-0` is `0`; a tuple nests at most {@link MAX_DEPTH} deep.
 */
export type Key = string | number | bigint | boolean | null | Uint8Array | readonly Key[];

/** How deep keys and values may nest. Deeper ones are refused, as cycles are, before they can exhaust the stack. */
export const MAX_DEPTH = 1_000;

/** A key that only the table holds: checked, `-0` as `0`, tuples and bytes copied, tuples frozen. */
export function ownKey(key: unknown): Key {
  if (typeof key === "string") return key;
  if (typeof key === "number" && !Number.isNaN(key)) return key === 0 ? 0 : key;
  return ownUncommonKey(key, 0);
}

function ownUncommonKey(key: unknown, depth: number): Key {
  switch (typeof key) {
    case "string":
    case "bigint":
    case "boolean":
      return key;
    case "number":
      if (!Number.isNaN(key)) return key === 0 ? 0 : key;
      break;
    case "object":
      if (key === null) return key;
      if (isBytes(key)) return new Uint8Array(key);
      if (Array.isArray(key)) return ownTuple(key, depth);
      break;
  }
  throw new Refusal(
    "STORE_INVALID_KEY",
    `a key is a string, a number but NaN, a bigint, a boolean, null, a Uint8Array or a tuple of keys; got ${describe(key)}${depth > 0 ? " inside a tuple" : ""}`,
  );
}

function ownTuple(tuple: readonly unknown[], depth: number): Key {
  if (depth === MAX_DEPTH) {
    throw new Refusal(
      "STORE_INVALID_KEY",
      `a key nests at most ${MAX_DEPTH} tuples deep, and has no cycles`,
    );
  }
  // Array.from reads a hole as undefined, which is no key: sparse tuples are refused.
  return Object.freeze(Array.from(tuple, (element) => ownUncommonKey(element, depth + 1)));
}

/** Whether a key has parts that can't be frozen. */
export function holdsBytes(key: Key): boolean {
  if (typeof key !== "object" || key === null) return false;
  return isBytes(key) || key.some(holdsBytes);
}

/** A key for the caller: what a table holds by reference must not be reachable through it. */
export function releaseKey(key: Key): Key {
  if (typeof key !== "object" || key === null) return key;
  return isBytes(key) ? key.slice() : key.map(releaseKey);
}

const typedArrayTag = Object.getOwnPropertyDescriptor(
  Object.getPrototypeOf(Uint8Array.prototype),
  Symbol.toStringTag,
)?.get;

/** Whether `value` is a Uint8Array, a Buffer or one of another realm: told by its internal slot, which no object can fake. */
export function isBytes(value: object): value is Uint8Array {
  return typedArrayTag?.call(value) === "Uint8Array";
}
