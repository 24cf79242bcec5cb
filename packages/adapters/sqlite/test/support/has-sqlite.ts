/** Whether this Node has `node:sqlite`. `npm test` looks for one that has (scripts/with-sqlite.mjs). */
export const hasSqlite = process.getBuiltinModule("node:sqlite" as "node:fs") !== undefined;
