import type { StoreRecord } from "@store/core";
import type { CatalogueEntry } from "../database/catalogue.js";
import type { Connection } from "../database/connection.js";
import { Scanner } from "./scan.js";

/** The records of a table with their moments, as they were at one moment. */
export type Snapshot = Iterable<readonly [record: StoreRecord, expiresAt: number | undefined]>;

const ALL = { lower: undefined, upper: undefined, reverse: false, limit: Number.POSITIVE_INFINITY };

/**
 * The snapshots of a table that somebody may still read: each has a connection of its own, whose transaction it is. Nobody
 * says when a snapshot isn't needed any more, so its connection is closed with the table, or when it is collected.
 */
export class Snapshots {
  readonly #entry: CatalogueEntry;
  readonly #openReader: () => Connection;
  #readers: WeakRef<Connection>[] = [];

  constructor(entry: CatalogueEntry, openReader: () => Connection) {
    this.#entry = entry;
    this.#openReader = openReader;
  }

  open(): Snapshot {
    const reader = this.#openReader();
    const now = Date.now();
    const scanner = new Scanner(reader, this.#entry, () => now);
    this.#readers = this.#readers.filter((other) => other.deref() !== undefined);
    this.#readers.push(new WeakRef(reader));
    return { [Symbol.iterator]: () => scanner.entries(ALL) };
  }

  close(): void {
    for (const reader of this.#readers) reader.deref()?.close();
    this.#readers = [];
  }
}
