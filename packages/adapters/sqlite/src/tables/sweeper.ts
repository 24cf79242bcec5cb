import type { Connection } from "../database/connection.js";
import { type SqliteTable, SWEPT_AT_A_TIME } from "./sqlite-table.js";

/** Milliseconds between two looks for records whose moment is past; from one part to the next where there are many. */
const INTERVAL = 20_000;
const BETWEEN_PARTS = 20;

/** Removes the records of open tables whose moment is past, a few at a time, by a timer that keeps no process alive. */
export class Sweeper {
  readonly #connection: Connection;
  readonly #tables = new Set<SqliteTable>();
  #timer: NodeJS.Timeout | undefined;

  constructor(connection: Connection) {
    this.#connection = connection;
  }

  add(table: SqliteTable): void {
    this.#tables.add(table);
    // What has expired while nobody had the table open needn't wait.
    if (this.#timer === undefined) this.#arm(BETWEEN_PARTS);
  }

  remove(table: SqliteTable): void {
    this.#tables.delete(table);
    if (this.#tables.size === 0) this.close();
  }

  close(): void {
    clearTimeout(this.#timer);
    this.#timer = undefined;
  }

  #arm(wait: number): void {
    this.#timer = setTimeout(() => this.#sweep(), wait);
    this.#timer.unref();
  }

  #sweep(): void {
    const isMore = this.#connection.withoutWaiting(() =>
      [...this.#tables].map(sweepTable).some((swept) => swept === SWEPT_AT_A_TIME),
    );
    this.#arm(isMore ? BETWEEN_PARTS : INTERVAL);
  }
}

/** What fails is tried again later: nobody has asked for it, and a call of the user's says what is wrong. */
function sweepTable(table: SqliteTable): number {
  try {
    return table.sweep();
  } catch {
    return 0;
  }
}
