import type { StoreRecord, Table } from "@store/core";

/**
 * What a table holds: the records of each key as texts, in their order; undefined where they can't be read, since they
 * are damaged. The keys, as texts, have the order of the table in an ordered_set, else one of their own.
 */
export type Content = ReadonlyMap<string, readonly string[] | undefined>;

/** Reads all of a table, key by key. Throws what that throws, but for `STORE_CORRUPT`. */
export function contentOf(table: Table<StoreRecord>): Content {
  const entries: [string, string[] | undefined][] = [];
  for (const key of table.keys()) {
    entries.push([textOf(key), unlessCorrupt(() => table.lookup(key).map(textOf))]);
  }
  return new Map(table.type === "ordered_set" ? entries : entries.sort(byKey));
}

/** The same, read in one go; undefined if something in it can't be read. */
export function contentByScan(table: Table<StoreRecord>): Content | undefined {
  const records = unlessCorrupt(() => [...table.records()]);
  if (records === undefined) return undefined;
  const byText = new Map<string, string[]>();
  for (const record of records) {
    const key = textOf(record[0]);
    const others = byText.get(key);
    if (others === undefined) byText.set(key, [textOf(record)]);
    else others.push(textOf(record));
  }
  return table.type === "ordered_set" ? byText : new Map([...byText].sort(byKey));
}

/** Whether they are the same, but for what can't be read of the first one. */
export function agrees(content: Content, expected: Content): boolean {
  if (content.size !== expected.size) return false;
  const keys = expected.keys();
  for (const [key, records] of content) {
    if (key !== keys.next().value) return false;
    const others = expected.get(key);
    if (records === undefined) continue;
    if (records.length !== others?.length) return false;
    if (!records.every((record, index) => record === others[index])) return false;
  }
  return true;
}

/** For people. */
export function show(content: Content): string {
  return [...content].map(([key, records]) => records?.join(" ") ?? `${key}: unreadable`).join(" ");
}

/** A text that is the same for two records exactly if they are equal; of what the lives of these tables have. */
export function textOf(value: unknown): string {
  if (typeof value === "string") return JSON.stringify(value);
  if (typeof value === "bigint") return `${value}n`;
  if (Object.is(value, -0)) return "-0";
  if (typeof value !== "object" || value === null) return String(value);
  if (Array.isArray(value)) return `[${value.map(textOf).join()}]`;
  if (value instanceof Map) return `Map${textOf([...value])}`;
  if (Object.getPrototypeOf(value) !== Object.prototype) throw new TypeError("no text for that");
  const members = Object.entries(value).map(([name, member]) => `${name}:${textOf(member)}`);
  return `{${members.join()}}`;
}

function unlessCorrupt<T>(read: () => T): T | undefined {
  try {
    return read();
  } catch (error) {
    if ((error as { code?: unknown }).code === "STORE_CORRUPT") return undefined;
    throw error;
  }
}

function byKey([a]: readonly [string, unknown], [b]: readonly [string, unknown]): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
