import type {
  AdapterTable,
  Integer,
  Key,
  Moments,
  ScanRange,
  StoreRecord,
  TableType,
} from "@store/core";
import type { Row } from "../connection/connection.js";
import { appendPlace, keyWithNumber, noNextNumber } from "../rows/append-place.js";
import {
  decodeBody,
  encodeFingerprint,
  fingerprintIn,
  MAX_SLOT_POSITION,
  readSlot,
} from "../rows/body.js";
import { bytesArray, numbersArray } from "../rows/literal.js";
import { bytesBetween, keyOf, lastOfEachKey } from "../rows/rows.js";
import { KeyQueue } from "./key-queue.js";
import { limitOf, PostgresTable } from "./postgres-table.js";
import type { SetStatements } from "./set-statements.js";
import type { TableContext } from "./table-context.js";

type CounterStep = Parameters<NonNullable<AdapterTable<"async">["updateCounter"]>>[1];

/** A set or an ordered set: a row for each key. */
export class SetTable extends PostgresTable {
  readonly #statements: SetStatements;
  readonly #updates = new KeyQueue();
  protected readonly own;

  constructor(id: number, type: TableType, context: TableContext) {
    const { set } = context.statements;
    super(id, type, context, set);
    this.#statements = set;
    this.own = {
      lookup: set.lookup,
      lookupMany: set.lookupMany,
      take: set.take,
      next: set.nextRow,
      prev: set.prevRow,
      nextOfPresent: set.nextRowOfPresent,
      prevOfPresent: set.prevRowOfPresent,
      removeAllEqual: set.removeAllEqual,
      moments: set.moments,
    };
  }

  async insert(record: StoreRecord, expiresAt?: number): Promise<void> {
    await this.write(this.#statements.insert, this.#values(record, expiresAt));
  }

  async insertMany(records: readonly StoreRecord[], expiresAt?: Moments): Promise<void> {
    const rows = lastOfEachKey(this.context.rows.sortedRows(records, expiresAt));
    await this.write(this.#statements.insertMany, [
      bytesArray(rows.map(({ key }) => key)),
      bytesArray(rows.map(({ body }) => body)),
      numbersArray(rows.map(({ moment }) => moment)),
    ]);
  }

  async insertNew(records: readonly StoreRecord[], expiresAt?: Moments): Promise<boolean> {
    const [record] = records;
    if (record !== undefined && records.length === 1) {
      const values = this.#values(record, expiresAt?.[0]);
      return (await this.write(this.#statements.insertNew, values)).count > 0;
    }
    return this.context.insertNew(this, records, expiresAt);
  }

  async replace(expected: StoreRecord, record: StoreRecord, expiresAt?: number): Promise<boolean> {
    const [key, body, moment] = this.#values(record, expiresAt);
    const values = [key, encodeFingerprint(expected), body, moment];
    return (await this.write(this.#statements.replace, values)).count > 0;
  }

  /** Two statements, and two more whenever another process has changed the record in between. */
  update(key: Key, change: (record: StoreRecord) => StoreRecord): Promise<StoreRecord | undefined> {
    const bytes = this.context.rows.key(key);
    return this.#updates.run(bytes, async () => {
      for (;;) {
        const { rows } = await this.context.primary.run(this.#statements.lookup, [this.id, bytes]);
        if (rows[0] === undefined) return undefined;
        const before = rows[0].body as Uint8Array;
        const record = decodeBody(key, before);
        const changed = change(record);
        if (changed === record) return record;
        const values = [bytes, fingerprintIn(before), this.context.rows.body(changed)];
        if ((await this.write(this.#statements.swap, values)).count > 0) return changed;
      }
    });
  }

  /** One statement for a safe integer; what else can be counted is an {@link update}. */
  async updateCounter(
    key: Key,
    step: CounterStep,
    initial?: StoreRecord,
    initialExpiresAt?: number,
  ): Promise<Integer | undefined> {
    const counting = countingValues(step);
    if (counting !== undefined) {
      const row = await this.#increment(key, counting, initial, initialExpiresAt);
      if (row !== undefined) return countedElement(row, step, initial);
    }
    const changed = await this.update(key, (record) => this.context.toolkit.counted(record, step));
    return changed?.[step.position - 1] as Integer | undefined;
  }

  async append(
    prefix: readonly Key[] | null,
    elements: readonly unknown[],
    expiresAt?: number,
  ): Promise<Key> {
    const { lead, tail } = appendPlace(prefix, this.context.rows);
    const body = this.context.rows.body([null, ...elements]);
    const values = [lead, tail, body, expiresAt ?? null];
    const { rows } = await this.write(this.#statements.append, values);
    const number = rows[0]?.number;
    if (number === null) throw noNextNumber(this.context.toolkit);
    return keyWithNumber(prefix, Number(number));
  }

  async deleteObjects(records: readonly StoreRecord[]): Promise<number> {
    const rows = records.map((record) => ({
      key: this.context.rows.key(record[0]),
      fingerprint: encodeFingerprint(record),
    }));
    const [row] = rows;
    const { removeOne, removeEqual } = this.#statements;
    const answer =
      row !== undefined && rows.length === 1
        ? await this.write(removeOne, [row.key, row.fingerprint])
        : await this.write(removeEqual, [
            bytesArray(rows.map(({ key }) => key)),
            bytesArray(rows.map(({ fingerprint }) => fingerprint)),
          ]);
    return answer.count;
  }

  async deleteRange({ lower, upper, reverse, limit }: ScanRange): Promise<number> {
    const { removeRange, removeFirst, removeLast } = this.#statements;
    const between = bytesBetween({ lower, upper });
    const values: unknown[] = [between.lower, between.upper];
    const most = limitOf(limit);
    const answer =
      most === null
        ? await this.write(removeRange, values)
        : await this.write(reverse ? removeLast : removeFirst, [...values, most]);
    return answer.count;
  }

  /** A statement for each page. */
  async *scan(range: ScanRange): AsyncIterable<StoreRecord> {
    const { scanUp, scanDown } = this.#statements;
    const sizeOf = (row: Row) => (row.body as Uint8Array).length;
    for await (const rows of this.pages(range, range.reverse ? scanDown : scanUp, sizeOf)) {
      for (const { key, body } of rows) yield decodeBody(keyOf(key), body as Uint8Array);
    }
  }

  async #increment(
    key: Key,
    counting: readonly unknown[],
    initial: StoreRecord | undefined,
    initialExpiresAt: number | undefined,
  ): Promise<Row | undefined> {
    const { increment, incrementOrInsert } = this.#statements;
    const { rows } =
      initial === undefined
        ? await this.write(increment, [this.context.rows.key(key), ...counting])
        : await this.write(incrementOrInsert, [
            ...this.#values(initial, initialExpiresAt),
            ...counting,
          ]);
    return rows[0];
  }

  #values(record: StoreRecord, moment: number | undefined): unknown[] {
    const row = this.context.rows.row(record, moment);
    return [row.key, row.body, row.moment];
  }
}

/** The step as parameters, where the database can count by it. */
export function countingValues({ position, increment, bound }: CounterStep): unknown[] | undefined {
  const numbers = [increment, bound?.threshold, bound?.setValue];
  return position <= MAX_SLOT_POSITION && !numbers.some((number) => typeof number === "bigint")
    ? [position, increment, bound?.threshold ?? null, bound?.setValue ?? null]
    : undefined;
}

/** The counted element. Only that of a record that was just inserted may have no slot. */
function countedElement({ slot }: Row, { position }: CounterStep, initial?: StoreRecord): Integer {
  const number = slot === null ? undefined : readSlot(slot as Uint8Array, 0);
  return number ?? (initial?.[position - 1] as Integer);
}
