import { functionsSql } from "./functions.js";
import { namesIn } from "./names.js";
import { tablesSql } from "./tables.js";

/**
 * The SQL that makes the schema with all that is in it, for roles that may not do so by themselves: run it as one that
 * may. Running it again changes nothing. Who uses the tables needs `USAGE` of the schema and of its sequences, `EXECUTE`
 * of its functions, and `SELECT`, `INSERT`, `UPDATE` and `DELETE` on its tables.
 */
export function schemaSql(schema = "store"): string {
  return `${statements(schema).join(";\n\n")};\n`;
}

/** The same in one statement, for clients that take only one: processes that come at once do it one after another. */
export function installSql(schema: string): string {
  const steps = statements(schema).map((statement) => `EXECUTE $step$${statement}$step$;`);
  return `DO $install$
BEGIN
  PERFORM pg_advisory_xact_lock(hashtext('@store/postgres'), hashtext('${schema}'));
  ${steps.join("\n  ")}
END
$install$`;
}

function statements(schema: string): string[] {
  const names = namesIn(schema);
  return [
    `CREATE SCHEMA IF NOT EXISTS ${names.schema}`,
    ...tablesSql(names),
    ...functionsSql(names),
  ];
}
