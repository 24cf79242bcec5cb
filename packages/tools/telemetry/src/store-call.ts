import { encodeRecord } from "@store/codec";
import type { StoreRecord, TableType } from "@store/core";
import type { StoreOperation } from "./operation.js";

/** Where a call goes. */
export interface CallPlace {
  /** The adapter's name: `"memory"`. */
  readonly adapter: string;
  /** Undefined for what isn't about one domain: a backend, a batch. */
  readonly domain: string | undefined;
  readonly table: string | undefined;
  readonly type: TableType | undefined;
}

/**
 * A call of an adapter, as those who listen get it: one object from its start to its end. What it came to is there at the
 * end.
 */
export class StoreCall implements CallPlace {
  readonly operation: StoreOperation;
  readonly adapter: string;
  readonly domain: string | undefined;
  readonly table: string | undefined;
  readonly type: TableType | undefined;
  /** Of a batch: the tables that it is about, each once. */
  tables: readonly string[] | undefined;
  /** How many records, or keys, were read, written or removed. Undefined where the adapter doesn't say. */
  records: number | undefined;
  /** Time within the adapter, in ms; of a scan that of all its steps together, without the caller's own. */
  duration: number | undefined;
  /** The `STORE_` code of the error that it ended with. */
  code: string | undefined;
  /** That error. */
  error: unknown;
  /** What it returned; of a scan, and while it is under way, undefined. */
  result: unknown;
  /** The records that it was about, where they are at hand. */
  #about: readonly StoreRecord[] | undefined;
  #bytes: number | undefined;

  constructor(place: CallPlace, operation: StoreOperation) {
    this.operation = operation;
    this.adapter = place.adapter;
    this.domain = place.domain;
    this.table = place.table;
    this.type = place.type;
  }

  /**
   * How many bytes these records have, as `@store/codec` encodes them, which is how they are on disk and on the wire but
   * for compression. Reckoned when it is asked for; undefined where no records are at hand.
   */
  get bytes(): number | undefined {
    if (this.#about !== undefined) {
      this.#bytes = bytesOf(this.#about);
      this.#about = undefined;
    }
    return this.#bytes;
  }

  /** @internal */
  isAbout(records: readonly StoreRecord[]): void {
    this.#about = records;
    this.records = records.length;
  }

  /** @internal Adds a record of a scan. */
  adds(record: StoreRecord): void {
    this.#bytes = (this.#bytes ?? 0) + encodeRecord(record).length;
  }
}

function bytesOf(records: readonly StoreRecord[]): number {
  return records.reduce((sum, record) => sum + encodeRecord(record).length, 0);
}
