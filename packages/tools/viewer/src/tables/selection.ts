import { _, type Key, type Pattern, type Range, type StoreRecord, toolkit } from "@store/core";
import { decodePattern, decodeText } from "@store/text-form";
import { badRequest } from "./failure.js";
import type { AnyTable } from "./store.js";

/** Which records of a table are meant. */
export interface Selection {
  /** Those of one key; else {@link range}. */
  readonly key: Key | undefined;
  readonly hasKey: boolean;
  readonly range: Range<Key>;
  /** Of these, those that match; undefined: all. */
  readonly matches: ((record: StoreRecord) => boolean) | undefined;
}

const BOUNDS = ["gt", "gte", "lt", "lte", "prefix"] as const;

/** What the parameters of a request say, as `store scan` takes them: keys and patterns in the text form. */
export async function selectionOf(params: URLSearchParams, table: AnyTable): Promise<Selection> {
  const bounds = BOUNDS.flatMap((name) => {
    const text = params.get(name);
    return text === null ? [] : [[name, decodeText(text)] as const];
  });
  const range: Range<Key> = {
    ...(Object.fromEntries(bounds) as Range<Key>),
    ...(params.get("reverse") === "1" && { reverse: true }),
  };
  if (table.type !== "ordered_set" && Object.keys(range).length > 0) {
    throw badRequest(
      `ranges, prefixes and the way back need the order of an ordered_set; this is a ${table.type}. A key or a pattern works in each table.`,
    );
  }
  const key = params.get("key");
  const pattern = params.get("match");
  if (key !== null && (pattern !== null || bounds.length > 0)) {
    throw badRequest("a key goes with no range and no pattern");
  }
  if (key !== null) return { ...NOTHING, key: decodeText(key) as Key, hasKey: true };
  if (pattern === null) return { ...NOTHING, range };
  return selectionByPattern(table, range, decodePattern(pattern));
}

const NOTHING = { key: undefined, hasKey: false, range: {}, matches: undefined };

async function selectionByPattern(
  table: AnyTable,
  range: Range<Key>,
  pattern: unknown,
): Promise<Selection> {
  // The table says itself what is wrong with a pattern.
  await table.matchObject(pattern as Pattern<StoreRecord>, { limit: 0 });
  const elements = pattern as StoreRecord;
  const matches = (record: StoreRecord) => toolkit.equalRecords(elements, record);
  const [key, ...rest] = elements;
  if (!hasWildcard(key) && Object.keys(range).length === 0) {
    // The table finds the key, as it normalises it.
    const hasRest = (record: StoreRecord) => toolkit.equalRecords([record[0], ...rest], record);
    return { ...NOTHING, key, hasKey: true, matches: hasRest };
  }
  if (!Array.isArray(key) || !hasWildcard(key) || table.type !== "ordered_set")
    return { ...NOTHING, range, matches };
  const bound = key.slice(0, key.findIndex(hasWildcard));
  const isNarrower = bound.length > 0 && range.prefix === undefined;
  return { ...NOTHING, range: isNarrower ? { ...range, prefix: bound } : range, matches };
}

function hasWildcard(value: unknown): boolean {
  return value === _ || (Array.isArray(value) && value.some(hasWildcard));
}
