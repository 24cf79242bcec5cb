import { AssertionError } from "node:assert/strict";
import { types } from "node:util";
import type { Key, StoreErrorCode, StoreRecord } from "@store/core";
import { identical } from "../model/equality.js";
import { inKeyOrder } from "../model/key-order.js";
import { show } from "./show.js";

const LONGEST_CALL = 120;

/** More records than any table of the kit holds. */
const LONGEST_WALK = 20_000;

/** Fails unless what was read is what was expected, deeply and exactly. */
export function same(actual: unknown, expected: unknown, what = "the result"): void {
  if (!identical(actual, expected)) throw mismatch(actual, expected, what);
}

/** The failure of {@link same}: shows the first place where the two differ. */
export function mismatch(actual: unknown, expected: unknown, what: string): AssertionError {
  const found = difference(actual, expected);
  const lines = [`expected ${found.expected}`, `received ${found.actual}`];
  if (found.path !== "") lines.push(`in ${show(actual)}`);
  const where = found.path === "" ? "" : ` at ${found.path}`;
  const message = [`${what}${where}: not as expected`, ...lines].join("\n  ");
  return new AssertionError({ message });
}

interface Difference {
  readonly path: string;
  readonly actual: string;
  readonly expected: string;
}

/** The first place where two lists differ, or what was compared itself. */
function difference(actual: unknown, expected: unknown, path = ""): Difference {
  if (Array.isArray(actual) && Array.isArray(expected) && actual.length + expected.length > 0) {
    const length = Math.max(actual.length, expected.length);
    const index = Array.from({ length }, (_unused, at) => at).findIndex(
      (at) => at >= actual.length || at >= expected.length || !identical(actual[at], expected[at]),
    );
    const inner = `${path}[${index}]`;
    if (index < actual.length && index < expected.length) {
      return difference(actual[index], expected[index], inner);
    }
    const part = (list: unknown[]) => (index < list.length ? show(list[index]) : "nothing");
    return { path: inner, actual: part(actual), expected: part(expected) };
  }
  return { path, actual: show(actual), expected: show(expected) };
}

/** Fails unless `condition` holds. */
export function holds(condition: boolean, message: string): asserts condition {
  if (!condition) throw new AssertionError({ message });
}

/** {@link same} for records in any order; those of one key must be in the expected order. */
export function sameRecords(
  actual: readonly StoreRecord[],
  expected: readonly StoreRecord[],
  what = "the records",
): void {
  same(byKey(actual), byKey(expected), `${what}, sorted by key`);
}

/** {@link same} for keys in any order. */
export function sameKeys(
  actual: readonly Key[],
  expected: readonly Key[],
  what = "the keys",
): void {
  same([...actual].sort(inKeyOrder), [...expected].sort(inKeyOrder), `${what}, sorted`);
}

/** The records sorted by key; the sort is stable. */
export function byKey(records: readonly StoreRecord[]): StoreRecord[] {
  return [...records].sort(([a], [b]) => inKeyOrder(a, b));
}

/** All values that an iterator of either mode returns. */
export async function collect<T>(steps: Iterable<T> | AsyncIterable<T>): Promise<T[]> {
  const found: T[] = [];
  for await (const value of steps) {
    found.push(value);
    holds(
      found.length <= LONGEST_WALK,
      `the iterator doesn't end: it has returned ${found.length} values`,
    );
  }
  return found;
}

/** The outcome of a call: its value, or the error that it threw or rejected with. */
export type Outcome = { readonly value: unknown } | { readonly error: unknown };

/** Makes a call and waits for its outcome. */
export async function outcomeOf(call: () => unknown): Promise<Outcome> {
  try {
    return { value: await call() };
  } catch (error) {
    return { error };
  }
}

/** The parts of a `StoreError` that are contract. */
export interface CodedError extends Error {
  readonly code: StoreErrorCode;
}

/**
 * Fails unless the call throws, or rejects with, a `StoreError` of this code.
 * @param mentions what its message must contain
 */
export async function refuses(
  code: StoreErrorCode,
  call: () => unknown,
  ...mentions: readonly string[]
): Promise<CodedError> {
  const outcome = await outcomeOf(call);
  const expected = `${shownCall(call)} should have failed with ${code}`;
  if (!("error" in outcome)) {
    const message = `${expected}, and returned ${show(outcome.value)}${causeOf(code)}`;
    throw new AssertionError({ message });
  }
  const { error } = outcome;
  if (!isCoded(error) || error.code !== code) {
    const message = `${expected}, and failed with ${shownError(error)}${causeOf(code)}`;
    throw new AssertionError({ message });
  }
  for (const mention of mentions) {
    holds(
      error.message.includes(mention),
      `the message of ${code} must mention ${JSON.stringify(mention)}; it is: ${error.message}`,
    );
  }
  return error;
}

/** Whether this is an error with a code, whichever copy of core it is from. */
export function isCoded(error: unknown): error is CodedError {
  return types.isNativeError(error) && error.name === "StoreError" && "code" in error;
}

/** An error as messages show it. */
export function shownError(error: unknown): string {
  if (isCoded(error)) return `${error.code} (${error.message})`;
  return types.isNativeError(error) ? String(error) : show(error);
}

/** A call as the test has it: `() => table.insert(5)` is `table.insert(5)`. */
function shownCall(call: () => unknown): string {
  const source = String(call).replace(/^(async )?\(\) =>\s*/, "");
  const line = source.replace(/\s+/g, " ").trim();
  return line.length > LONGEST_CALL ? `${line.slice(0, LONGEST_CALL)}…` : line;
}

/** What an adapter most likely does wrong when a call doesn't fail with this code. */
function causeOf(code: StoreErrorCode): string {
  const cause = CAUSES[code];
  return cause === undefined ? "" : `.\nLikely cause: ${cause}`;
}

const CAUSES: Partial<Record<StoreErrorCode, string>> = {
  STORE_TABLE_TYPE_MISMATCH:
    "openTable returns a table of the type that was asked for, and not of the type with which the table was created. The type must be stored with the table, also while it is empty",
  STORE_LOCKED:
    'openTable doesn\'t notice that the table is open elsewhere. It must fail with toolkit.error("STORE_LOCKED", ...)',
  STORE_INVALID_OPTIONS:
    "normalizeOptions doesn't throw for these options, or open checks what normalizeOptions should",
  STORE_COUNTER_OVERFLOW:
    "a method of the adapter's own that counts doesn't check the result; toolkit.counted does",
  STORE_KEY_NOT_FOUND:
    "lookup, or member if the adapter has it, finds a key that isn't there; or update inserts what is missing",
};
