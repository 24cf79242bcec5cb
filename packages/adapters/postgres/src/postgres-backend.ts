import { createHash } from "node:crypto";
import { decodeKey, encodeKey } from "@store/codec";
import type {
  AdapterBackend,
  AdapterTable,
  BatchOperation,
  TableEntry,
  TableType,
  Toolkit,
} from "@store/core";
import { Transactor } from "./batches/transact.js";
import type { Connection } from "./connection/connection.js";
import { read, type Statement, write } from "./connection/statement.js";
import { Sweeper } from "./expiry/sweeper.js";
import { RowEncoder } from "./rows/rows.js";
import type { Names } from "./schema/names.js";
import { BagTable } from "./tables/bag-table.js";
import { SetTable } from "./tables/set-table.js";
import { statementsOf } from "./tables/statements.js";
import type { TableContext } from "./tables/table-context.js";

/** What a backend works with. */
export interface BackendContext {
  readonly primary: Connection;
  readonly replica: Connection;
  readonly names: Names;
  readonly toolkit: Toolkit;
  /** Gives back what was opened for the backend. */
  release(): Promise<void>;
}

/** The tables of a schema. */
export class PostgresBackend implements AdapterBackend<"async"> {
  readonly #context: BackendContext;
  readonly #statements: CatalogueStatements;
  readonly #tables: TableContext;
  readonly #transactor: Transactor;
  readonly #sweeper: Sweeper;

  constructor(context: BackendContext) {
    const { primary, replica, names, toolkit } = context;
    const rows = new RowEncoder(toolkit);
    this.#context = context;
    this.#statements = catalogueStatements(names);
    this.#transactor = new Transactor(primary, rows, names, toolkit);
    this.#sweeper = new Sweeper(primary, names);
    this.#tables = {
      toolkit,
      primary,
      replica,
      rows,
      statements: statementsOf(names),
      insertNew: (table, records, moments) =>
        this.#transactor.insertNew(table as SetTable | BagTable, records, moments),
    };
  }

  async openTable(
    domain: string,
    name: string,
    type: TableType = "set",
  ): Promise<AdapterTable<"async">> {
    const { find, create } = this.#statements;
    const { primary } = this.#context;
    const identity = identityOf(domain, name);
    const found = await primary.run(find, [identity]);
    const [row] =
      found.count > 0
        ? found.rows
        : (await primary.run(create, [identity, encodeKey(domain), encodeKey(name), type])).rows;
    const table = { id: Number(row?.id), type: row?.type as TableType };
    this.#sweeper.start();
    return table.type === "set" || table.type === "ordered_set"
      ? new SetTable(table.id, table.type, this.#tables)
      : new BagTable(table.id, table.type, this.#tables);
  }

  async tables(domain: string): Promise<TableEntry[]> {
    const { rows } = await this.#context.primary.run(this.#statements.list, [encodeKey(domain)]);
    return rows.map(({ name, type }) => ({
      name: decodeKey(name as Uint8Array) as string,
      type: type as TableType,
    }));
  }

  async domains(): Promise<string[]> {
    const { rows } = await this.#context.primary.run(this.#statements.domains, []);
    return rows.map(({ domain }) => decodeKey(domain as Uint8Array) as string);
  }

  async dropTable(domain: string, name: string): Promise<boolean> {
    const { drop } = this.#statements;
    const { rows } = await this.#context.primary.run(drop, [identityOf(domain, name)]);
    return Number(rows[0]?.count) > 0;
  }

  transact(
    operations: readonly BatchOperation<"async">[],
  ): Promise<readonly unknown[] | undefined> {
    return this.#transactor.run(operations);
  }

  async close(): Promise<void> {
    await this.#sweeper.stop();
    await this.#context.release();
  }
}

interface CatalogueStatements {
  readonly find: Statement;
  readonly create: Statement;
  readonly list: Statement;
  readonly domains: Statement;
  readonly drop: Statement;
}

function catalogueStatements({ tables, entry, item }: Names): CatalogueStatements {
  return {
    find: read(`SELECT id, type FROM ${tables} WHERE identity = $1`),
    // Of two that come at once the second gets what the first has made.
    create: write(
      `INSERT INTO ${tables} AS t (identity, domain, name, type) VALUES ($1, $2, $3, $4)
        ON CONFLICT (identity) DO UPDATE SET type = t.type RETURNING id, type`,
    ),
    list: read(`SELECT name, type FROM ${tables} WHERE domain = $1`),
    domains: read(`SELECT DISTINCT domain FROM ${tables}`),
    drop: write(
      `WITH dropped AS (DELETE FROM ${tables} WHERE identity = $1 RETURNING id),
        entries AS (DELETE FROM ${entry} WHERE table_id IN (SELECT id FROM dropped)),
        items AS (DELETE FROM ${item} WHERE table_id IN (SELECT id FROM dropped))
        SELECT count(*)::integer AS count FROM dropped`,
    ),
  };
}

/** Stands for domain and name, which may be longer than an index takes. */
function identityOf(domain: string, name: string): Buffer {
  return createHash("sha256")
    .update(encodeKey([domain, name]))
    .digest();
}
