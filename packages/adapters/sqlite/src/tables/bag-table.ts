import { createHash } from "node:crypto";
import { canonicalRecord, encodeKey } from "@store/codec";
import type { Key, Moments, StoreRecord } from "@store/core";
import type { Statement } from "../database/connection.js";
import type { SqlValue } from "../database/node-sqlite.js";
import { ALIVE } from "./alive.js";
import { keyBytes, recordBytes } from "./encoding.js";
import { ManyRows, placeholders } from "./many-rows.js";
import { SqliteTable, type TableContext } from "./sqlite-table.js";
import type { RowWriter } from "./write-parts.js";

/** A SHA-256 has so many bytes, and what is shorter is its own identity: the two never meet. */
const DIGEST_BYTES = 32;

/** A `bag` or a `duplicate_bag`: a row a record. */
export class BagTable extends SqliteTable {
  readonly #isBag: boolean;
  protected readonly inserting: RowWriter;
  readonly #deleteEqual: Statement;

  constructor(context: TableContext) {
    super(context);
    const { connection, sqlName } = this;
    this.#isBag = this.type === "bag";
    const columns = ["key", "record", "expires_at", ...(this.#isBag ? ["identity"] : [])];
    // An equal record takes the new moment; if its time was over, it comes last as well.
    const instead = `ON CONFLICT (identity) DO UPDATE SET
      expires_at = excluded.expires_at,
      seq = CASE WHEN ${sqlName}.expires_at <= ? THEN excluded.seq ELSE ${sqlName}.seq END`;
    const insert = new ManyRows(
      connection,
      columns.length,
      (rows) => `INSERT INTO ${sqlName} (${columns.join(", ")})
        SELECT * FROM (VALUES ${placeholders(rows, columns.length)}) WHERE column1 IS NOT NULL
        ${this.#isBag ? instead : ""}`,
    );
    this.inserting = {
      add: (values, record, moment) => this.#addRow(values, record, moment),
      write: (rows, values) => {
        const statement = insert.for(rows, values);
        if (this.#isBag) statement.run(...values, Date.now());
        else statement.run(...values);
      },
    };
    const isEqual = this.#isBag ? "identity = ?" : "key = ? AND store_canonical(record) = ?";
    this.#deleteEqual = connection.statement(
      `DELETE FROM ${sqlName} WHERE ${isEqual} AND ${ALIVE}`,
    );
  }

  insertNew(records: readonly StoreRecord[], expiresAt?: Moments): boolean {
    return this.connection.transaction(() => {
      if (records.some(([key]) => this.member(key))) return false;
      this.insertMany(records, expiresAt);
      return true;
    });
  }

  /** Core changes no records of bags. */
  update(): StoreRecord | undefined {
    return undefined;
  }

  /** Likewise. */
  replace(): boolean {
    return false;
  }

  protected deleteEqual(key: Key, canonical: Uint8Array): number {
    const equal = this.#isBag ? [identityOf(canonical)] : [encodeKey(key), canonical];
    return this.#deleteEqual.run(...equal, Date.now());
  }

  #addRow(values: SqlValue[], record: StoreRecord, moment: number | undefined): number {
    const bytes = recordBytes(record, this.toolkit);
    values.push(keyBytes(record[0], this.toolkit), bytes, moment ?? null);
    if (this.#isBag) values.push(identityOf(canonicalRecord(record)));
    return bytes.length;
  }
}

/** What tells a record from all that don't equal it, in few bytes: its canonical ones, or their digest. */
function identityOf(canonical: Uint8Array): Uint8Array {
  if (canonical.length < DIGEST_BYTES) return canonical;
  return createHash("sha256").update(canonical).digest();
}
