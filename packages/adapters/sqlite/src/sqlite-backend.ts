import type {
  AdapterBackend,
  AdapterTable,
  BatchOperation,
  TableEntry,
  TableType,
  Toolkit,
} from "@store/core";
import { Catalogue } from "./database/catalogue.js";
import type { Connection, Statement } from "./database/connection.js";
import { openReader } from "./database/open-connection.js";
import { BagTable } from "./tables/bag-table.js";
import { SetTable } from "./tables/set-table.js";
import { Snapshots } from "./tables/snapshot.js";
import type { SqliteTable, TableContext } from "./tables/sqlite-table.js";
import { Sweeper } from "./tables/sweeper.js";
import { schemaOf } from "./tables/table-schema.js";

/** The tables of a database file, by one connection. */
export class SqliteBackend implements AdapterBackend<"sync"> {
  readonly #connection: Connection;
  readonly #toolkit: Toolkit;
  readonly #catalogue: Catalogue;
  readonly #sweeper: Sweeper;
  readonly #countSync: Statement;

  constructor(connection: Connection, toolkit: Toolkit) {
    this.#connection = connection;
    this.#toolkit = toolkit;
    this.#catalogue = new Catalogue(connection);
    this.#sweeper = new Sweeper(connection);
    this.#countSync = connection.statement(
      "UPDATE _store_meta SET value = value + 1 WHERE name = 'syncs'",
    );
  }

  openTable(domain: string, name: string, type: TableType = "set"): AdapterTable<"sync"> {
    const entry = this.#catalogue.ensure(domain, name, type, schemaOf);
    const sync = () => this.#sync();
    const snapshots = new Snapshots(entry, () =>
      openReader(this.#connection.options, this.#toolkit),
    );
    const table: SqliteTable = tableOf({
      connection: this.#connection,
      entry,
      toolkit: this.#toolkit,
      sync,
      openSnapshot: () => snapshots.open(),
      onClose: () => {
        this.#sweeper.remove(table);
        snapshots.close();
        sync();
      },
    });
    this.#sweeper.add(table);
    return table;
  }

  tables(domain: string): TableEntry[] {
    return this.#catalogue.list(domain);
  }

  domains(): string[] {
    return this.#catalogue.domains();
  }

  dropTable(domain: string, name: string): boolean {
    return this.#catalogue.drop(domain, name);
  }

  transact(operations: readonly BatchOperation<"sync">[]): readonly unknown[] | undefined {
    return this.#connection.transaction(() => {
      const plan = this.#toolkit.planBatch(operations, "sync");
      for (const change of plan?.changes ?? []) (change.table as SqliteTable).apply(change);
      return plan?.results;
    });
  }

  close(): void {
    this.#sweeper.close();
    this.#connection.close();
  }

  /** A commit with `synchronous = FULL` brings all of the log to disk, that of earlier commits, and other processes, too. */
  #sync(): void {
    if (this.#connection.options.synchronous === "full") return;
    this.#connection.exec("PRAGMA synchronous = FULL");
    try {
      this.#countSync.run();
    } finally {
      this.#connection.exec("PRAGMA synchronous = NORMAL");
    }
  }
}

function tableOf(context: TableContext): SqliteTable {
  const { type } = context.entry;
  return type === "bag" || type === "duplicate_bag" ? new BagTable(context) : new SetTable(context);
}
