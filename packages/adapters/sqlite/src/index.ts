export type { NormalizedSqliteOptions, SqliteOptions } from "./options.js";
export { type SqliteAdapter, sqliteAdapter } from "./sqlite-adapter.js";
