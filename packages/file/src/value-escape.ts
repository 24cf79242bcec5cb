import {
  bareObjectHead,
  bigintStandIn,
  build,
  bytesStandIn,
  dateStandIn,
  isHead,
  mapHead,
  negativeZero,
  objectHead,
  readStandIn,
  setHead,
  textStandIn,
} from "./stand-in.js";

/**
 * Whether msgpackr packs and unpacks `value` exactly. Most values are of this kind: it allocates nothing, and in such an
 * object `for in` is twice as fast as going through its keys.
 */
export function isPlain(value: unknown): boolean {
  switch (typeof value) {
    case "string":
      return isPlainText(value);
    case "number":
      return value !== 0 || 1 / value > 0;
    case "bigint":
      return fitsInteger(value);
    case "object":
      return value === null || isPlainObject(value);
    default:
      // boolean and undefined
      return true;
  }
}

/** Whether UTF-8 can hold it (no lone surrogates), and msgpackr, which drops a byte order mark, brings it back whole. */
export function isPlainText(text: string): boolean {
  return (text as WellFormedText).isWellFormed() && text.charCodeAt(0) !== 0xfeff;
}

/** TypeScript knows this method from ES2024 on, Node from 20. */
type WellFormedText = string & { isWellFormed(): boolean };

/** Whether the 64-bit integers of MessagePack hold it. Numbers never take these, so that the two are told apart. */
function fitsInteger(value: bigint): boolean {
  return value >= -(2n ** 63n) && value < 2n ** 64n;
}

function isPlainObject(value: object): boolean {
  if (Array.isArray(value)) {
    for (let index = 0; index < value.length; index++) {
      if (!isPlain(value[index])) return false;
    }
    return true;
  }
  if (Object.getPrototypeOf(value) !== Object.prototype) return false;
  for (const name in value) {
    if (name === "__proto__" || !isPlainText(name) || !isPlain((value as Members)[name])) {
      return false;
    }
  }
  return true;
}

type Members = Record<string, unknown>;

/** A copy of `value`, with stand-ins for all that isn't plain; {@link restoreValue} makes it the value again. */
export function escapeValue(value: unknown): unknown {
  switch (typeof value) {
    case "string":
      return isPlainText(value) ? value : textStandIn(value);
    case "number":
      return Object.is(value, -0) ? negativeZero : value;
    case "bigint":
      return fitsInteger(value) ? value : bigintStandIn(value);
    case "object":
      return value === null ? value : escapeObject(value);
    default:
      return value;
  }
}

function escapeObject(value: object): unknown {
  if (Array.isArray(value)) return value.map(escapeValue);
  const prototype: unknown = Object.getPrototypeOf(value);
  if (prototype === Object.prototype) return escapeMembers(value);
  if (prototype === null) return [bareObjectHead, ...namesAndValues(value)];
  if (value instanceof Uint8Array) return bytesStandIn(value);
  if (value instanceof Date) return dateStandIn(value);
  if (value instanceof Map) return [mapHead, ...[...value].flat().map(escapeValue)];
  if (value instanceof Set) return [setHead, ...[...value].map(escapeValue)];
  throw new TypeError("an object of a class that no record holds");
}

function escapeMembers(object: object): unknown {
  const names = Object.keys(object);
  if (names.includes("__proto__") || !names.every(isPlainText)) {
    return [objectHead, ...namesAndValues(object)];
  }
  const copy: Members = {};
  for (const name of names) copy[name] = escapeValue((object as Members)[name]);
  return copy;
}

function namesAndValues(object: object): unknown[] {
  return Object.entries(object).flat().map(escapeValue);
}

/** Whether nothing in `value`, which msgpackr unpacked, needs {@link restoreValue}: the counterpart of {@link isPlain}. */
export function isRestored(value: unknown): boolean {
  if (typeof value !== "object" || value === null) return true;
  if (Array.isArray(value)) {
    for (let index = 0; index < value.length; index++) {
      if (!isRestored(value[index])) return false;
    }
    return true;
  }
  if (Object.getPrototypeOf(value) !== Object.prototype) return false;
  for (const name in value) {
    if (!isRestored((value as Members)[name])) return false;
  }
  return true;
}

/**
 * The value that was escaped, from what msgpackr unpacked: the same arrays and objects, changed in place. Throws for an
 * object that can't come from a record: bytes that are none of ours can make msgpackr construct classes of its own.
 */
export function restoreValue(value: unknown): unknown {
  if (typeof value !== "object" || value === null) return value;
  if (Array.isArray(value)) return restoreArray(value);
  if (Buffer.isBuffer(value)) return readStandIn(value);
  if (Object.getPrototypeOf(value) !== Object.prototype) {
    throw new TypeError("an object of a class that no record holds");
  }
  const members = value as Members;
  for (const name of Object.keys(members)) members[name] = restoreValue(members[name]);
  return members;
}

/** {@link restoreValue} for each element of an array from `first` on, in place. */
export function restoreElements(array: unknown[], first: number): void {
  for (let index = first; index < array.length; index++) array[index] = restoreValue(array[index]);
}

function restoreArray(array: unknown[]): object {
  const first = array[0];
  const headed = Buffer.isBuffer(first) && isHead(first);
  restoreElements(array, headed ? 1 : 0);
  return headed ? build(first, array) : array;
}
