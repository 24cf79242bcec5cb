import {
  accessStore,
  accessTable,
  type Mode,
  type Result,
  type Store,
  type StoreRecord,
  type Table,
  type TableAccess,
  type TableEntry,
  type TableType,
  toolkit,
} from "@store/core";
import { failureOf } from "../protocol/failure.js";

/** A store of either mode. */
export type AnyStore = Store<"sync"> | Store<"async"> | Store<Mode>;

/** A table of the store that is served. */
export interface ServedTable extends TableAccess {
  /** What a user of the store holds of it. */
  readonly handle: Table<StoreRecord, Mode>;
}

/** What is asked of the store that is served, beyond its tables. */
export class ServedStore {
  /** Whichever mode it has: what it returns is awaited. */
  readonly #store: Store<"async">;

  constructor(store: AnyStore) {
    this.#store = store as Store<"async">;
  }

  /**
   * Opens the table, or makes it, whatever its type is.
   * @param mustExist for a client that has had it open: a table that is gone isn't made anew behind its back
   */
  async open(
    domain: string,
    name: string,
    type: TableType | undefined,
    mustExist: boolean,
  ): Promise<ServedTable> {
    if (mustExist) {
      const entries = await this.tables(domain);
      if (!entries.some((entry) => entry.name === name)) {
        throw toolkit.error("STORE_TABLE_CLOSED", "the table isn't there any more");
      }
    }
    const handle = await this.#opened(domain, name, type);
    const access = accessTable(handle);
    if (access !== undefined) return { ...access, handle };
    throw foreign();
  }

  async domains(): Promise<readonly string[]> {
    const access = accessStore(this.#store);
    if (access === undefined) throw foreign();
    return access.domains();
  }

  async tables(domain: string): Promise<readonly TableEntry[]> {
    return this.#store.tables(domain);
  }

  dropTable(domain: string, name: string): Result<Mode, boolean> {
    return this.#store.dropTable(domain, name);
  }

  async #opened(
    domain: string,
    name: string,
    type: TableType | undefined,
  ): Promise<Table<StoreRecord, Mode>> {
    try {
      return await this.#store.ensureTable(domain, name, { type });
    } catch (error) {
      // The client's core compares the types.
      if (failureOf(error).code !== "STORE_TABLE_TYPE_MISMATCH") throw error;
      return this.#store.ensureTable(domain, name);
    }
  }
}

function foreign(): Error {
  return toolkit.error("STORE_INVALID_OPTIONS", "the store is of another copy of @store/core");
}
