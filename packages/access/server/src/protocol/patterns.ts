import type { StoreRecord, Wildcard } from "@store/core";
import type { FrameWriter } from "./frame-writer.js";
import type { PayloadReader } from "./payload-reader.js";

/** Core's `_`. */
const WILDCARD = Symbol.for("@store/core/wildcard") as Wildcard;

/**
 * Writes a pattern: a text that isn't in it, and the pattern as a record with that text where the wildcards are. They
 * stand in arrays, in objects and for values of Maps; what is a key of a Map, or in a Set, isn't looked at.
 */
export function writePattern(output: FrameWriter, elements: readonly unknown[]): void {
  let text = "_";
  while (holds(elements, text)) text += "_";
  output.key(text);
  output.record(exchanged(elements, WILDCARD, text) as StoreRecord);
}

export function readPattern(input: PayloadReader): readonly unknown[] {
  const text = input.text();
  return exchanged(input.record(), text, WILDCARD) as readonly unknown[];
}

function holds(value: unknown, text: string): boolean {
  return value === text || membersOf(value).some((member) => holds(member, text));
}

function membersOf(value: unknown): unknown[] {
  if (Array.isArray(value)) return value;
  if (value instanceof Map) return [...value.values()];
  return isPlain(value) ? Object.values(value) : [];
}

/** A copy with another value for each `from`. */
function exchanged(value: unknown, from: unknown, to: unknown): unknown {
  const next = (member: unknown) => exchanged(member, from, to);
  if (value === from) return to;
  if (Array.isArray(value)) return value.map(next);
  if (value instanceof Map) return new Map([...value].map(([key, member]) => [key, next(member)]));
  if (!isPlain(value)) return value;
  const copy = Object.create(Object.getPrototypeOf(value));
  for (const [name, member] of Object.entries(value)) {
    // A member may be named `__proto__`.
    Object.defineProperty(copy, name, {
      value: next(member),
      enumerable: true,
      configurable: true,
      writable: true,
    });
  }
  return copy;
}

function isPlain(value: unknown): value is object {
  if (typeof value !== "object" || value === null) return false;
  const prototype = Object.getPrototypeOf(value);
  return prototype === null || Object.getPrototypeOf(prototype) === null;
}
