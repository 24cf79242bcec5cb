import { atomText } from "../term/atom.js";
import { atomName, objectOf, specialOf } from "../term/special.js";

/**
 * A value without what says which term it was, where JavaScript has something that is like it: an atom is a string, a
 * tuple an array, a float a number, a map whose keys are atoms and texts an object.
 */
export function plainValue(value: unknown): unknown {
  if (typeof value !== "object" || value === null) return value;
  if (Array.isArray(value)) return value.map(plainValue);
  if (value instanceof Map) return plainMap(value);
  if (Object.getPrototypeOf(value) !== Object.prototype) return value;
  const [name, content] = specialOf(value) ?? [];
  switch (name) {
    case undefined:
      return objectOf(Object.entries(value).map(([key, part]) => [key, plainValue(part)]));
    case "$atom":
    case "$float":
      return content;
    case "$tuple":
      return (content as unknown[]).map(plainValue);
    case "$atoms":
      return plainMap(new Map(Object.entries(content as object)));
    default:
      return value;
  }
}

/** Two keys that would be one stay what they were. */
function plainMap(map: ReadonlyMap<unknown, unknown>): unknown {
  const entries = [...map].map(([key, value]) => [plainName(key), plainValue(value)] as const);
  const names = new Set(entries.map(([name]) => name));
  if (names.size === map.size && !names.has(undefined))
    return objectOf(entries as [string, unknown][]);
  return new Map([...map].map(([key, value]) => [key, plainValue(value)]));
}

function plainName(key: unknown): string | undefined {
  if (typeof key === "string") return key;
  return atomName(key) ?? (typeof key === "boolean" || key === null ? atomText(key) : undefined);
}
