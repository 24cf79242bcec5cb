import { read, type Statement, write } from "../connection/statement.js";
import { alive, begins, expired, type Names } from "../schema/names.js";
import { UPSERTS } from "../schema/upserts.js";
import { type CommonStatements, commonStatements } from "./common-statements.js";

/** The statements of sets and ordered sets. */
export interface SetStatements extends CommonStatements {
  readonly lookup: Statement;
  readonly lookupMany: Statement;
  readonly insert: Statement;
  readonly insertMany: Statement;
  readonly insertNew: Statement;
  readonly take: Statement;
  readonly replace: Statement;
  readonly swap: Statement;
  readonly count: Statement;
  readonly increment: Statement;
  readonly incrementOrInsert: Statement;
  readonly append: Statement;
  readonly removeOne: Statement;
  readonly removeEqual: Statement;
  readonly removeAllEqual: Statement;
  readonly removeRange: Statement;
  readonly removeFirst: Statement;
  readonly removeLast: Statement;
  readonly scanUp: Statement;
  readonly scanDown: Statement;
  readonly nextRow: Statement;
  readonly prevRow: Statement;
  readonly nextRowOfPresent: Statement;
  readonly prevRowOfPresent: Statement;
  readonly moments: Statement;
}

/** Those of a schema. */
export function setStatements(names: Names): SetStatements {
  const { entry, counted } = names;
  const rows = `FROM ${entry} AS r WHERE r.table_id = $1 AND ${alive("r")}`;
  const row = `${rows} AND r.key = $2`;
  const between = `${rows} AND r.key >= $2 AND r.key < $3`;
  const present = `EXISTS (SELECT ${row})`;
  const into = `INSERT INTO ${entry} AS r (table_id, key, body, expires_at)`;
  const one = `${into} VALUES ($1, $2, $3, $4)`;
  const update = `UPDATE ${entry} AS r`;
  // Chosen in a part that is evaluated once: as a subquery of the condition it could be evaluated for each row.
  const removeSome = (order: string) => `WITH chosen AS MATERIALIZED (
      SELECT r.key ${between} ORDER BY r.key ${order} LIMIT $4::bigint FOR UPDATE)
    DELETE FROM ${entry} AS r USING chosen WHERE r.table_id = $1 AND r.key = chosen.key`;
  const step = (key: string, end: string) =>
    `SELECT r.key, r.body ${rows} AND ${key} ORDER BY ${end} LIMIT 1`;

  const increased = (first: number) =>
    `${counted}(r.body, $${first}::integer, $${first + 1}::bigint, $${first + 2}::bigint, $${first + 3}::bigint)`;
  const slot = (position: number) =>
    `CASE WHEN get_byte(r.body, 0) >= $${position}::integer - 1
      THEN substring(r.body FROM 2 + 8 * ($${position}::integer - 2) FOR 8) END AS slot`;

  return {
    ...commonStatements(entry),
    lookup: read(`SELECT r.body ${row}`),
    lookupMany: read(
      `SELECT k.ordinality::integer AS at, r.body
        FROM unnest($2::bytea[]) WITH ORDINALITY AS k (key, ordinality)
        JOIN ${entry} AS r ON r.table_id = $1 AND r.key = k.key AND ${alive("r")}`,
    ),
    insert: write(`${one} ${UPSERTS.replacing}`),
    insertMany: write(
      `${into} SELECT $1, n.key, n.body, n.moment
        FROM unnest($2::bytea[], $3::bytea[], $4::float8[]) AS n (key, body, moment)
        ${UPSERTS.replacing}`,
    ),
    insertNew: write(`${one} ${UPSERTS.onlyNew}`),
    take: write(`DELETE ${row} RETURNING r.body`),
    replace: write(
      `${update} SET body = $4, expires_at = $5
        WHERE r.table_id = $1 AND r.key = $2 AND ${begins("r.body", "$3::bytea")} AND ${alive("r")}`,
    ),
    swap: write(
      `${update} SET body = $4
        WHERE r.table_id = $1 AND r.key = $2 AND ${begins("r.body", "$3::bytea")} AND ${alive("r")}`,
    ),
    increment: write(
      `${update} SET body = ${increased(3)}
        WHERE r.table_id = $1 AND r.key = $2 AND ${alive("r")} AND ${increased(3)} IS NOT NULL
        RETURNING ${slot(3)}`,
    ),
    incrementOrInsert: write(
      `${one} ON CONFLICT (table_id, key) DO UPDATE SET
          body = CASE WHEN ${alive("r")} THEN ${increased(5)} ELSE EXCLUDED.body END,
          expires_at = CASE WHEN ${alive("r")} THEN r.expires_at ELSE EXCLUDED.expires_at END
        WHERE ${expired("r")} OR ${increased(5)} IS NOT NULL
        RETURNING ${slot(5)}`,
    ),
    append: write(`SELECT ${names.append}($1, $2, $3, $4, $5) AS number`),
    removeOne: write(`DELETE ${row} AND ${begins("r.body", "$3::bytea")}`),
    removeEqual: write(
      `DELETE FROM ${entry} AS r USING unnest($2::bytea[], $3::bytea[]) AS n (key, fingerprint)
        WHERE r.table_id = $1 AND r.key = n.key AND ${begins("r.body", "n.fingerprint")} AND ${alive("r")}`,
    ),
    removeAllEqual: write(`DELETE ${rows} AND ${begins("r.body", "$2::bytea")}`),
    removeRange: write(`DELETE ${between}`),
    removeFirst: write(removeSome("ASC")),
    removeLast: write(removeSome("DESC")),
    scanUp: read(`SELECT r.key, r.body ${between} ORDER BY r.key LIMIT $4::bigint`),
    scanDown: read(`SELECT r.key, r.body ${between} ORDER BY r.key DESC LIMIT $4::bigint`),
    nextRow: read(step("r.key > $2", "r.key")),
    prevRow: read(step("r.key < $2", "r.key DESC")),
    nextRowOfPresent: read(step(`r.key > $2 AND ${present}`, "r.key")),
    prevRowOfPresent: read(step(`r.key < $2 AND ${present}`, "r.key DESC")),
    moments: read(`SELECT r.expires_at ${row}`),
  };
}
