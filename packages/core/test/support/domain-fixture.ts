import type { Adapter, Mode, Store, StoreRecord, Table, TableType } from "../../src/index.js";
import { type ArrayOptions, arrayAdapter, asyncArrayAdapter } from "./array-adapter.js";

export type AnyTable = Table<StoreRecord, "async">;

export const TYPES: readonly TableType[] = ["set", "ordered_set", "bag", "duplicate_bag"];

/** The types in the order in which a store lists tables that are named by them. */
export const LISTED: readonly TableType[] = [...TYPES].sort();

/** A store of each mode, with adapters of each mode that it takes. */
export const STORES: readonly [store: Mode, source: Mode, target: Mode][] = [
  ["sync", "sync", "sync"],
  ["async", "sync", "sync"],
  ["async", "sync", "async"],
  ["async", "async", "sync"],
  ["async", "async", "async"],
];

export function adapterOf(mode: Mode, name: string): Adapter<ArrayOptions> {
  return mode === "sync" ? arrayAdapter({ name }) : asyncArrayAdapter({ name });
}

export async function contentOf(table: AnyTable): Promise<StoreRecord[]> {
  const records: StoreRecord[] = [];
  for await (const record of table.records()) records.push(record as StoreRecord);
  return records;
}

/**
 * What a place holds under a name of domain `d`, undefined if there is no such table: the domain is configured to be
 * there for so long.
 */
export async function contentAt(
  store: Store<"async">,
  adapter: Adapter,
  name: string,
  options: object = {},
): Promise<StoreRecord[] | undefined> {
  const before = await store.domainConfig("d");
  await store.configureDomain("d", { adapter, options });
  try {
    if (!(await store.tables("d")).some((entry) => entry.name === name)) return undefined;
    const table = await store.ensureTable("d", name);
    const content = await contentOf(table);
    await table.close();
    return content;
  } finally {
    await store.configureDomain("d", before);
  }
}

/** A few records, of which a bag keeps more than a set. */
export const RECORDS: readonly StoreRecord[] = [
  ["b", 2],
  ["a", new Date(0), new Map([["x", [1]]])],
  ["b", 1, { deep: [Number.NaN, -0, undefined] }],
  [["t", 1], 1n],
  ["b", 2],
];

/** A table of each type in a domain, named by it. */
export async function fill(
  store: Store<"async">,
  domain = "d",
  types: readonly TableType[] = TYPES,
  records: readonly StoreRecord[] = RECORDS,
): Promise<AnyTable[]> {
  const tables: AnyTable[] = [];
  for (const type of types) {
    const table = await store.ensureTable(domain, type, { type });
    await table.insertMany(records);
    tables.push(table);
  }
  return tables;
}

/** What a call returns, or what it throws. */
export async function attempt(call: () => unknown): Promise<unknown> {
  try {
    return await call();
  } catch (error) {
    return error;
  }
}
