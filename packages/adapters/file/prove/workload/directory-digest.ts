import type { Store, StoreRecord, Table } from "@store/core";
import { digestOf } from "./table-digest.js";

/** The domains that tables are in. */
export const DOMAINS = ["d", "e"] as const;

/** Numbers from here on are keys of records that live for ever, nearly. */
export const LONG_LIVED = 50;
/** Numbers from here on are keys of records that expire before {@link HORIZON}. */
export const SHORT_LIVED = 100;
/** When lives begin: for the clock of the memory adapter, which isn't ours, nothing expires. */
export const BEGINNING = Date.UTC(2200, 0, 1);
/** A moment after all lives. */
export const HORIZON = BEGINNING + 1e9;
export const FAR_FUTURE = HORIZON + 1e9;

/** The tables of a store, all of them. */
export function* tablesOf(
  store: Store<"sync">,
): Iterable<{ readonly domain: string; readonly name: string; readonly table: Table }> {
  for (const domain of DOMAINS) {
    for (const { name } of store.tables(domain)) {
      yield { domain, name, table: store.ensureTable(domain, name) };
    }
  }
}

/** The records of a table but for those that are about to expire: when they go is not what a life is about. */
export function lastingRecords(table: Table): StoreRecord[] {
  return [...table.records()].filter(([key]) => typeof key !== "number" || key < SHORT_LIVED);
}

/**
 * A text that is the same for two stores exactly if they have the same tables, with the same records that last, and the
 * same moments for these.
 */
export function directoryDigest(store: Store<"sync">): string {
  const texts: string[] = [];
  for (const { domain, name, table } of tablesOf(store)) {
    const records = lastingRecords(table).map((record): StoreRecord => {
      const [key] = record;
      const isLong = typeof key === "number" && key >= LONG_LIVED;
      return isLong ? [...record, table.expiresAt(key) ?? "never"] : record;
    });
    const { type } = table;
    texts.push(`${domain}/${name} ${type}`, digestOf({ type, records: () => records.values() }));
  }
  return texts.join("\n");
}

/** The sizes of tables are kept beside their records: they are the same. */
export function miscountedTable(store: Store<"sync">): string | undefined {
  for (const { domain, name, table } of tablesOf(store)) {
    const { size } = table.info();
    const count = [...table.records()].length;
    if (size !== count) return `${domain}/${name} has ${count} records, and says ${size}`;
  }
  return undefined;
}
