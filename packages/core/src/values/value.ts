import { describe } from "../errors/describe.js";
import { isBytes, MAX_DEPTH } from "./key.js";
import { _ } from "./wildcard.js";

/**
 * How a copy is made. `freeze`: everything in it that JavaScript can freeze is frozen, so that it can be handed out
 * many times. `wildcards`: `_` is let through, for patterns.
 */
export interface CopyRules {
  readonly freeze: boolean;
  readonly wildcards: boolean;
}

/** A value, deeply copied, and whether it holds parts that stay mutable when frozen (Date, Map, Set, Uint8Array). */
export interface Copy {
  readonly value: unknown;
  readonly mutable: boolean;
}

/** Thrown when a value can't be stored; {@link explain} finds out where and why. Made once: the fast pass needs no stack. */
const unstorable = new Error("unstorable value");

let sawMutable = false;

/**
 * Copies `value`, reading each property once, and checks it on the way. Returns undefined when some part of it can't be
 * stored. Both in one pass: this is on the path of each write.
 */
export function copyValue(value: unknown, rules: CopyRules): Copy | undefined {
  // A getter may write a record of its own meanwhile.
  const outer = sawMutable;
  sawMutable = false;
  try {
    return { value: copy(value, rules, 0), mutable: sawMutable };
  } catch {
    // Also a getter or a Proxy that throws, and a stack that was nearly used up before.
    return undefined;
  } finally {
    sawMutable = outer;
  }
}

function copy(value: unknown, rules: CopyRules, depth: number): unknown {
  switch (typeof value) {
    case "string":
    case "number":
    case "boolean":
    case "undefined":
    case "bigint":
      return value;
    case "object":
      return value === null ? value : copyObject(value, rules, depth);
    case "symbol":
      if (rules.wildcards && value === _) return value;
      throw unstorable;
    default:
      throw unstorable;
  }
}

function copyObject(value: object, rules: CopyRules, depth: number): unknown {
  if (depth === MAX_DEPTH) throw unstorable;
  const prototype: unknown = Object.getPrototypeOf(value);
  switch (kindOf(value, prototype)) {
    case "object":
      return copyPlain(value as Readonly<Record<string, unknown>>, prototype, rules, depth);
    case "array":
      return copyArray(value as readonly unknown[], rules, depth);
    case "bytes":
      sawMutable = true;
      return new Uint8Array(value as Uint8Array);
    case "date":
      sawMutable = true;
      return new Date(dateTime.call(value));
    case "map":
      sawMutable = true;
      return copyMap(value as ReadonlyMap<unknown, unknown>, rules, depth);
    case "set":
      sawMutable = true;
      return copySet(value as ReadonlySet<unknown>, rules, depth);
    default:
      throw unstorable;
  }
}

function copyArray(value: readonly unknown[], rules: CopyRules, depth: number): unknown {
  const result = copyElements(value);
  for (let index = 0; index < result.length; index++) {
    const element = result[index];
    if (typeof element === "string" || typeof element === "number") continue;
    if (element === undefined && !Object.hasOwn(result, index)) throw unstorable;
    result[index] = copy(element, rules, depth + 1);
  }
  return rules.freeze ? Object.freeze(result) : result;
}

function copyPlain(
  value: Readonly<Record<string, unknown>>,
  prototype: unknown,
  rules: CopyRules,
  depth: number,
): unknown {
  const result: Record<string, unknown> = prototype === null ? Object.create(null) : {};
  const names = Object.keys(value);
  for (let index = 0; index < names.length; index++) {
    const name = names[index] as string;
    const element = copy(value[name], rules, depth + 1);
    if (name === "__proto__") defineOwn(result, name, element);
    else result[name] = element;
  }
  return rules.freeze ? Object.freeze(result) : result;
}

/** Assigning `__proto__` would set the prototype. */
function defineOwn(target: object, name: string, value: unknown): void {
  Object.defineProperty(target, name, {
    value,
    writable: true,
    enumerable: true,
    configurable: true,
  });
}

function copyMap(value: ReadonlyMap<unknown, unknown>, rules: CopyRules, depth: number): unknown {
  const result = new Map<unknown, unknown>();
  mapForEach.call(value, (element: unknown, key: unknown) => {
    result.set(copy(key, rules, depth + 1), copy(element, rules, depth + 1));
  });
  return result;
}

function copySet(value: ReadonlySet<unknown>, rules: CopyRules, depth: number): unknown {
  const result = new Set<unknown>();
  setForEach.call(value, (element: unknown) => {
    result.add(copy(element, rules, depth + 1));
  });
  return result;
}

/** An array with fewer elements than this is copied at once; of a longer one, most may be holes. */
const MANY_ELEMENTS = 1_000;

/** The elements of an array in an array of this realm; if it has holes, those up to the first one, which is the last. */
export function copyElements(value: readonly unknown[]): unknown[] {
  if (value.length < MANY_ELEMENTS) return arraySlice.call(value);
  const elements: unknown[] = [];
  for (let index = 0; index < value.length; index++) {
    if (!Object.hasOwn(value, index)) {
      elements.length = index + 1;
      break;
    }
    elements.push(value[index]);
  }
  return elements;
}

const arraySlice = Array.prototype.slice as (this: unknown) => unknown[];
const dateTime = Date.prototype.getTime as (this: unknown) => number;
const mapForEach = Map.prototype.forEach as (
  this: unknown,
  visit: (value: unknown, key: unknown) => void,
) => void;
const setForEach = Set.prototype.forEach as (
  this: unknown,
  visit: (value: unknown) => void,
) => void;

/** The kinds of object that a record may hold. */
export type Kind = "object" | "array" | "bytes" | "date" | "map" | "set";

/**
 * What an object is, or undefined for one that can't be stored. The prototypes are compared first; objects of another
 * realm (a vm context, a test runner's sandbox) are told by the name of their prototype's constructor. The copying
 * itself goes through the built-in methods, which no object can fake.
 */
export function kindOf(
  value: object,
  prototype: unknown = Object.getPrototypeOf(value),
): Kind | undefined {
  if (Array.isArray(value)) return isBuiltIn(prototype, Array.prototype) ? "array" : undefined;
  if (prototype === Object.prototype || prototype === null) return "object";
  if (isBytes(value)) return "bytes";
  if (isBuiltIn(prototype, Date.prototype)) return "date";
  if (isBuiltIn(prototype, Map.prototype)) return "map";
  if (isBuiltIn(prototype, Set.prototype)) return "set";
  return isBuiltIn(prototype, Object.prototype) ? "object" : undefined;
}

function isBuiltIn(prototype: unknown, own: object): boolean {
  if (prototype === own) return true;
  if (typeof prototype !== "object" || prototype === null) return false;
  // A subclass has a prototype of its own two steps from the root; a foreign built-in is as near to it as ours.
  return (
    Object.hasOwn(prototype, "constructor") &&
    prototype.constructor?.name === own.constructor.name &&
    stepsToRoot(prototype) === stepsToRoot(own)
  );
}

function stepsToRoot(prototype: object): number {
  let steps = 0;
  for (let next: unknown = prototype; next !== null; next = Object.getPrototypeOf(next)) steps++;
  return steps;
}

/**
 * Where in `value`, which {@link copyValue} refused, the first unstorable part is, and what is wrong with it. Slow, and
 * only for the error message: it keeps the path and the objects on it.
 *
 * @param path how the message names `value` itself, `[2]` say
 */
export function explain(value: unknown, rules: CopyRules, path: string): string {
  try {
    return find(value, rules, path, []) ?? `${path} can't be stored`;
  } catch (error) {
    return `${path} throws when read: ${error instanceof Error ? error.message : describe(error)}`;
  }
}

function find(
  value: unknown,
  rules: CopyRules,
  path: string,
  above: readonly object[],
): string | undefined {
  if (typeof value !== "object" || value === null) {
    const storable = typeof value !== "function" && typeof value !== "symbol";
    return storable || (rules.wildcards && value === _)
      ? undefined
      : `${path} is ${describe(value)}`;
  }
  if (above.includes(value)) return `${path} is a cycle`;
  if (above.length === MAX_DEPTH) return `${shorten(path)} is nested deeper than ${MAX_DEPTH}`;
  const kind = kindOf(value);
  if (kind === undefined) return `${path} is ${describe(value)}`;
  if (kind === "array") {
    const hole = (value as readonly unknown[]).findIndex(
      (_element, index) => !Object.hasOwn(value, index),
    );
    if (hole >= 0) return `${path}[${hole}] is a hole`;
  }
  for (const [name, element] of parts(value, kind, path)) {
    const found = find(element, rules, name, [...above, value]);
    if (found !== undefined) return found;
  }
  return undefined;
}

function* parts(value: object, kind: Kind, path: string): Generator<[path: string, part: unknown]> {
  switch (kind) {
    case "array":
      for (const [index, element] of (value as readonly unknown[]).entries()) {
        yield [`${path}[${index}]`, element];
      }
      break;
    case "object":
      for (const name of Object.keys(value)) {
        yield [member(path, name), (value as Readonly<Record<string, unknown>>)[name]];
      }
      break;
    case "map":
      for (const [key, element] of value as ReadonlyMap<unknown, unknown>) {
        yield [`${path}.keys()[${describe(key)}]`, key];
        yield [`${path}.get(${describe(key)})`, element];
      }
      break;
    case "set":
      for (const element of value as ReadonlySet<unknown>) yield [`${path}.values()`, element];
      break;
  }
}

function member(path: string, name: string): string {
  return /^[A-Za-z_$][\w$]{0,59}$/.test(name) ? `${path}.${name}` : `${path}[${describe(name)}]`;
}

function shorten(path: string): string {
  return path.length > 80 ? `${path.slice(0, 80)}…` : path;
}
