import { isStackOverflow, Refusal } from "../errors/errors.js";
import { count, enter, leave, state, tooLarge } from "./copy-state.js";
import { copyElements } from "./elements.js";
import { explain } from "./explain.js";
import { MAX_DEPTH } from "./key.js";
import {
  bufferLength,
  dateTime,
  kindOf,
  mapForEach,
  setForEach,
  type TypedArray,
  typedArrayConstructor,
} from "./kind.js";
import { MAX_PARTS, partsOfBytes } from "./size.js";
import { _ } from "./wildcard.js";

/**
 * How a copy is made. `freeze`: everything in it that JavaScript can freeze is frozen, so that it can be handed out
 * many times. `wildcards`: `_` is let through, for patterns. `borrow`: bytes are not copied, for what is only compared
 * before anybody else can run.
 */
export interface CopyRules {
  readonly freeze: boolean;
  readonly wildcards: boolean;
  readonly borrow?: boolean;
}

/** A value, deeply copied, and whether it holds parts that stay mutable when frozen (Date, Map, Set, binary data). */
export interface Copy {
  readonly value: unknown;
  readonly mutable: boolean;
}

const PLAIN: CopyRules = { freeze: false, wildcards: false };

/** Thrown where a part can't be stored; {@link explain} finds out where and why. Made once: the fast pass needs no stack. */
const unstorable = new Error("it can't be stored");

/**
 * Copies `value`, reading each property once, and checks it on the way. Refuses what can't be stored.
 *
 * @param place how the message names it: by the position of the element that it is, or in words
 */
export function copyElement(value: unknown, rules: CopyRules, place: number | string): Copy {
  const outer = enter(value, 0);
  try {
    return { value: copyOrRefuse(value, rules, place), mutable: state.sawMutable };
  } finally {
    leave(outer);
  }
}

/**
 * Copies the elements of a record likewise, from an index on, each into its place. A hole is refused.
 *
 * @param onMutable is called with each copy that holds parts which stay mutable when frozen
 */
export function copyElementsFrom(
  first: number,
  record: unknown[],
  rules: CopyRules,
  onMutable: (copy: object) => void,
): void {
  let index = first;
  while (index < record.length && isText(record[index])) index++;
  if (index === record.length) return;
  const outer = enter(record, record.length);
  try {
    for (; index < record.length; index++) {
      const element = record[index];
      if (isText(element)) continue;
      if (element === undefined && !Object.hasOwn(record, index)) {
        throw new Refusal("STORE_INVALID_RECORD", `[${index + 1}] is a hole`);
      }
      state.sawMutable = false;
      record[index] = copyOrRefuse(element, rules, index + 1);
      if (state.sawMutable) onMutable(record[index] as object);
    }
  } finally {
    leave(outer);
  }
}

/** Whether it is what most elements are, which needs no copy. */
export function isText(element: unknown): boolean {
  return typeof element === "string" || typeof element === "number";
}

/** A copy of a value that a table holds, of which nothing is frozen. Fails only for want of memory or stack. */
export function copyStored(value: unknown): unknown {
  const outer = enter(undefined, Number.NEGATIVE_INFINITY);
  try {
    return copy(value, PLAIN, 0);
  } finally {
    leave(outer);
  }
}

function copyOrRefuse(value: unknown, rules: CopyRules, place: number | string): unknown {
  try {
    return copy(value, rules, 0);
  } catch (error) {
    if (isStackOverflow(error)) throw error;
    const path = typeof place === "number" ? `[${place}]` : place;
    if (error === tooLarge) {
      throw new Refusal(
        "STORE_INVALID_RECORD",
        `${path} makes it a record of more than ${MAX_PARTS} parts (elements, properties, members; what occurs in many places counts in each)`,
      );
    }
    const cause = error === unstorable ? undefined : error;
    throw new Refusal("STORE_INVALID_RECORD", explain(value, rules.wildcards, path, cause), cause);
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
  const kind = kindOf(value, prototype);
  switch (kind) {
    case "object":
      return copyPlain(value as Readonly<Record<string, unknown>>, prototype, rules, depth);
    case "array":
      return copyArray(value as readonly unknown[], rules, depth);
    case undefined:
      throw unstorable;
  }
  state.sawMutable = true;
  switch (kind) {
    case "bytes":
      return rules.borrow ? borrowBytes(value as Uint8Array) : copyBytes(value as Uint8Array);
    case "typedarray":
      return copyTypedArray(value as TypedArray);
    case "arraybuffer":
      return copyBuffer(value as ArrayBuffer);
    case "date":
      return new Date(dateTime.call(value));
    case "map":
      return copyMap(value, rules, depth);
    case "set":
      return copySet(value, rules, depth);
  }
}

function copyArray(value: readonly unknown[], rules: CopyRules, depth: number): unknown {
  const result = copyElements(value);
  count(result.length);
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
  if (prototype !== null && hasEnumerable(prototype)) {
    const names = Object.keys(value);
    count(names.length);
    for (const name of names) put(result, name, copy(value[name], rules, depth + 1));
  } else {
    // By measurement a fifth faster: V8 reads a property that the loop is at without looking for it.
    let properties = 0;
    for (const name in value) {
      put(result, name, copy(value[name], rules, depth + 1));
      properties++;
    }
    count(properties);
  }
  return rules.freeze ? Object.freeze(result) : result;
}

/** Whether objects with this prototype show more in a loop than what they have themselves. */
function hasEnumerable(prototype: unknown): boolean {
  for (const _ in prototype as object) return true;
  return false;
}

function put(target: Record<string, unknown>, name: string, element: unknown): void {
  if (name === "__proto__") defineOwn(target, name, element);
  else target[name] = element;
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

function copyMap(value: unknown, rules: CopyRules, depth: number): unknown {
  const result = new Map<unknown, unknown>();
  mapForEach.call(value, (element, key) => {
    count(2);
    result.set(copy(key, rules, depth + 1), copy(element, rules, depth + 1));
  });
  return result;
}

function copySet(value: unknown, rules: CopyRules, depth: number): unknown {
  const result = new Set<unknown>();
  setForEach.call(value, (element) => {
    count(1);
    result.add(copy(element, rules, depth + 1));
  });
  return result;
}

function copyBytes(value: Uint8Array): Uint8Array {
  const result = new Uint8Array(value);
  count(partsOfBytes(result.length));
  return result;
}

/** A view of the same bytes, which fails as a copy does where they are detached. */
function borrowBytes(value: Uint8Array): Uint8Array {
  count(partsOfBytes(value.length));
  return new Uint8Array(value.buffer, value.byteOffset, value.length);
}

function copyTypedArray(value: TypedArray): TypedArray {
  const result = new (typedArrayConstructor(value))(value);
  count(partsOfBytes(result.byteLength));
  return result;
}

function copyBuffer(value: ArrayBuffer): ArrayBuffer {
  const result = new ArrayBuffer(bufferLength.call(value));
  count(partsOfBytes(result.byteLength));
  // Not by `slice`, which asks the buffer for a constructor.
  new Uint8Array(result).set(new Uint8Array(value));
  return result;
}
