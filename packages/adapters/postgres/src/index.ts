export type { CallSignal, PostgresClient, PostgresResult } from "./connection/client.js";
export type { NormalizedPostgresOptions, PostgresOptions } from "./options.js";
export { type PostgresAdapter, postgresAdapter } from "./postgres-adapter.js";
export { schemaSql } from "./schema/install.js";
