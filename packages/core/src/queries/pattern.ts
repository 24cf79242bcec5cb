import type { RecordPattern, ScanRange } from "../adapter/adapter-table.js";
import { describe } from "../errors/describe.js";
import { Refusal } from "../errors/errors.js";
import { equalValues } from "../values/equality.js";
import { type Key, ownKey } from "../values/key.js";
import type { DeepReadonly } from "../values/readonly.js";
import type { StoreRecord } from "../values/record.js";
import { type CopyRules, copyElements, copyValue, explain } from "../values/value.js";
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

type Leaf = string | number | bigint | boolean | null | undefined | Uint8Array | Date;

const RULES: CopyRules = { freeze: false, wildcards: true };

/**
 * The pattern that the user passed, checked, copied and planned. A key without a wildcard is looked up; the bound
 * leading elements of a tuple key are a range of an ordered table; else everything is looked through.
 */
export function recordPattern(pattern: unknown, ordered: boolean): RecordPattern {
  if (!Array.isArray(pattern) || pattern.length === 0) {
    throw new Refusal(
      "STORE_INVALID_OPERATION",
      `a pattern is a record with the wildcard _ anywhere; got ${describe(pattern)}`,
    );
  }
  const given = copyElements(pattern);
  const elements = Array.from(given, (element, index) => {
    if (Object.hasOwn(given, index)) return ownElementPattern(element, index + 1);
    throw new Refusal("STORE_INVALID_RECORD", `[${index + 1}] is a hole`);
  });
  const key = ownKeyPattern(elements[0]);
  elements[0] = key;
  return {
    key: holdsWildcard(key) ? undefined : (key as Key),
    range: ordered ? keyRange(key) : WHOLE,
    elements,
    matches: matcher(elements),
  };
}

function ownElementPattern(element: unknown, position: number): unknown {
  const copied = copyValue(element, RULES);
  if (copied === undefined) {
    // What can't even be copied is no key.
    if (position === 1) ownKey(element);
    throw new Refusal("STORE_INVALID_RECORD", explain(element, RULES, `[${position}]`));
  }
  refuseHidden(copied.value);
  return copied.value;
}

function matcher(pattern: readonly unknown[]): (record: StoreRecord) => boolean {
  // Looking only at what is bound makes `[_, _, "x"]` one comparison.
  const bound = pattern.flatMap((element, index) => (element === _ ? [] : [index]));
  return (record) =>
    record.length === pattern.length &&
    bound.every((index) => equalValues(pattern[index], record[index]));
}

/** A key as {@link ownKey} makes it, but for the wildcards in it. */
function ownKeyPattern(key: unknown): unknown {
  if (key === _) return key;
  return Array.isArray(key) && holdsWildcard(key) ? key.map(ownKeyPattern) : ownKey(key);
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
  } else if (typeof value === "object" && value !== null && !(value instanceof Uint8Array)) {
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
  else if (typeof value === "object" && value !== null) Object.values(value).forEach(refuseAny);
}
