import type { Range } from "@store/core";
import type { SyncTable } from "./level-record.js";
import { Version } from "./version.js";

const versions = new WeakMap<object, Versions>();

/** The open versions of a table, of all that read and write it as a Level. */
export class Versions {
  readonly #table: SyncTable;
  readonly #open = new Set<Version>();

  private constructor(table: SyncTable) {
    this.#table = table;
  }

  static of(table: SyncTable): Versions {
    const found = versions.get(table) ?? new Versions(table);
    versions.set(table, found);
    return found;
  }

  /** The table as of now, until {@link close}: what is changed meanwhile is kept in memory. */
  open(): Version {
    const version = new Version(this.#table);
    this.#open.add(version);
    return version;
  }

  close(version: Version): void {
    this.#open.delete(version);
  }

  /** To be called before the keys are changed. */
  keepKeys(keys: Iterable<Uint8Array>): void {
    if (this.#open.size === 0) return;
    for (const given of keys) {
      const value = this.#table.lookup(given)[0]?.[1] ?? null;
      // The caller may change its own bytes afterwards.
      const key = new Uint8Array(given);
      for (const version of this.#open) version.keep(key, value);
    }
  }

  /** To be called before the records in the range are removed. */
  keepRange(range: Range<Uint8Array>): void {
    if (this.#open.size === 0) return;
    for (const [key, value] of this.#table.records(range)) {
      for (const version of this.#open) version.keep(key, value);
    }
  }
}
