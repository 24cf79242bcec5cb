import { read, type Statement, write } from "../connection/statement.js";
import { alive } from "../schema/names.js";

/** Statements that are the same for sets and bags. The first parameter of each is the table. */
export interface CommonStatements {
  readonly member: Statement;
  readonly remove: Statement;
  readonly removeMany: Statement;
  readonly clear: Statement;
  readonly count: Statement;
  readonly keysUp: Statement;
  readonly keysDown: Statement;
  readonly next: Statement;
  readonly prev: Statement;
  readonly nextOfPresent: Statement;
  readonly prevOfPresent: Statement;
  readonly expire: Statement;
}

/** Those over a relation. */
export function commonStatements(relation: string): CommonStatements {
  const rows = `FROM ${relation} AS r WHERE r.table_id = $1 AND ${alive("r")}`;
  const removal = `DELETE ${rows}`;
  const present = `EXISTS (SELECT ${rows} AND r.key = $2)`;
  const between = `${rows} AND r.key >= $2 AND r.key < $3`;
  const nextKey = `SELECT r.key ${rows} AND r.key > $2`;
  const prevKey = `SELECT r.key ${rows} AND r.key < $2`;
  const up = "ORDER BY r.key LIMIT 1";
  const down = "ORDER BY r.key DESC LIMIT 1";
  return {
    member: read(`SELECT ${rows} AND r.key = $2 LIMIT 1`),
    remove: write(`DELETE FROM ${relation} AS r WHERE r.table_id = $1 AND r.key = $2`),
    removeMany: write(`${removal} AND r.key = ANY ($2::bytea[])`),
    clear: write(`DELETE FROM ${relation} AS r WHERE r.table_id = $1`),
    count: read(
      `SELECT count(*)::float8 AS count FROM (SELECT ${between} LIMIT $4::bigint) AS found`,
    ),
    keysUp: read(`SELECT DISTINCT r.key ${between} ORDER BY r.key LIMIT $4::bigint`),
    keysDown: read(`SELECT DISTINCT r.key ${between} ORDER BY r.key DESC LIMIT $4::bigint`),
    next: read(`${nextKey} ${up}`),
    prev: read(`${prevKey} ${down}`),
    nextOfPresent: read(`${nextKey} AND ${present} ${up}`),
    prevOfPresent: read(`${prevKey} AND ${present} ${down}`),
    expire: write(
      `UPDATE ${relation} AS r SET expires_at = $3::float8 WHERE r.table_id = $1 AND r.key = $2 AND ${alive("r")}`,
    ),
  };
}
