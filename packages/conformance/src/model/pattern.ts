import { types } from "node:util";
import { _ } from "@store/core";
import { equal } from "./equality.js";
import { sameKey } from "./key-order.js";

/** Whether a record matches a pattern: `_` is anything, all else must be equal. */
export function matches(pattern: readonly unknown[], record: readonly unknown[]): boolean {
  if (pattern.length !== record.length) return false;
  return pattern.every((part, index) =>
    index === 0 ? keyFits(part, record[0]) : fits(part, record[index]),
  );
}

function keyFits(pattern: unknown, key: unknown): boolean {
  if (pattern === _) return true;
  if (!Array.isArray(pattern)) return sameKey(pattern as never, key as never);
  return (
    Array.isArray(key) &&
    pattern.length === key.length &&
    pattern.every((part, index) => keyFits(part, key[index]))
  );
}

function fits(pattern: unknown, value: unknown): boolean {
  if (pattern === _) return true;
  if (typeof pattern !== "object" || pattern === null) return Object.is(pattern, value);
  if (Array.isArray(pattern)) {
    return (
      Array.isArray(value) &&
      pattern.length === value.length &&
      pattern.every((part, index) => fits(part, value[index]))
    );
  }
  if (types.isMap(pattern)) {
    return types.isMap(value) && pattern.size === value.size && entriesFit(pattern, value);
  }
  if (types.isSet(pattern) || types.isDate(pattern) || isBinary(pattern)) {
    return equal(pattern, value);
  }
  return isPlain(value) && membersFit(pattern, value);
}

function entriesFit(
  pattern: ReadonlyMap<unknown, unknown>,
  value: ReadonlyMap<unknown, unknown>,
): boolean {
  return [...pattern].every(([key, part]) =>
    [...value].some(([otherKey, other]) => equal(key, otherKey) && fits(part, other)),
  );
}

function membersFit(pattern: object, value: object): boolean {
  const names = Object.keys(pattern);
  return (
    names.length === Object.keys(value).length &&
    names.every(
      (name) =>
        Object.hasOwn(value, name) && fits(Reflect.get(pattern, name), Reflect.get(value, name)),
    )
  );
}

function isPlain(value: unknown): value is object {
  if (typeof value !== "object" || value === null || Array.isArray(value)) return false;
  return ![types.isMap, types.isSet, types.isDate, isBinary].some((is) => is(value));
}

function isBinary(value: unknown): boolean {
  return ArrayBuffer.isView(value) || types.isArrayBuffer(value);
}
