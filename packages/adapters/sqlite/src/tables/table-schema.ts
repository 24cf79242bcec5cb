import type { TableType } from "@store/core";

/**
 * The SQL table of a table, and its indexes; never changed once published.
 *
 * With a rowid: rows may be long, and a table WITHOUT ROWID keeps them in the inner nodes of its tree as well. A `set` and
 * an `ordered_set` have a row a key. A bag has a row a record: `seq` says which came first, and a unique identity that no two
 * are equal. Moments are REAL, which holds all of them exactly; most records have none, and aren't in that index.
 */
export function schemaOf(sqlName: string, type: TableType): string {
  return `${TABLES[type](sqlName)};
    CREATE INDEX ${sqlName}_expiry ON ${sqlName} (expires_at) WHERE expires_at IS NOT NULL;`;
}

const TABLES: Readonly<Record<TableType, (sqlName: string) => string>> = {
  set: setSchema,
  ordered_set: setSchema,
  bag: (sqlName) => bagSchema(sqlName, "identity BLOB NOT NULL UNIQUE"),
  duplicate_bag: (sqlName) => bagSchema(sqlName),
};

function setSchema(sqlName: string): string {
  return `CREATE TABLE ${sqlName} (key BLOB NOT NULL PRIMARY KEY, record BLOB NOT NULL, expires_at REAL)`;
}

function bagSchema(sqlName: string, ...columns: readonly string[]): string {
  // An alias of the rowid, which a VACUUM leaves as it is.
  const all = [
    "seq INTEGER PRIMARY KEY",
    "key BLOB NOT NULL",
    "record BLOB NOT NULL",
    "expires_at REAL",
    ...columns,
  ];
  return `CREATE TABLE ${sqlName} (${all.join(", ")});
    CREATE INDEX ${sqlName}_key ON ${sqlName} (key)`;
}
