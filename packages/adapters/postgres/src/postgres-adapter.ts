import type { Adapter, Toolkit } from "@store/core";
import type { PostgresClient } from "./connection/client.js";
import { Connection } from "./connection/connection.js";
import { lendPool } from "./connection/pools.js";
import {
  type NormalizedPostgresOptions,
  normalizePostgresOptions,
  type PostgresOptions,
} from "./options.js";
import { PostgresBackend } from "./postgres-backend.js";
import { MAX_KEY_BYTES, MAX_RECORD_BYTES } from "./rows/rows.js";
import { ensureSchema } from "./schema/ensure-schema.js";
import { namesIn } from "./schema/names.js";

/** The type of {@link postgresAdapter}. */
export type PostgresAdapter = Adapter<PostgresOptions, "async", NormalizedPostgresOptions>;

/**
 * Tables in PostgreSQL, of all four types, shared by all processes that name the same database and schema. What has
 * returned is as durable as the server's `synchronous_commit` says.
 */
export const postgresAdapter: PostgresAdapter = Object.freeze({
  name: "postgres",
  mode: "async" as const,
  contractVersion: 2 as const,
  capabilities: Object.freeze({
    durable: true,
    ordered: true,
    bags: true,
    shared: true,
    serializes: true,
    batches: true,
    expiry: true,
    maxKeyBytes: MAX_KEY_BYTES,
    maxRecordBytes: MAX_RECORD_BYTES,
  }),
  normalizeOptions: normalizePostgresOptions,
  open: openBackend,
});

async function openBackend(
  options: NormalizedPostgresOptions,
  toolkit: Toolkit,
): Promise<PostgresBackend> {
  const { client, readFrom = client, schema } = options;
  const main = await clientOf(client, options);
  const reading = await clientOf(readFrom, options);
  const release = async () => {
    await main.release();
    await reading.release();
  };
  try {
    const primary = connectionTo(main.client, options, toolkit);
    await ensureSchema(primary, schema, toolkit);
    const replica = connectionTo(reading.client, options, toolkit);
    return new PostgresBackend({ primary, replica, names: namesIn(schema), toolkit, release });
  } catch (error) {
    await release();
    throw error;
  }
}

function connectionTo(
  client: PostgresClient,
  { timeout, prepare, signal }: NormalizedPostgresOptions,
  toolkit: Toolkit,
): Connection {
  return new Connection({ client, timeout, prepare, signal }, toolkit);
}

async function clientOf(client: string | PostgresClient, { poolSize }: NormalizedPostgresOptions) {
  if (typeof client !== "string") return { client, release: async () => {} };
  const { pool, release } = await lendPool(client, poolSize);
  return { client: pool, release };
}
