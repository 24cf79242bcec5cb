import type { Moments, ScanRange, StoreRecord, TableType } from "@store/core";
import { decodeBody, encodeFingerprint, fingerprintIn } from "../rows/body.js";
import { bytesArray, numbersArray } from "../rows/literal.js";
import { digestOf, itemsOf, keyOf } from "../rows/rows.js";
import type { BagStatements } from "./bag-statements.js";
import { PageSize } from "./page.js";
import { BEFORE_ALL, PostgresTable } from "./postgres-table.js";
import type { TableContext } from "./table-context.js";

/** A bag or a duplicate bag: a row for each record, those of a key in the order of a sequence. */
export class BagTable extends PostgresTable {
  declare readonly type: "bag" | "duplicate_bag";
  readonly #statements: BagStatements;
  protected readonly own;

  constructor(id: number, type: TableType, context: TableContext) {
    const { bag } = context.statements;
    super(id, type, context, bag);
    this.#statements = bag;
    this.own = {
      lookup: bag.lookup,
      lookupMany: bag.lookupMany,
      take: bag.take,
      next: bag.nextRows,
      prev: bag.prevRows,
      nextOfPresent: bag.nextRowsOfPresent,
      prevOfPresent: bag.prevRowsOfPresent,
      removeAllEqual: bag.removeAllEqual,
      moments: bag.moments,
    };
  }

  async insert(record: StoreRecord, expiresAt?: number): Promise<void> {
    const { key, body, moment } = this.context.rows.row(record, expiresAt);
    const digest = digestOf(fingerprintIn(body));
    await this.write(this.#statements.insert[this.type], [key, body, moment, digest]);
  }

  async insertMany(records: readonly StoreRecord[], expiresAt?: Moments): Promise<void> {
    const rows = this.context.rows.sortedRows(records, expiresAt);
    const items = itemsOf(rows, this.type === "bag");
    await this.write(this.#statements.insertMany[this.type], [
      bytesArray(items.map(({ key }) => key)),
      bytesArray(items.map(({ body }) => body)),
      numbersArray(items.map(({ moment }) => moment)),
      bytesArray(items.map(({ digest }) => digest)),
    ]);
  }

  insertNew(records: readonly StoreRecord[], expiresAt?: Moments): Promise<boolean> {
    return this.context.insertNew(this, records, expiresAt);
  }

  /** Core asks sets for it only. */
  async update(): Promise<undefined> {}

  /** Core asks sets for it only. */
  async replace(): Promise<boolean> {
    return false;
  }

  async deleteObjects(records: readonly StoreRecord[]): Promise<number> {
    const answer = await this.write(this.#statements.removeEqual, [
      bytesArray(records.map(([key]) => this.context.rows.key(key))),
      bytesArray(records.map((record) => digestOf(encodeFingerprint(record)))),
    ]);
    return answer.count;
  }

  /** A statement for each page. Core asks tables without order for all of it, forwards. */
  async *scan({ limit }: ScanRange): AsyncIterable<StoreRecord> {
    const pages = new PageSize();
    let from: unknown[] = [BEFORE_ALL, "0"];
    for (let left = limit; left > 0; ) {
      const asked = pages.next(left);
      const { rows } = await this.read(this.#statements.scan, [...from, asked]);
      let bytes = 0;
      for (const { key, body } of rows) {
        bytes += (body as Uint8Array).length;
        yield decodeBody(keyOf(key), body as Uint8Array);
      }
      if (rows.length < asked) return;
      const last = rows[rows.length - 1];
      from = [last?.key, last?.seq];
      left -= rows.length;
      pages.learn(rows.length, bytes);
    }
  }
}
