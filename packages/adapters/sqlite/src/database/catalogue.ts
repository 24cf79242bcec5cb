import { decodeKey, encodeKey, encodeKeyPrefix } from "@store/codec";
import type { TableEntry, TableType } from "@store/core";
import type { Connection, Statement } from "./connection.js";

/** A table of the catalogue, and the SQL table that holds its records. */
export interface CatalogueEntry {
  readonly type: TableType;
  readonly sqlName: string;
}

/** Which tables there are. */
export class Catalogue {
  readonly #connection: Connection;
  readonly #find: Statement;
  readonly #list: Statement;
  readonly #all: Statement;
  readonly #add: Statement;
  readonly #remove: Statement;

  constructor(connection: Connection) {
    this.#connection = connection;
    this.#find = connection.statement("SELECT id, type FROM _store_catalogue WHERE name = ?");
    this.#list = connection.statement(
      "SELECT name, type FROM _store_catalogue WHERE name >= ? AND name < ?",
    );
    this.#all = connection.statement("SELECT name FROM _store_catalogue");
    this.#add = connection.statement("INSERT INTO _store_catalogue (name, type) VALUES (?, ?)");
    this.#remove = connection.statement("DELETE FROM _store_catalogue WHERE name = ?");
  }

  find(domain: string, name: string): CatalogueEntry | undefined {
    const row = this.#find.get(encodeKey([domain, name]));
    return row && { type: row[1] as TableType, sqlName: `_store_${row[0]}` };
  }

  list(domain: string): TableEntry[] {
    const { gte, lt } = encodeKeyPrefix([domain]);
    return this.#list.all(gte, lt).map(([key, type]) => {
      const [, name] = decodeKey(key as Uint8Array) as [string, string];
      return { name, type: type as TableType };
    });
  }

  /** The domains that have tables. */
  domains(): string[] {
    const names = this.#all.all().map(([key]) => decodeKey(key as Uint8Array) as [string, string]);
    return [...new Set(names.map(([domain]) => domain))];
  }

  /** Adds the table if it isn't there, and makes its SQL table. */
  ensure(
    domain: string,
    name: string,
    type: TableType,
    schemaOf: (sqlName: string, type: TableType) => string,
  ): CatalogueEntry {
    const found = this.find(domain, name);
    if (found !== undefined) return found;
    return this.#connection.transaction(() => {
      // Another process may have been faster.
      const entry = this.find(domain, name);
      if (entry !== undefined) return entry;
      this.#add.run(encodeKey([domain, name]), type);
      const added = this.find(domain, name) as CatalogueEntry;
      this.#connection.exec(schemaOf(added.sqlName, type));
      return added;
    });
  }

  /** Removes the table and what it holds; returns whether it was there. */
  drop(domain: string, name: string): boolean {
    return this.#connection.transaction(() => {
      const entry = this.find(domain, name);
      if (entry === undefined) return false;
      this.#remove.run(encodeKey([domain, name]));
      this.#connection.exec(`DROP TABLE ${entry.sqlName}`);
      return true;
    });
  }
}
