import { setTimeout as delay } from "node:timers/promises";
import type { Toolkit } from "@store/core";
import {
  type CallSignal,
  isPool,
  type PooledConnection,
  type PostgresClient,
  type PostgresResult,
} from "./client.js";
import { Deadline } from "./deadline.js";
import { failureOf, isAnswer, isConflict } from "./failure.js";
import type { Statement } from "./statement.js";

/** How statements are sent. */
export interface ConnectionOptions {
  readonly client: PostgresClient;
  readonly timeout: number;
  readonly signal: CallSignal | undefined;
  readonly prepare: boolean;
}

/** A row as the drivers return it: its columns by name. */
export type Row = Readonly<Record<string, unknown>>;

/** What a statement returned. */
export interface Answer {
  readonly rows: readonly Row[];
  /** How many rows were returned or changed. */
  readonly count: number;
}

/** A statement that lost against another transaction is tried so often in all. */
const ATTEMPTS = 12;
/** The longest pause before the second attempt; it doubles with each. */
const PAUSE_MS = 4;

/**
 * Sends statements, each of which is a transaction of its own: so any client will do, whatever connection it takes.
 *
 * 1. A call takes no longer than the timeout, its attempts together.
 * 2. A statement is sent again only when the server said that it rolled it back: never one whose answer was lost.
 * 3. A connection of a pool that didn't answer is closed, not lent again.
 */
export class Connection {
  readonly #options: ConnectionOptions;
  readonly #toolkit: Toolkit;

  constructor(options: ConnectionOptions, toolkit: Toolkit) {
    this.#options = options;
    this.#toolkit = toolkit;
  }

  /** Sends the statement, and again after a deadlock or a serialisation failure. */
  async run(statement: Statement, values: unknown[]): Promise<Answer> {
    const deadline = new Deadline(this.#options.timeout, this.#options.signal);
    try {
      for (let attempt = 1; ; attempt++) {
        const progress = { sent: false, writes: statement.writes };
        try {
          return answerOf(await this.#send(statement, values, deadline, progress));
        } catch (error) {
          const pause = Math.random() * PAUSE_MS * 2 ** attempt;
          if (!isConflict(error) || attempt === ATTEMPTS || deadline.left < pause) {
            throw failureOf(this.#toolkit, error, progress);
          }
          await delay(pause);
        }
      }
    } finally {
      deadline.end();
    }
  }

  async #send(
    { name, text }: Statement,
    values: unknown[],
    deadline: Deadline,
    progress: { sent: boolean },
  ): Promise<PostgresResult> {
    const { client, prepare } = this.#options;
    deadline.check();
    if (!isPool(client)) {
      progress.sent = true;
      return deadline.race(client.query(text, values));
    }
    const connection = await deadline.race(client.connect(), (late) => late.release());
    watch(connection);
    try {
      progress.sent = true;
      const statement = prepare ? { name, text, values } : { text, values };
      const result = await deadline.race(connection.query(statement));
      connection.release();
      return result;
    } catch (error) {
      connection.release(isAnswer(error) ? undefined : (error as Error));
      throw error;
    }
  }
}

/** Connections that have a listener: one is enough for all who borrow it. */
const watched = new WeakSet<PooledConnection>();

/**
 * A lent connection that breaks says so twice: by what it was asked, which the caller gets, and by an event that would
 * end the process if nobody listened.
 */
function watch(connection: PooledConnection): void {
  if (watched.has(connection)) return;
  watched.add(connection);
  connection.on("error", () => {});
}

function answerOf({ rows, rowCount, affectedRows }: PostgresResult): Answer {
  return { rows: rows as readonly Row[], count: rowCount ?? affectedRows ?? rows.length };
}
