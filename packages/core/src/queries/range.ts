import type { Bound, ScanRange } from "../adapter/adapter-table.js";
import { describe } from "../errors/describe.js";
import { Refusal } from "../errors/errors.js";
import { type Key, ownKey } from "../values/key.js";
import { compareKeys, keyAfter } from "../values/key-order.js";
import { isBytes } from "../values/kind.js";
import type { DeepReadonly } from "../values/readonly.js";

/** A bound in key order: a key, or for tuple keys the leading part of one. */
type KeyBound<K> = K | KeyPrefix<K>;

/** The leading part of a tuple key. */
type KeyPrefix<K> = K extends readonly unknown[] ? DeepReadonly<Partial<K>> : never;

/** What a key may begin with. */
type PrefixOf<K> = K extends readonly unknown[]
  ? KeyPrefix<K>
  : K extends string
    ? string
    : K extends Uint8Array
      ? Uint8Array
      : never;

/**
 * Which records `records` and `keys` go through. Bounds and `reverse` need an ordered table. Bounds of both kinds
 * narrow each other down.
 */
export interface Range<K = Key> {
  /** Keys after this one. */
  readonly gt?: KeyBound<K> | undefined;
  /** This key and those after it. */
  readonly gte?: KeyBound<K> | undefined;
  /** Keys before this one. */
  readonly lt?: KeyBound<K> | undefined;
  /** This key and those before it. */
  readonly lte?: KeyBound<K> | undefined;
  /** Tuple keys that begin with these elements, strings or bytes that begin so; `[]` is all tuples, `""` all strings. */
  readonly prefix?: PrefixOf<K> | undefined;
  /** From the last to the first. Default: false. */
  readonly reverse?: boolean | undefined;
  /** At most so many: of records in `records`, of keys in `keys`. Default: `Infinity`. */
  readonly limit?: number | undefined;
}

/** Everything, in order. */
export const WHOLE: ScanRange = {
  lower: undefined,
  upper: undefined,
  reverse: false,
  limit: Number.POSITIVE_INFINITY,
};

const NAMES = new Set(["gt", "gte", "lt", "lte", "prefix", "reverse", "limit"]);

/** The exact bounds for what the user passed as a range. */
export function scanRange(range: unknown, ordered: boolean): ScanRange {
  if (range === undefined) return WHOLE;
  const given = checkNames(range, NAMES, "a range");
  const { gt, gte, lt, lte, prefix, reverse } = given;
  if (reverse !== undefined && typeof reverse !== "boolean") {
    throw new Refusal("STORE_INVALID_OPERATION", `reverse is a boolean; got ${describe(reverse)}`);
  }
  const bounds = [gt, gte, lt, lte, prefix].some((bound) => bound !== undefined);
  if (!ordered && (bounds || reverse === true)) {
    throw new Refusal(
      "STORE_NOT_SUPPORTED",
      "bounds, prefix and reverse need an ordered_set: other tables have no order",
    );
  }
  const within = prefix === undefined ? WHOLE : prefixRange(prefix);
  return {
    lower: tighter(1, within.lower, bound(gt, false), bound(gte, true)),
    upper: tighter(-1, within.upper, bound(lt, false), bound(lte, true)),
    reverse: reverse === true,
    limit: checkLimit(given.limit),
  };
}

/** The range of the keys that begin with `prefix`: tuples, strings or bytes, as the prefix is. */
export function prefixRange(prefix: unknown): ScanRange {
  const isPrefix =
    typeof prefix === "string" ||
    Array.isArray(prefix) ||
    (typeof prefix === "object" && prefix !== null && isBytes(prefix));
  if (!isPrefix) {
    throw new Refusal(
      "STORE_INVALID_OPERATION",
      `a prefix is the leading part of a tuple key (an array), a string or a Uint8Array; got ${describe(prefix)}`,
    );
  }
  const from = ownKey(prefix);
  const end = prefixEnd(from);
  return {
    ...WHOLE,
    lower: { key: from, inclusive: true },
    upper: end === undefined ? undefined : { key: end, inclusive: false },
  };
}

/** The smallest key after all that begin with `prefix`; undefined if there is none. */
function prefixEnd(prefix: Key): Key | undefined {
  if (typeof prefix === "string") return stringAfter(prefix);
  if (!Array.isArray(prefix)) return bytesAfter(prefix as Uint8Array);
  const last = prefix.at(-1);
  // Tuples come last of all keys: the empty prefix has no end.
  return last === undefined ? undefined : [...prefix.slice(0, -1), keyAfter(last)];
}

/** The last code unit that can be raised is; after all strings come bytes. */
function stringAfter(prefix: string): Key {
  for (let end = prefix.length; end > 0; end--) {
    const unit = prefix.charCodeAt(end - 1);
    if (unit < 0xffff) return prefix.slice(0, end - 1) + String.fromCharCode(unit + 1);
  }
  return new Uint8Array();
}

/** Likewise; after all bytes come tuples. */
function bytesAfter(prefix: Uint8Array): Key {
  let end = prefix.length;
  while (end > 0 && prefix[end - 1] === 0xff) end--;
  if (end === 0) return [];
  const after = prefix.slice(0, end);
  after[end - 1] = (after[end - 1] as number) + 1;
  return after;
}

/** The limit for what the user passed: an integer from 0, or Infinity. */
export function checkLimit(limit: unknown): number {
  if (limit === undefined) return Number.POSITIVE_INFINITY;
  if (limit === Number.POSITIVE_INFINITY || (Number.isSafeInteger(limit) && Number(limit) >= 0)) {
    return Number(limit);
  }
  throw new Refusal(
    "STORE_INVALID_OPERATION",
    `limit is an integer >= 0 or Infinity; got ${describe(limit)}`,
  );
}

/** An options argument of a call, refused when it isn't an object or has a name that isn't known. */
export function checkNames(
  options: unknown,
  names: ReadonlySet<string>,
  what: string,
): Readonly<Record<string, unknown>> {
  if (typeof options !== "object" || options === null || Array.isArray(options)) {
    throw new Refusal("STORE_INVALID_OPERATION", `${what} is an object; got ${describe(options)}`);
  }
  for (const name of Object.keys(options)) {
    if (!names.has(name)) {
      throw new Refusal(
        "STORE_INVALID_OPERATION",
        `${what} has no ${describe(name)}, only ${[...names].join(", ")}`,
      );
    }
  }
  return { ...options };
}

function bound(key: unknown, inclusive: boolean): Bound | undefined {
  return key === undefined ? undefined : { key: ownKey(key), inclusive };
}

/** The bound that leaves less: the greatest lower one (`side` 1), the least upper one (`side` -1). */
function tighter(side: 1 | -1, ...bounds: readonly (Bound | undefined)[]): Bound | undefined {
  let tightest: Bound | undefined;
  for (const candidate of bounds) {
    if (candidate === undefined) continue;
    const order = tightest === undefined ? 1 : side * compareKeys(candidate.key, tightest.key);
    if (order > 0 || (order === 0 && !candidate.inclusive)) tightest = candidate;
  }
  return tightest;
}
