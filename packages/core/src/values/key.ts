import { describe, messageOf } from "../errors/describe.js";
import { isRefusal, isStackOverflow, Refusal } from "../errors/errors.js";
import { isBytes } from "./kind.js";
import { MAX_KEY_PARTS } from "./size.js";

/**
 * What identifies a record: element 1. Keys are equal when they have the same type and the same content: `1`, `1n` and
 * `"1"` are three keys, `["a", 1]` equals `["a", 1]`, two `Uint8Array`s of the same bytes are one key. No `NaN`;
 * `-0` is `0`; a tuple nests at most {@link MAX_DEPTH} deep, and has at most {@link MAX_KEY_PARTS} elements in all.
 */
export type Key = string | number | bigint | boolean | null | Uint8Array | readonly Key[];

/** How deep keys and values may nest. Deeper ones are refused, as cycles are, before they can exhaust the stack. */
export const MAX_DEPTH = 1_000;

/** A key that only the table holds: checked, `-0` as `0`, tuples and bytes copied. */
export function ownKey(key: unknown): Key {
  if (typeof key === "string") return key;
  if (typeof key === "number" && !Number.isNaN(key)) return key === 0 ? 0 : key;
  elementsLeft = MAX_KEY_PARTS;
  try {
    return ownUncommonKey(key, 0);
  } catch (error) {
    if (isRefusal(error) || isStackOverflow(error)) throw error;
    const problem = `the key throws when read: ${messageOf(error)}`;
    throw new Refusal("STORE_INVALID_KEY", problem, error);
  }
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
      if (Array.isArray(key)) return ownTuple(key, depth);
      if (isBytes(key)) return new Uint8Array(key);
      break;
  }
  throw new Refusal(
    "STORE_INVALID_KEY",
    `a key is a string, a number but NaN, a bigint, a boolean, null, a Uint8Array or a tuple of keys; got ${describe(key)}${depth > 0 ? " inside a tuple" : ""}`,
  );
}

/** How many elements the tuple whose copy is under way may still have. */
let elementsLeft = 0;

function ownTuple(tuple: readonly unknown[], depth: number): Key {
  if (depth === MAX_DEPTH) {
    throw new Refusal(
      "STORE_INVALID_KEY",
      `a key nests at most ${MAX_DEPTH} tuples deep, and has no cycles`,
    );
  }
  const { length } = tuple;
  elementsLeft -= length;
  if (elementsLeft < 0) {
    throw new Refusal(
      "STORE_INVALID_KEY",
      `a key has at most ${MAX_KEY_PARTS} elements (what occurs in many places counts in each)`,
    );
  }
  const owned = new Array<Key>(length);
  // A hole reads as undefined, which is no key: sparse tuples are refused.
  for (let index = 0; index < length; index++) {
    owned[index] = ownUncommonKey(tuple[index], depth + 1);
  }
  return owned;
}

/** A key for the caller: what a table holds by reference must not be reachable through it. */
export function releaseKey(key: Key): Key {
  if (typeof key !== "object" || key === null) return key;
  return Array.isArray(key) ? key.map(releaseKey) : new Uint8Array(key as Uint8Array);
}

/** The key of a number under a prefix: `[...prefix, number]`, or the number itself where there is no prefix. */
export function keyWithLast(prefix: readonly Key[] | null, number: number | bigint): Key {
  return prefix === null ? number : [...prefix, number];
}
