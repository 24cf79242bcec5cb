import type { StoreRecord } from "@store/core";
import type { AnyTable, FoundTable, OpenPlace } from "../places/open-place.js";
import { formatTable } from "../places/table-name.js";

/** So many records are inserted in one step. */
const BATCH_SIZE = 1_000;

interface Target {
  readonly found: FoundTable;
  readonly table: AnyTable;
  /** It wasn't there before; else it was there, and empty. */
  readonly isNew: boolean;
  records: number;
  hasMoments: boolean;
}

/**
 * Fills tables that aren't there, or are empty, with records: all of them, or {@link undo} leaves nothing behind. A table
 * that holds records is refused.
 */
export class TableLoading {
  readonly #place: OpenPlace;
  readonly #targets: Target[] = [];
  #current: Target | undefined;
  /** Records that are inserted next, those of one moment together. */
  #groups: { readonly expiresAt: number | undefined; readonly records: StoreRecord[] }[] = [];
  #waiting = 0;

  constructor(place: OpenPlace) {
    this.#place = place;
  }

  /** Opens the tables that are to be filled. */
  async begin(tables: readonly FoundTable[]): Promise<void> {
    const { store, place, adapter } = this.#place;
    for (const found of tables) {
      const { domain, name, type } = found;
      const { ordered, bags } = adapter.capabilities;
      if ((type === "ordered_set" && !ordered) || (type.endsWith("bag") && !bags)) {
        throw new Error(`${place.label} can't hold ${formatTable(found)}: it has no ${type}`);
      }
      const entries = await store.tables(domain);
      const isNew = !entries.some((entry) => entry.name === name);
      const table = await store.ensureTable(domain, name, { type });
      const size = await table.size;
      if (size > 0) {
        throw Object.assign(
          new Error(
            `${place.label} has a table ${formatTable(found)} already, with ${size} records`,
          ),
          {
            hint: "Name another place, or drop its records first; `--merge` adds to what is there.",
          },
        );
      }
      this.#targets.push({ found, table, isNew, records: 0, hasMoments: false });
    }
  }

  /** Says which table the next records are for: one of those that were begun, each once. */
  async startTable(domain: string, name: string): Promise<void> {
    await this.#flush();
    this.#current = this.#targets.find(
      ({ found }) => found.domain === domain && found.name === name,
    );
  }

  /** Awaited only where it returns something: most records wait for others. */
  insert(record: StoreRecord, expiresAt: number | undefined): void | Promise<void> {
    const last = this.#groups.at(-1);
    if (last?.expiresAt === expiresAt && last !== undefined) last.records.push(record);
    else this.#groups.push({ expiresAt, records: [record] });
    this.#waiting++;
    return this.#waiting >= BATCH_SIZE ? this.#flush() : undefined;
  }

  /** Brings all to disk, and checks that each table holds as many records as were inserted. */
  async finish(): Promise<void> {
    await this.#flush();
    for (const { found, table, records, hasMoments } of this.#targets) {
      await table.sync();
      const size = await table.size;
      // Some may have expired by now.
      if (size === records || hasMoments) continue;
      throw new Error(
        `of ${records} records of ${formatTable(found)}, ${size} came to be: some have one key, or are equal, in a ${found.type}`,
      );
    }
  }

  /** Removes all that was written. Says what can't be removed by throwing it. */
  async undo(): Promise<void> {
    this.#groups = [];
    for (const { found, table, isNew } of this.#targets) {
      if (isNew) await this.#place.store.dropTable(found.domain, found.name);
      else await table.deleteAllObjects();
    }
  }

  async #flush(): Promise<void> {
    const target = this.#current;
    const groups = this.#groups;
    this.#groups = [];
    this.#waiting = 0;
    if (target === undefined || groups.length === 0) return;
    const { store, adapter } = this.#place;
    const batch = groups.length > 1 && adapter.capabilities.batches ? store.batch() : undefined;
    for (const { expiresAt, records } of groups) {
      const options = expiresAt === undefined ? {} : { expiresAt };
      if (batch === undefined) await target.table.insertMany(records, options);
      else batch.insertMany(target.table, records, options);
      target.records += records.length;
      target.hasMoments ||= expiresAt !== undefined;
    }
    await batch?.commit();
  }
}

/** Does something with a loading; what fails, or is interrupted, is undone. */
export async function loadingInto<T>(
  place: OpenPlace,
  act: (loading: TableLoading) => Promise<T>,
): Promise<T> {
  const loading = new TableLoading(place);
  try {
    return await act(loading);
  } catch (error) {
    try {
      await loading.undo();
    } catch (left) {
      const reason = `${(error as Error).message}; what was written is left, for ${(left as Error).message}`;
      throw Object.assign(error as Error, { message: reason });
    }
    throw error;
  }
}
