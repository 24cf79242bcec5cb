import { randomBytes } from "node:crypto";
import type { PostgresClient } from "../../src/index.js";

/**
 * Schemas for tests: made by the adapter when they are first used, emptied after a test, and used again, because making
 * one takes longer than most tests.
 */
export class Schemas {
  readonly #client: PostgresClient;
  readonly #prefix = `test_${randomBytes(6).toString("hex")}`;
  readonly #free: string[] = [];
  readonly #all: string[] = [];

  constructor(client: PostgresClient) {
    this.#client = client;
  }

  /** An empty one, or one that isn't there yet. */
  take(): string {
    const free = this.#free.pop();
    if (free !== undefined) return free;
    const schema = `${this.#prefix}_${this.#all.length}`;
    this.#all.push(schema);
    return schema;
  }

  /** Empties one, and keeps it for another test. */
  async giveBack(schema: string): Promise<void> {
    await this.#client.query(`DO $$ BEGIN
      IF to_regclass('${schema}.store_table') IS NOT NULL THEN
        DELETE FROM ${schema}.store_entry;
        DELETE FROM ${schema}.store_item;
        DELETE FROM ${schema}.store_table;
      END IF;
    END $$`);
    this.#free.push(schema);
  }

  /** Drops all. */
  async drop(): Promise<void> {
    for (const schema of this.#all) {
      await this.#client.query(`DROP SCHEMA IF EXISTS ${schema} CASCADE`);
    }
  }
}
