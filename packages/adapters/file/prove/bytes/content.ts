import type { Store, StoreRecord } from "@store/core";
import { errorCode } from "../../src/platform/error-code.js";
import { show } from "../../test/support/show.js";

/** The tables of a specimen. */
export const DOMAIN = "d";
/** The records of each table, as texts; undefined where they can't be read, since they are damaged. */
export type Content = ReadonlyMap<string, readonly string[] | undefined>;

/** Reads all tables of a store. Throws what that throws, but for `STORE_CORRUPT` of one of them. */
export function contentOf(store: Store<"sync">): Content {
  const content = new Map<string, readonly string[] | undefined>();
  for (const { name } of store.tables(DOMAIN)) {
    content.set(
      name,
      unlessCorrupt(() => recordsIn(store, name)),
    );
  }
  return content;
}

/** Whether they are the same, but for what can't be read of the first one. */
export function agrees(content: Content, expected: Content): boolean {
  if (content.size !== expected.size) return false;
  for (const [name, records] of content) {
    const others = expected.get(name);
    if (others === undefined) return false;
    if (records !== undefined && records.join("\n") !== others.join("\n")) return false;
  }
  return true;
}

/** For people. */
export function describeContent(content: Content): string {
  return [...content].map(([name, records]) => `${name}: ${records?.join(" ")}`).join("; ");
}

function recordsIn(store: Store<"sync">, name: string): readonly string[] {
  const table = store.ensureTable<StoreRecord>(DOMAIN, name);
  const records = [...table.records()];
  if (records.length !== table.size) throw new Error(`${name} says that it has ${table.size}`);
  for (const key of new Set(records.map(([key]) => key))) {
    const found = table.lookup(key).map(show).join();
    const scanned = records.filter((record) => record[0] === key).map(show);
    if (found !== scanned.join()) throw new Error(`${name} has ${scanned}, and finds ${found}`);
  }
  const texts = records.map(show);
  return table.type === "ordered_set" ? texts : texts.sort();
}

function unlessCorrupt<T>(read: () => T): T | undefined {
  try {
    return read();
  } catch (error) {
    if (errorCode(error) === "STORE_CORRUPT") return undefined;
    throw error;
  }
}
