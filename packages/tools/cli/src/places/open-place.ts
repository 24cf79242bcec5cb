import { existsSync } from "node:fs";
import {
  type Adapter,
  type AdapterBackend,
  accessStore,
  createStore,
  type Store,
  type StoreRecord,
  type Table,
  type TableEntry,
  toolkit,
} from "@store/core";
import { NotThereError, UsageError } from "../output/failure.js";
import { nearest } from "./nearest.js";
import type { Access, Place } from "./place.js";
import { formatDomain, formatTable, type TableName } from "./table-name.js";

/**
 * A store in whichever mode its adapter has, so that one over files costs no promise for each record. All calls are awaited,
 * and all iterators gone through by `for await`, which do for values what they do for promises.
 */
export type AnyStore = Store<"async">;
export type AnyTable = Table<StoreRecord, "async">;

/** A table that is there. */
export interface FoundTable extends TableName, TableEntry {}

/** A place whose tables can be had. */
export class OpenPlace {
  readonly place: Place;
  readonly adapter: Adapter;
  readonly #access: Access;
  #store: AnyStore | undefined;
  #backend: AdapterBackend<"async"> | undefined;

  private constructor(place: Place, adapter: Adapter, access: Access) {
    this.place = place;
    this.adapter = adapter;
    this.#access = access;
  }

  /** @param mayBeNew a directory or a file that isn't there is no mistake */
  static async open(place: Place, access: Access, mayBeNew = false): Promise<OpenPlace> {
    const isLocal = place.path !== undefined;
    if (isLocal && !mayBeNew && !existsSync(place.path)) {
      throw new NotThereError(`there is no ${place.label}`);
    }
    return new OpenPlace(place, await place.loadAdapter(), access);
  }

  /** What core makes of it. */
  get store(): AnyStore {
    if (this.#store === undefined) {
      const config = { adapter: this.adapter, options: this.options };
      this.#store = createStore(config as never) as unknown as AnyStore;
    }
    return this.#store;
  }

  get options(): object {
    return this.place.optionsFor(this.#access);
  }

  /** The adapter's own side, to list and to read: for a data directory as it is when this is asked for first. */
  async backend(): Promise<AdapterBackend<"async">> {
    if (this.#backend === undefined) {
      const options = this.#normalized(this.place.optionsFor("read"));
      this.#backend = (await this.adapter.open(options, toolkit)) as AdapterBackend<"async">;
    }
    return this.#backend;
  }

  #normalized(options: object): object {
    try {
      return this.adapter.normalizeOptions(options);
    } catch (error) {
      throw new UsageError(`--option for ${this.place.label}: ${(error as Error).message}`);
    }
  }

  /** The domains that have tables, by name. */
  async domains(): Promise<string[]> {
    const backend = await this.backend();
    return this.#listed(() => backend.domains?.());
  }

  /** The same as it is now, where {@link store} looks. */
  domainsNow(): Promise<string[]> {
    return this.#listed(() => accessStore(this.store)?.domains());
  }

  async #listed(
    list: () => Promise<readonly string[]> | readonly string[] | undefined,
  ): Promise<string[]> {
    try {
      const domains = await list();
      if (domains !== undefined) return [...domains].sort();
    } catch (error) {
      // A server can't where the adapter can't that it serves.
      if ((error as { code?: string }).code !== "STORE_NOT_SUPPORTED") throw error;
    }
    throw new UsageError(`${this.place.label} can't list its domains: name one`);
  }

  /** All tables, or those of a domain, or the one that is named, by name. Throws if there is none of that name. */
  async tables(domain?: string, name?: string): Promise<FoundTable[]> {
    const backend = await this.backend();
    const domains = domain === undefined ? await this.domains() : [domain];
    const all: FoundTable[] = [];
    for (const each of domains) {
      const entries = [...(await backend.tables(each))].sort((a, b) => (a.name < b.name ? -1 : 1));
      for (const { name: table, type } of entries) all.push({ domain: each, name: table, type });
    }
    if (domain === undefined) return all;
    const found = name === undefined ? all : all.filter((table) => table.name === name);
    if (found.length === 0) throw await this.#notThere(domain, name, all);
    return found;
  }

  /** The table, which has to be there. */
  async openTable(name: TableName): Promise<AnyTable> {
    const [{ type } = { type: undefined }] = await this.tables(name.domain, name.name);
    return this.store.ensureTable(name.domain, name.name, { ...(type && { type }) });
  }

  async close(): Promise<void> {
    try {
      await this.#store?.close();
    } finally {
      await this.#backend?.close();
    }
  }

  async #notThere(domain: string, name: string | undefined, all: FoundTable[]): Promise<Error> {
    const { label } = this.place;
    const wanted = name === undefined ? formatDomain(domain) : formatTable({ domain, name });
    const what = name === undefined ? "domain" : "table";
    const others = all.length > 0 ? all : await this.tables().catch(() => []);
    const known = others.map((table) =>
      name === undefined ? formatDomain(table.domain) : formatTable(table),
    );
    const near = nearest(wanted, known);
    const hint =
      near === undefined ? `\`store ls ${label}\` lists what is there.` : `Did you mean ${near}?`;
    return Object.assign(new NotThereError(`${label} has no ${what} ${wanted}`), { hint });
  }
}

/** Opens a place, and closes it in any case. */
export async function withPlace<T>(
  place: Place,
  access: Access,
  act: (opened: OpenPlace) => Promise<T>,
  mayBeNew = false,
): Promise<T> {
  const opened = await OpenPlace.open(place, access, mayBeNew);
  let result: T;
  try {
    result = await act(opened);
  } catch (error) {
    // Why it failed is what matters.
    await opened.close().catch(() => {});
    throw error;
  }
  await opened.close();
  return result;
}
