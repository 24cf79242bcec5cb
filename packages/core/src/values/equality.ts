import { kindOf, typedArrayName } from "./kind.js";
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

function equalBytes(a: Uint8Array, b: Uint8Array): boolean {
  return a.length === b.length && a.every((byte, index) => byte === b[index]);
}

function bytesOf(view: object): Uint8Array {
  const { buffer, byteOffset, byteLength } = view as ArrayBufferView;
  return new Uint8Array(buffer, byteOffset, byteLength);
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
  const byContent: unknown[] = [];
  for (const [key, value] of a) {
    if (isObject(key)) byContent.push([key, value]);
    else if (!b.has(key) || !equalValues(value, b.get(key))) return false;
  }
  return pairUp(
    byContent,
    [...b].filter(([key]) => isObject(key)),
  );
}

function equalSets(a: ReadonlySet<unknown>, b: ReadonlySet<unknown>): boolean {
  if (a.size !== b.size) return false;
  const byContent: unknown[] = [];
  for (const member of a) {
    if (isObject(member)) byContent.push(member);
    else if (!b.has(member)) return false;
  }
  return pairUp(byContent, [...b].filter(isObject));
}

/** Whether each value of `a` has a partner of its own in `b`. Equality being transitive, the first partner will do. */
function pairUp(a: readonly unknown[], b: unknown[]): boolean {
  if (a.length !== b.length) return false;
  for (const value of a) {
    const partner = b.findIndex((candidate) => equalValues(value, candidate));
    if (partner < 0) return false;
    b.splice(partner, 1);
  }
  return true;
}

function isObject(value: unknown): boolean {
  return typeof value === "object" && value !== null;
}
