import { purge } from "../operations/writing.js";
import type { Dispatcher } from "../protocol/dispatcher.js";
import type { TableNames } from "../protocol/operation.js";

/** How often tables are looked at for records that have expired. */
const INTERVAL_MS = 20_000;

/**
 * Gives the room of expired records back, in small steps, as long as a table is open. Nobody waits for it: what fails is
 * done by the next round, or by another process.
 */
export class Purger {
  readonly #dispatcher: Dispatcher;
  readonly #tables = new Set<TableNames>();
  #timer: NodeJS.Timeout | undefined;

  constructor(dispatcher: Dispatcher) {
    this.#dispatcher = dispatcher;
  }

  add(table: TableNames): void {
    this.#tables.add(table);
    this.#timer ??= setInterval(() => this.#purgeAll(), INTERVAL_MS).unref();
  }

  remove(table: TableNames): void {
    this.#tables.delete(table);
  }

  stop(): void {
    clearInterval(this.#timer);
  }

  #purgeAll(): void {
    for (const table of this.#tables) this.#purge(table).catch(() => {});
  }

  async #purge(table: TableNames): Promise<void> {
    while (this.#tables.has(table) && (await this.#dispatcher.send(purge(table))) > 0);
  }
}
