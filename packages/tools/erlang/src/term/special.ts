import { types } from "node:util";

/**
 * What a term is as a value: itself where JavaScript has such a value, else an object with one of these names as its
 * only one, which says what it was.
 */
export const SPECIAL_NAMES = [
  "$atom",
  "$atoms",
  "$float",
  "$tuple",
  "$improper",
  "$bits",
  "$pid",
  "$port",
  "$reference",
  "$fun",
  "$export",
] as const;

export type SpecialName = (typeof SPECIAL_NAMES)[number];

const names: ReadonlySet<string> = new Set(SPECIAL_NAMES);

export function isSpecialName(name: string): name is SpecialName {
  return names.has(name);
}

/** The one name of an object that may be special, and what it holds. */
export function specialOf(
  value: unknown,
): readonly [name: SpecialName, content: unknown] | undefined {
  if (!isPlainObject(value)) return undefined;
  const own = Object.keys(value);
  const [name] = own;
  if (own.length !== 1 || name === undefined || !isSpecialName(name)) return undefined;
  return [name, value[name]];
}

/** The name of an atom that has no value of its own, as `true` and `undefined` have. */
export function atomName(value: unknown): string | undefined {
  const special = specialOf(value);
  return special?.[0] === "$atom" && typeof special[1] === "string" ? special[1] : undefined;
}

/** An object that is no array, Map, Date and the like: of whatever realm. */
export function isPlainObject(value: unknown): value is Readonly<Record<string, unknown>> {
  if (typeof value !== "object" || value === null || Array.isArray(value)) return false;
  const prototype: unknown = Object.getPrototypeOf(value);
  if (prototype === null) return true;
  return Object.getPrototypeOf(prototype) === null && !isBuiltIn(value);
}

function isBuiltIn(value: object): boolean {
  return (
    types.isMap(value) ||
    types.isSet(value) ||
    types.isDate(value) ||
    types.isAnyArrayBuffer(value) ||
    ArrayBuffer.isView(value)
  );
}

/** An object with these entries, `__proto__` among them if it is one. */
export function objectOf(entries: Iterable<readonly [name: string, value: unknown]>): object {
  const result: Record<string, unknown> = {};
  for (const [name, value] of entries) {
    if (name === "__proto__") {
      Object.defineProperty(result, name, {
        value,
        configurable: true,
        enumerable: true,
        writable: true,
      });
    } else {
      result[name] = value;
    }
  }
  return result;
}
