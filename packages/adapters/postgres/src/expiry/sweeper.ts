import type { Connection } from "../connection/connection.js";
import { type Statement, write } from "../connection/statement.js";
import { expired, type Names } from "../schema/names.js";

/** A round of removals begins so long after the end of the last one; the contract allows a minute. */
const PAUSE_MS = 20_000;
/** A step removes so many rows at most. */
const STEP_ROWS = 500;

/**
 * Gives back the room of what has expired: in small steps, each of which passes over rows that somebody else works on. A
 * round that fails is made up for by the next one; what is wrong, the calls meet themselves.
 */
export class Sweeper {
  readonly #connection: Connection;
  readonly #statements: readonly Statement[];
  readonly #pauseMs: number;
  #timer: NodeJS.Timeout | undefined;
  #round: Promise<void> = Promise.resolve();
  #isStopped = false;

  constructor(connection: Connection, { entry, item }: Names, pauseMs = PAUSE_MS) {
    this.#connection = connection;
    this.#pauseMs = pauseMs;
    this.#statements = [
      removal(entry, ["table_id", "key"]),
      removal(item, ["table_id", "key", "seq"]),
    ];
  }

  /** Begins, if it hasn't yet. */
  start(): void {
    this.#timer ??= this.#wait();
  }

  /** Ends when the step that is under way has. */
  async stop(): Promise<void> {
    this.#isStopped = true;
    clearTimeout(this.#timer);
    await this.#round;
  }

  #wait(): NodeJS.Timeout {
    const timer = setTimeout(() => {
      this.#round = this.#sweep().then(() => {
        if (!this.#isStopped) this.#timer = this.#wait();
      });
    }, this.#pauseMs);
    return timer.unref();
  }

  async #sweep(): Promise<void> {
    try {
      for (const statement of this.#statements) {
        let removed: number;
        do removed = (await this.#connection.run(statement, [])).count;
        while (removed === STEP_ROWS && !this.#isStopped);
      }
    } catch {
      // The next round tries again.
    }
  }
}

/**
 * The rows are chosen in a part that is evaluated once: as a subquery of the condition it would be evaluated for each row,
 * and choose others each time.
 */
function removal(relation: string, columns: readonly string[]): Statement {
  const chosen = columns.map((column) => `r.${column}`).join(", ");
  const same = columns.map((column) => `r.${column} = chosen.${column}`).join(" AND ");
  return write(
    `WITH chosen AS MATERIALIZED (
        SELECT ${chosen} FROM ${relation} AS r WHERE ${expired("r")}
          ORDER BY r.expires_at LIMIT ${STEP_ROWS} FOR UPDATE SKIP LOCKED)
      DELETE FROM ${relation} AS r USING chosen WHERE ${same}`,
  );
}
