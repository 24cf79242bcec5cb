import { typedArrayName } from "./typed-array.js";

/** The kinds of object that a record may hold. */
export type Kind =
  | "array"
  | "object"
  | "bare object"
  | "typed array"
  | "date"
  | "map"
  | "set"
  | "array buffer";

/**
 * What an object is; undefined for one that can't be encoded. Told by internal slots, never by identity alone, so that
 * objects of another realm (a vm context, a test runner's sandbox) are what they are.
 */
export function kindOf(value: object): Kind | undefined {
  if (Array.isArray(value)) return "array";
  const prototype: unknown = Object.getPrototypeOf(value);
  if (prototype === Object.prototype) return "object";
  if (prototype === null) return "bare object";
  if (typedArrayName(value) !== undefined) return "typed array";
  // Asking for a slot that isn't there throws, which takes long: first what it most likely is.
  if (prototype === Map.prototype) return has(mapSize, value) ? "map" : undefined;
  if (prototype === Set.prototype) return has(setSize, value) ? "set" : undefined;
  if (isObjectPrototype(prototype)) return "object";
  if (has(timeOf, value)) return "date";
  if (has(mapSize, value)) return "map";
  if (has(setSize, value)) return "set";
  return has(byteLength, value) ? "array buffer" : undefined;
}

/** Whether it is the root of all plain objects, of whatever realm. */
function isObjectPrototype(prototype: unknown): boolean {
  return (
    typeof prototype === "object" &&
    prototype !== null &&
    Object.getPrototypeOf(prototype) === null &&
    Object.hasOwn(prototype, "isPrototypeOf")
  );
}

function has(slot: (this: unknown) => unknown, value: object): boolean {
  try {
    slot.call(value);
    return true;
  } catch {
    return false;
  }
}

function getter(prototype: object, name: string): (this: unknown) => number {
  return Object.getOwnPropertyDescriptor(prototype, name)?.get as (this: unknown) => number;
}

/** The milliseconds of a Date. */
export const timeOf = Date.prototype.getTime as (this: unknown) => number;
export const mapSize = getter(Map.prototype, "size");
export const setSize = getter(Set.prototype, "size");
/** Of an ArrayBuffer; throws for a SharedArrayBuffer. */
export const byteLength = getter(ArrayBuffer.prototype, "byteLength");

export const mapForEach = Map.prototype.forEach as (
  this: unknown,
  visit: (value: unknown, key: unknown) => void,
) => void;
export const setForEach = Set.prototype.forEach as (
  this: unknown,
  visit: (value: unknown) => void,
) => void;
