import type { StoreRecord } from "@store/core";
import type { AnyTable, FoundTable, OpenPlace } from "../places/open-place.js";

/** Records that are added to tables in one step: all or none. */
export interface Merging {
  /** Says which table the next records are for; undefined: they are left out. */
  startTable(table: FoundTable | undefined): Promise<void>;
  insert(record: StoreRecord, expiresAt: number | undefined): void;
  /** Returns how many records were added. */
  commit(): Promise<number>;
  /** Removes the tables that were made for it. */
  undo(): Promise<void>;
}

/** Everything is held in memory, as part of a batch of the store, until it is committed. */
export function mergeInto({ store }: OpenPlace): Merging {
  const batch = store.batch();
  let table: AnyTable | undefined;
  let count = 0;
  const made: FoundTable[] = [];
  return {
    async startTable(found) {
      table = undefined;
      if (found === undefined) return;
      const { domain, name, type } = found;
      const isThere = (await store.tables(domain)).some((entry) => entry.name === name);
      table = await store.ensureTable(domain, name, { type });
      if (!isThere) made.push(found);
    },
    insert(record, expiresAt) {
      if (table === undefined) return;
      batch.insert(table, record, expiresAt === undefined ? {} : { expiresAt });
      count++;
    },
    async commit() {
      await batch.commit();
      return count;
    },
    async undo() {
      for (const { domain, name } of made) await store.dropTable(domain, name);
    },
  };
}
