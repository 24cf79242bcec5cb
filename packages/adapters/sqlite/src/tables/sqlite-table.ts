import { canonicalRecord, decodeRecord, encodeKey } from "@store/codec";
import type {
  AdapterTable,
  Key,
  KeyRecords,
  Moments,
  ScanRange,
  StoreRecord,
  TableChange,
  TableType,
  Toolkit,
} from "@store/core";
import type { CatalogueEntry } from "../database/catalogue.js";
import type { Connection, Statement } from "../database/connection.js";
import { ALIVE } from "./alive.js";
import { ManyKeys } from "./many-keys.js";
import { Neighbours } from "./neighbours.js";
import { RangeStatements } from "./range-statements.js";
import { Scanner } from "./scan.js";
import type { Snapshot } from "./snapshot.js";
import { type RowWriter, writeParts } from "./write-parts.js";

/** What a table is made with. */
export interface TableContext {
  readonly connection: Connection;
  readonly entry: CatalogueEntry;
  readonly toolkit: Toolkit;
  /** Brings what was written to disk. */
  readonly sync: () => void;
  readonly openSnapshot: () => Snapshot;
  /** Called by `close`, once. */
  readonly onClose: () => void;
}

/** So many records, at most, are removed at a time when their moment is past. */
export const SWEPT_AT_A_TIME = 256;

/**
 * What the tables of all types do alike, each call a statement. A record whose moment is past is left where it is by all
 * of them but the sweep, and found by none.
 */
export abstract class SqliteTable implements AdapterTable<"sync"> {
  readonly type: TableType;
  protected readonly connection: Connection;
  protected readonly toolkit: Toolkit;
  protected readonly sqlName: string;
  protected readonly neighbours: Neighbours;
  protected readonly scanner: Scanner;
  readonly #context: TableContext;
  readonly #many: ManyKeys;
  readonly #ranges: RangeStatements;
  readonly #lookup: Statement;
  readonly #member: Statement;
  readonly #take: Statement;
  readonly #delete: Statement;
  readonly #deleteAll: Statement;
  readonly #expire: Statement;
  readonly #expiresAt: Statement;
  readonly #sweep: Statement;

  constructor(context: TableContext) {
    const { connection, entry, toolkit } = context;
    const { type, sqlName } = entry;
    this.#context = context;
    this.type = type;
    this.connection = connection;
    this.toolkit = toolkit;
    this.sqlName = sqlName;
    this.neighbours = new Neighbours(connection, sqlName, type === "ordered_set");
    this.scanner = new Scanner(connection, entry);
    this.#many = new ManyKeys(connection, sqlName);
    this.#ranges = new RangeStatements(connection, sqlName);
    const ofKey = `FROM ${sqlName} WHERE key = ?`;
    const statement = (sql: string) => connection.statement(sql);
    this.#lookup = statement(`SELECT record ${ofKey} AND ${ALIVE} ORDER BY rowid`);
    this.#member = statement(`SELECT 1 ${ofKey} AND ${ALIVE} LIMIT 1`);
    this.#take = statement(`DELETE ${ofKey} AND ${ALIVE} RETURNING record, rowid`);
    this.#delete = statement(`DELETE ${ofKey}`);
    this.#deleteAll = statement(`DELETE FROM ${sqlName}`);
    this.#expire = statement(`UPDATE ${sqlName} SET expires_at = ? WHERE key = ? AND ${ALIVE}`);
    this.#expiresAt = statement(`SELECT expires_at ${ofKey} AND ${ALIVE} ORDER BY rowid`);
    this.#sweep = statement(`DELETE FROM ${sqlName} WHERE rowid IN
      (SELECT rowid FROM ${sqlName} WHERE expires_at <= ? LIMIT ${SWEPT_AT_A_TIME})`);
  }

  abstract insertNew(records: readonly StoreRecord[], expiresAt?: Moments): boolean;
  abstract update(key: Key, change: (record: StoreRecord) => StoreRecord): StoreRecord | undefined;
  abstract replace(expected: StoreRecord, record: StoreRecord, expiresAt?: number): boolean;
  /** How `insertMany` writes. */
  protected abstract readonly inserting: RowWriter;
  /** Removes the records of a key that have these canonical bytes; returns how many. */
  protected abstract deleteEqual(key: Key, canonical: Uint8Array): number;

  lookup(key: Key): StoreRecord[] {
    const rows = this.#lookup.all(encodeKey(key), Date.now());
    return rows.map(([record]) => decodeRecord(record as Uint8Array, 0, undefined, key));
  }

  lookupMany(keys: readonly Key[]): StoreRecord[][] {
    return this.#many.lookup(keys);
  }

  member(key: Key): boolean {
    return this.#member.get(encodeKey(key), Date.now()) !== undefined;
  }

  insertMany(records: readonly StoreRecord[], expiresAt?: Moments): void {
    writeParts(this.connection, records, expiresAt, this.inserting);
  }

  take(key: Key): StoreRecord[] {
    const rows = this.#take.runReturning(encodeKey(key), Date.now());
    rows.sort(([, a], [, b]) => (a as number) - (b as number));
    return rows.map(([record]) => decodeRecord(record as Uint8Array));
  }

  delete(key: Key): void {
    this.#delete.run(encodeKey(key));
  }

  deleteMany(keys: readonly Key[]): number {
    return this.#many.delete(keys);
  }

  deleteObjects(records: readonly StoreRecord[]): number {
    const [first] = records;
    if (records.length === 1 && first !== undefined) return this.#deleteObject(first);
    return this.connection.transaction(() =>
      records.reduce((count, record) => count + this.#deleteObject(record), 0),
    );
  }

  deleteAllObjects(): void {
    this.#deleteAll.run();
  }

  deleteRange(range: ScanRange): number {
    return this.#ranges.delete(range);
  }

  size(): number {
    return this.#ranges.size();
  }

  count(range: ScanRange): number {
    return this.#ranges.count(range);
  }

  first(): Key | undefined {
    return this.neighbours.next();
  }

  last(): Key | undefined {
    return this.neighbours.prev();
  }

  next(key: Key): Key | undefined {
    return this.neighbours.next(key);
  }

  prev(key: Key): Key | undefined {
    return this.neighbours.prev(key);
  }

  firstLookup(): KeyRecords | undefined {
    return this.neighbours.nextLookup();
  }

  lastLookup(): KeyRecords | undefined {
    return this.neighbours.prevLookup();
  }

  nextLookup(key: Key): KeyRecords | undefined {
    return this.neighbours.nextLookup(key);
  }

  prevLookup(key: Key): KeyRecords | undefined {
    return this.neighbours.prevLookup(key);
  }

  scan(range: ScanRange): IterableIterator<StoreRecord> {
    return this.scanner.records(range);
  }

  snapshot(): Snapshot {
    return this.#context.openSnapshot();
  }

  expire(key: Key, at: number | undefined): boolean {
    return this.#expire.run(at ?? null, encodeKey(key), Date.now()) > 0;
  }

  expiresAt(key: Key): Moments {
    const rows = this.#expiresAt.all(encodeKey(key), Date.now());
    return rows.map(([moment]) => (moment as number | null) ?? undefined);
  }

  /** Removes some of the records whose moment is past; returns how many. */
  sweep(): number {
    return this.#sweep.run(Date.now());
  }

  /** A change of a batch. */
  apply(change: TableChange<"sync">): void {
    switch (change.kind) {
      case "insert":
        this.insertMany(change.records, change.expiresAt);
        break;
      case "delete":
        this.deleteMany(change.keys);
        break;
      case "deleteObjects":
        this.deleteObjects(change.records);
        break;
      case "deleteAllObjects":
        this.deleteAllObjects();
        break;
    }
  }

  sync(): void {
    this.#context.sync();
  }

  close(): void {
    this.#context.onClose();
  }

  #deleteObject(record: StoreRecord): number {
    return this.deleteEqual(record[0], canonicalRecord(record));
  }
}
