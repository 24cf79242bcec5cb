import type { AdapterTable, Moments, StoreRecord, Toolkit } from "@store/core";
import type { Connection } from "../connection/connection.js";
import type { RowEncoder } from "../rows/rows.js";
import type { Statements } from "./statements.js";

/** What all tables of a backend share. */
export interface TableContext {
  readonly toolkit: Toolkit;
  /** Where writes go, and the reads that a write depends on. */
  readonly primary: Connection;
  /** Where all other reads go: the same, or a replica. */
  readonly replica: Connection;
  readonly statements: Statements;
  readonly rows: RowEncoder;
  /** Inserts all of the records if none of their keys is there. */
  insertNew(
    this: void,
    table: AdapterTable<"async">,
    records: readonly StoreRecord[],
    expiresAt: Moments | undefined,
  ): Promise<boolean>;
}
