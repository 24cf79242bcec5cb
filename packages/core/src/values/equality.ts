import { equalBytes } from "./bytes.js";
import { hashEntry, hashingOnce, hashValue, type MapEntry } from "./hashing/hash.js";
import { bytesOf, kindOf, typedArrayName } from "./kind.js";
import { _ } from "./wildcard.js";

/**
 * Whether two values are the same by content, deeply. The order of an object's keys, of a Map's entries or a Set's
 * members doesn't matter; `NaN` equals `NaN`, `0` and `-0` differ; a number never equals a bigint, a property that is
 * `undefined` never a missing one. The wildcard in `a` equals anything.
 *
 * Both are values that a table can hold: without cycles, of the kinds that a record may have.
 */
export function equalValues(a: unknown, b: unknown): boolean {
  if (Object.is(a, b) || a === _) return true;
  if (typeof a !== "object" || typeof b !== "object" || a === null || b === null) return false;
  const kind = kindOf(a);
  if (kind !== kindOf(b)) return false;
  switch (kind) {
    case "array":
      return equalArrays(a as readonly unknown[], b as readonly unknown[]);
    case "bytes":
      return equalBytes(a as Uint8Array, b as Uint8Array);
    case "typedarray":
      return typedArrayName(a) === typedArrayName(b) && equalBytes(bytesOf(a), bytesOf(b));
    case "arraybuffer":
      return equalBytes(new Uint8Array(a as ArrayBuffer), new Uint8Array(b as ArrayBuffer));
    case "date":
      return Object.is((a as Date).getTime(), (b as Date).getTime());
    case "map":
      return equalMaps(a as ReadonlyMap<unknown, unknown>, b as ReadonlyMap<unknown, unknown>);
    case "set":
      return equalSets(a as ReadonlySet<unknown>, b as ReadonlySet<unknown>);
    case "object":
      return equalObjects(a as Fields, b as Fields);
    default:
      return false;
  }
}

type Fields = Readonly<Record<string, unknown>>;

function equalArrays(a: readonly unknown[], b: readonly unknown[]): boolean {
  if (a.length !== b.length) return false;
  for (let index = 0; index < a.length; index++) {
    if (!equalValues(a[index], b[index])) return false;
  }
  return true;
}

function equalObjects(a: Fields, b: Fields): boolean {
  const names = Object.keys(a);
  if (names.length !== Object.keys(b).length) return false;
  for (const name of names) {
    if (!Object.hasOwn(b, name) || !equalValues(a[name], b[name])) return false;
  }
  return true;
}

function equalMaps(a: ReadonlyMap<unknown, unknown>, b: ReadonlyMap<unknown, unknown>): boolean {
  if (a.size !== b.size) return false;
  const entries: MapEntry[] = [];
  for (const entry of a) {
    const [key, value] = entry;
    if (isObject(key)) entries.push(entry);
    else if (!b.has(key) || !equalValues(value, b.get(key))) return false;
  }
  return pairUp(
    entries,
    [...b].filter(([key]) => isObject(key)),
    hashEntry,
  );
}

function equalSets(a: ReadonlySet<unknown>, b: ReadonlySet<unknown>): boolean {
  if (a.size !== b.size) return false;
  const members: unknown[] = [];
  for (const member of a) {
    if (isObject(member)) members.push(member);
    else if (!b.has(member)) return false;
  }
  return pairUp(members, [...b].filter(isObject), hashValue);
}

function isObject(value: unknown): boolean {
  return typeof value === "object" && value !== null;
}

/**
 * Whether each value of `a` has a partner of its own in `b`. Equality being transitive, the first one found will do; only
 * those that share its hash are looked at.
 */
function pairUp<T>(a: readonly T[], b: readonly T[], hash: (value: T) => number): boolean {
  if (a.length !== b.length) return false;
  if (a.length < 2) return equalArrays(a, b);
  return hashingOnce(() => pairByHash(a, groupByHash(b, hash), hash));
}

/** @param left by their hashes; those that have found a partner are taken out */
function pairByHash<T>(
  a: readonly T[],
  left: ReadonlyMap<number, T[]>,
  hash: (value: T) => number,
): boolean {
  for (const value of a) {
    const candidates = left.get(hash(value));
    if (candidates === undefined || !takeEqual(value, candidates)) return false;
  }
  return true;
}

function takeEqual<T>(value: T, candidates: T[]): boolean {
  for (let index = 0; index < candidates.length; index++) {
    if (!equalValues(value, candidates[index])) continue;
    // The last one takes its place: thousands of equal ones may share a hash.
    candidates[index] = candidates[candidates.length - 1] as T;
    candidates.length--;
    return true;
  }
  return false;
}

function groupByHash<T>(values: readonly T[], hash: (value: T) => number): Map<number, T[]> {
  const groups = new Map<number, T[]>();
  for (const value of values) {
    const key = hash(value);
    const group = groups.get(key);
    if (group === undefined) groups.set(key, [value]);
    else group.push(value);
  }
  return groups;
}
