import type { Connection, Statement } from "../database/connection.js";
import type { SqlValue } from "../database/node-sqlite.js";

/** So many rows, at most, are handed to one statement: SQLite takes 32,766 parameters. */
export const MAX_ROWS = 1_024;

/**
 * A statement over a list of rows, such as the VALUES of an INSERT. It is prepared for a power of two of rows; those that
 * are too many are NULL, and the statement passes over them. So lists of all lengths make do with eleven statements.
 */
export class ManyRows {
  readonly #connection: Connection;
  readonly #sqlFor: (rows: number) => string;
  readonly #columns: number;
  readonly #statements: Statement[] = [];

  constructor(connection: Connection, columns: number, sqlFor: (rows: number) => string) {
    this.#connection = connection;
    this.#columns = columns;
    this.#sqlFor = sqlFor;
  }

  /** The statement that takes so many rows, up to {@link MAX_ROWS}. Fills up `values`, theirs, for it. */
  for(rows: number, values: SqlValue[]): Statement {
    const exponent = Math.ceil(Math.log2(Math.max(rows, 1)));
    const length = 2 ** exponent * this.#columns;
    while (values.length < length) values.push(null);
    let statement = this.#statements[exponent];
    if (statement === undefined) {
      statement = this.#connection.statement(this.#sqlFor(2 ** exponent));
      this.#statements[exponent] = statement;
    }
    return statement;
  }
}

/** `(?, ?), (?, ?)` for two rows of two columns. */
export function placeholders(rows: number, columns: number): string {
  const row = `(${new Array(columns).fill("?").join(", ")})`;
  return new Array(rows).fill(row).join(", ");
}

/** A list in parts of at most `length`. */
export function* partsOf<T>(list: readonly T[], length: number): Generator<readonly T[]> {
  for (let start = 0; start < list.length; start += length) yield list.slice(start, start + length);
}
