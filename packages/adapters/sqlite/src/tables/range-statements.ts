import type { ScanRange } from "@store/core";
import type { Connection, Statement } from "../database/connection.js";
import { ALIVE } from "./alive.js";
import { bytesRange } from "./key-range.js";

/** What is counted and removed by ranges of keys. */
export class RangeStatements {
  readonly #size: Statement;
  readonly #count: Statement;
  readonly #countUpTo: Statement;
  readonly #delete: Statement;
  readonly #deleteFirst: Statement;
  readonly #deleteLast: Statement;

  constructor(connection: Connection, sqlName: string) {
    const inRange = "key >= ? AND key < ?";
    const rows = `FROM ${sqlName} WHERE ${inRange} AND ${ALIVE}`;
    // All rows, which are counted in an index, less those that are past their moment, which another one finds.
    this.#size = connection.statement(`SELECT (SELECT count(*) FROM ${sqlName}) -
      (SELECT count(*) FROM ${sqlName} WHERE expires_at <= ?) AS count`);
    this.#count = connection.statement(`SELECT
      (SELECT count(*) FROM ${sqlName} WHERE ${inRange}) -
      (SELECT count(*) FROM ${sqlName} WHERE ${inRange} AND expires_at <= ?) AS count`);
    this.#countUpTo = connection.statement(
      `SELECT count(*) AS count FROM (SELECT 1 ${rows} LIMIT ?)`,
    );
    this.#delete = connection.statement(`DELETE ${rows}`);
    const limited = (order: string) =>
      connection.statement(`DELETE FROM ${sqlName} WHERE rowid IN
        (SELECT rowid ${rows} ORDER BY key ${order} LIMIT ?)`);
    this.#deleteFirst = limited("ASC");
    this.#deleteLast = limited("DESC");
  }

  size(): number {
    return this.#size.get(Date.now())?.[0] as number;
  }

  count(range: ScanRange): number {
    const { begin, end } = bytesRange(range);
    const now = Date.now();
    const row =
      range.limit === Number.POSITIVE_INFINITY
        ? this.#count.get(begin, end, begin, end, now)
        : this.#countUpTo.get(begin, end, now, range.limit);
    return row?.[0] as number;
  }

  /** Returns how many records went. */
  delete(range: ScanRange): number {
    const { begin, end } = bytesRange(range);
    const now = Date.now();
    if (range.limit === Number.POSITIVE_INFINITY) return this.#delete.run(begin, end, now);
    const statement = range.reverse ? this.#deleteLast : this.#deleteFirst;
    return statement.run(begin, end, now, range.limit);
  }
}
