import type { Toolkit } from "@store/core";
import type { Connection } from "./connection.js";

/**
 * What makes each format of the schema of the one before it, from an empty database on; never changed once published. All
 * names begin with `_store_`, so that a database may hold tables of others.
 */
const MIGRATIONS: readonly string[] = [
  // `name` is the key [domain, name]: a table of text couldn't tell two names with lone surrogates apart. No id is used
  // again: a handle of a table that was dropped meets no other one.
  `CREATE TABLE _store_meta (name TEXT PRIMARY KEY, value INTEGER NOT NULL);
   INSERT INTO _store_meta VALUES ('format', 0), ('syncs', 0);
   CREATE TABLE _store_catalogue (
     id INTEGER PRIMARY KEY AUTOINCREMENT, name BLOB NOT NULL UNIQUE, type TEXT NOT NULL
   );`,
];

/** The format of the schema that this version writes. */
export const FORMAT = MIGRATIONS.length;

/** Refuses a database of a later format, and one whose tables merely have our names. Changes nothing. */
export function checkFormat(connection: Connection, toolkit: Toolkit): void {
  const format = formatOf(connection, toolkit);
  if (format > FORMAT) {
    throw toolkit.error(
      "STORE_NEWER_FORMAT",
      `${connection.options.path} has format ${format}; this version knows formats up to ${FORMAT}`,
    );
  }
}

/** Brings the schema to the format of this version. */
export function migrate(connection: Connection, toolkit: Toolkit): void {
  if (formatOf(connection, toolkit) === FORMAT) return;
  connection.transaction(() => {
    // Another process may have been faster, or be of a later version.
    checkFormat(connection, toolkit);
    for (const migration of MIGRATIONS.slice(formatOf(connection, toolkit)))
      connection.exec(migration);
    connection.statement("UPDATE _store_meta SET value = ? WHERE name = 'format'").run(FORMAT);
  });
}

/** 0 for a database in which the adapter has no tables. */
function formatOf(connection: Connection, toolkit: Toolkit): number {
  const schema = connection.statement("SELECT type FROM sqlite_schema WHERE name = '_store_meta'");
  if (schema.get() === undefined) return 0;
  const format = formatRow(connection)?.[0];
  if (typeof format === "number") return format;
  throw toolkit.error(
    "STORE_CORRUPT",
    `${connection.options.path} has a _store_meta that this adapter hasn't made`,
  );
}

function formatRow(connection: Connection) {
  try {
    return connection.statement("SELECT value FROM _store_meta WHERE name = 'format'").get();
  } catch (error) {
    // A table of somebody else has other columns.
    if ((error as { code?: unknown }).code === "STORE_IO") return undefined;
    throw error;
  }
}
