import type { RecordPattern, ScanRange } from "../adapter/adapter-table.js";
import { describe } from "../errors/describe.js";
import { Refusal } from "../errors/errors.js";
import { type CopyRules, copyElement, copyElementsFrom } from "../values/copy.js";
import { copyElements } from "../values/elements.js";
import { equalValues } from "../values/equality.js";
import { type Key, ownKey } from "../values/key.js";
import type { DeepReadonly } from "../values/readonly.js";
import type { StoreRecord } from "../values/record.js";
import { _, type Wildcard } from "../values/wildcard.js";
import { prefixRange, WHOLE } from "./range.js";

/** A record with the wildcard `_` anywhere: for the key, an element, or inside of either. */
export type Pattern<R extends StoreRecord> = { readonly [I in keyof R]: PatternElement<R[I]> };

type PatternElement<T> = [Key] extends [T]
  ? unknown
  : Wildcard | T | DeepReadonly<T> | PatternParts<T>;

// A type may nest without end, as JSON does. TypeScript would look through arrays and tuples at once, but through the
// members of an interface or an object only as deep as a pattern goes.
type PatternParts<T> = T extends Leaf
  ? never
  : T extends readonly unknown[]
    ? number extends T["length"]
      ? PatternList<T[number]>
      : PatternTuple<T>
    : { readonly [P in keyof T]: PatternElement<T[P]> };

interface PatternList<T> extends ReadonlyArray<PatternElement<T>> {}

type PatternTuple<T extends readonly unknown[]> = {
  readonly [P in keyof T as P extends `${number}` | "length" ? P : never]: P extends "length"
    ? T[P]
    : PatternElement<T[P]>;
};

type Leaf =
  | string
  | number
  | bigint
  | boolean
  | null
  | undefined
  | ArrayBuffer
  | ArrayBufferView
  | Date;

const RULES: CopyRules = { freeze: false, wildcards: true };
const BORROWED: CopyRules = { ...RULES, borrow: true };

/**
 * The pattern that the user passed, checked, copied and planned. A key without a wildcard is looked up; the bound
 * leading elements of a tuple key are a range of an ordered table; else everything is looked through.
 *
 * @param borrow whether nobody can change the bytes in it before it is used for the last time: then they aren't copied
 */
export function recordPattern(pattern: unknown, ordered: boolean, borrow: boolean): RecordPattern {
  if (!Array.isArray(pattern) || pattern.length === 0) {
    throw new Refusal(
      "STORE_INVALID_OPERATION",
      `a pattern is a record with the wildcard _ anywhere; got ${describe(pattern)}`,
    );
  }
  const elements = copyElements(pattern);
  const key = ownKeyPattern(elements[0]);
  elements[0] = undefined;
  copyElementsFrom(1, elements, borrow ? BORROWED : RULES, () => {});
  elements.forEach(refuseHidden);
  elements[0] = key;
  return {
    key: holdsWildcard(key) ? undefined : (key as Key),
    range: ordered ? keyRange(key) : WHOLE,
    elements,
    matches: matcher(elements),
  };
}

/** A key as {@link ownKey} makes it, but for the wildcards in it. */
function ownKeyPattern(given: unknown): unknown {
  let key: unknown;
  try {
    key = copyElement(given, RULES, 1).value;
  } catch (error) {
    // What can't even be copied is no key.
    ownKey(given);
    throw error;
  }
  return holdsWildcard(key) ? ownOpenKey(key) : ownKey(key);
}

function ownOpenKey(key: unknown): unknown {
  if (key === _) return key;
  return Array.isArray(key) ? key.map(ownOpenKey) : ownKey(key);
}

function matcher(pattern: readonly unknown[]): (record: StoreRecord) => boolean {
  // Looking only at what is bound makes `[_, _, "x"]` one comparison.
  const bound = pattern.flatMap((element, index) => (element === _ ? [] : [index]));
  return (record) =>
    record.length === pattern.length &&
    bound.every((index) => equalValues(pattern[index], record[index]));
}

function keyRange(key: unknown): ScanRange {
  if (!Array.isArray(key)) return WHOLE;
  const free = key.findIndex(holdsWildcard);
  return free < 0 ? WHOLE : prefixRange(key.slice(0, free));
}

function holdsWildcard(value: unknown): boolean {
  return value === _ || (Array.isArray(value) && value.some(holdsWildcard));
}

/**
 * Members of a Set, keys of a Map, and values of a Map whose keys are objects are found by what they are: a wildcard
 * there would match in more than one way.
 */
function refuseHidden(value: unknown): void {
  if (value instanceof Map) {
    const keys = [...value.keys()];
    keys.forEach(refuseAny);
    const byContent = keys.some((key) => typeof key === "object" && key !== null);
    for (const element of value.values()) (byContent ? refuseAny : refuseHidden)(element);
  } else if (value instanceof Set) {
    for (const member of value) refuseAny(member);
  } else if (hasMembers(value)) {
    for (const element of Object.values(value)) refuseHidden(element);
  }
}

function refuseAny(value: unknown): void {
  if (value === _) {
    throw new Refusal(
      "STORE_INVALID_OPERATION",
      "a wildcard can't stand for a key of a Map or a member of a Set, nor beside a key that is an object",
    );
  }
  if (value instanceof Map || value instanceof Set) [...value].forEach(refuseAny);
  else if (hasMembers(value)) Object.values(value).forEach(refuseAny);
}

/** Whether a value of a pattern is an array or an object with members: binary data has none that a wildcard could be. */
function hasMembers(value: unknown): value is object {
  return typeof value === "object" && value !== null && !ArrayBuffer.isView(value);
}
