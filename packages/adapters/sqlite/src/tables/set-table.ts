import { canonicalRecord, decodeRecord, encodeKey } from "@store/codec";
import type { CounterStep, Integer, Key, Moments, ScanRange, StoreRecord } from "@store/core";
import type { Statement } from "../database/connection.js";
import type { SqlValue } from "../database/node-sqlite.js";
import { ALIVE } from "./alive.js";
import { keyBytes, recordBytes } from "./encoding.js";
import { LastNumber } from "./last-number.js";
import { ManyRows, placeholders } from "./many-rows.js";
import { SqliteTable, type TableContext } from "./sqlite-table.js";
import { type RowWriter, writeParts } from "./write-parts.js";

/** How often an update is tried while others change the same record, before it makes them wait. */
const OPTIMISTIC_TRIES = 8;

/** Of a key that `insertNew` finds taken: ends its transaction. */
const TAKEN = Symbol("taken");

/** A `set` or an `ordered_set`: a row a key. Both are in the order of their keys. */
export class SetTable extends SqliteTable {
  readonly #insert: Statement;
  protected readonly inserting: RowWriter;
  readonly #insertingNew: RowWriter;
  readonly #deleteEqual: Statement;
  readonly #replace: Statement;
  readonly #find: Statement;
  readonly #swap: Statement;
  readonly #lastNumber: LastNumber;

  constructor(context: TableContext) {
    super(context);
    const { connection, sqlName } = this;
    const into = `INSERT INTO ${sqlName} (key, record, expires_at)`;
    const instead = `ON CONFLICT (key) DO UPDATE
      SET record = excluded.record, expires_at = excluded.expires_at`;
    const isEqual = `key = ? AND store_canonical(record) = ? AND ${ALIVE}`;
    // Rows that only fill up are NULL.
    const rowsOf = (rows: number) =>
      `SELECT * FROM (VALUES ${placeholders(rows, 3)}) WHERE column1 IS NOT NULL`;
    this.#insert = connection.statement(`${into} VALUES (?, ?, ?) ${instead}`);
    const add = (values: SqlValue[], record: StoreRecord, moment: number | undefined) => {
      const bytes = recordBytes(record, this.toolkit);
      values.push(keyBytes(record[0], this.toolkit), bytes, moment ?? null);
      return bytes.length;
    };
    const insert = new ManyRows(connection, 3, (rows) => `${into} ${rowsOf(rows)} ${instead}`);
    this.inserting = { add, write: (rows, values) => insert.for(rows, values).run(...values) };
    const insertNew = new ManyRows(
      connection,
      3,
      (rows) => `${into} ${rowsOf(rows)} ${instead} WHERE ${sqlName}.expires_at <= ?`,
    );
    this.#insertingNew = {
      add,
      write(rows, values) {
        const statement = insertNew.for(rows, values);
        if (statement.run(...values, Date.now()) < rows) throw TAKEN;
      },
    };
    this.#deleteEqual = connection.statement(`DELETE FROM ${sqlName} WHERE ${isEqual}`);
    this.#replace = connection.statement(
      `UPDATE ${sqlName} SET record = ?, expires_at = ? WHERE ${isEqual}`,
    );
    this.#find = connection.statement(`SELECT record FROM ${sqlName} WHERE key = ? AND ${ALIVE}`);
    this.#swap = connection.statement(
      `UPDATE ${sqlName} SET record = ? WHERE key = ? AND record = ? AND ${ALIVE}`,
    );
    this.#lastNumber = new LastNumber(connection, sqlName, this.toolkit);
  }

  override lookup(key: Key): StoreRecord[] {
    const row = this.#find.get(encodeKey(key), Date.now());
    return row === undefined ? [] : [decodeRecord(row[0] as Uint8Array, 0, undefined, key)];
  }

  insert(record: StoreRecord, expiresAt?: number): void {
    const { toolkit } = this;
    this.#insert.run(keyBytes(record[0], toolkit), recordBytes(record, toolkit), expiresAt ?? null);
  }

  insertNew(records: readonly StoreRecord[], expiresAt?: Moments): boolean {
    const { connection } = this;
    const insert = () => writeParts(connection, records, expiresAt, this.#insertingNew);
    try {
      // That one of several keys is taken shows when others are in already.
      if (records.length === 1) insert();
      else connection.transaction(insert);
      return true;
    } catch (error) {
      if (error === TAKEN) return false;
      throw error;
    }
  }

  update(key: Key, change: (record: StoreRecord) => StoreRecord): StoreRecord | undefined {
    for (let attempt = 0; attempt < OPTIMISTIC_TRIES; attempt++) {
      const outcome = this.#tryUpdate(key, change);
      if (outcome !== RACED) return outcome;
    }
    return this.connection.transaction(
      () => this.#tryUpdate(key, change) as StoreRecord | undefined,
    );
  }

  updateCounter(key: Key, step: CounterStep): Integer | undefined {
    const counted = this.update(key, (record) => this.toolkit.counted(record, step));
    return counted?.[step.position - 1] as Integer | undefined;
  }

  replace(expected: StoreRecord, record: StoreRecord, expiresAt?: number): boolean {
    const { toolkit } = this;
    return (
      this.#replace.run(
        recordBytes(record, toolkit),
        expiresAt ?? null,
        encodeKey(expected[0]),
        canonicalRecord(expected),
        Date.now(),
      ) > 0
    );
  }

  append(prefix: readonly Key[] | null, elements: readonly unknown[], expiresAt?: number): Key {
    return this.connection.transaction(() => {
      const key = this.#lastNumber.nextKey(prefix);
      this.insert([key, ...elements], expiresAt);
      return key;
    });
  }

  scanKeys(range: ScanRange): IterableIterator<Key> {
    return this.scanner.keys(range);
  }

  protected deleteEqual(key: Key, canonical: Uint8Array): number {
    return this.#deleteEqual.run(encodeKey(key), canonical, Date.now());
  }

  /** Changes the record if it is still what was read, by comparing and swapping. */
  #tryUpdate(
    key: Key,
    change: (record: StoreRecord) => StoreRecord,
  ): StoreRecord | undefined | typeof RACED {
    const bytes = encodeKey(key);
    const row = this.#find.get(bytes, Date.now());
    if (row === undefined) return undefined;
    const before = row[0] as Uint8Array;
    const record = decodeRecord(before, 0, undefined, key);
    const changed = change(record);
    if (changed === record) return record;
    const after = recordBytes(changed, this.toolkit);
    return this.#swap.run(after, bytes, before, Date.now()) > 0 ? changed : RACED;
  }
}

/** Somebody else has changed the record meanwhile, or its moment has come. */
const RACED = Symbol("raced");
