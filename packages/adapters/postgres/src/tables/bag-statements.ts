import { read, type Statement, write } from "../connection/statement.js";
import { alive, begins, type Names } from "../schema/names.js";
import { copyOf, UPSERTS } from "../schema/upserts.js";
import { type CommonStatements, commonStatements } from "./common-statements.js";

/** The statements of bags and duplicate bags. */
export interface BagStatements extends CommonStatements {
  readonly lookup: Statement;
  readonly lookupMany: Statement;
  readonly insert: Readonly<Record<"bag" | "duplicate_bag", Statement>>;
  readonly insertMany: Readonly<Record<"bag" | "duplicate_bag", Statement>>;
  readonly take: Statement;
  readonly removeEqual: Statement;
  readonly removeAllEqual: Statement;
  readonly scan: Statement;
  readonly nextRows: Statement;
  readonly prevRows: Statement;
  readonly nextRowsOfPresent: Statement;
  readonly prevRowsOfPresent: Statement;
  readonly moments: Statement;
}

/** Those of a schema. */
export function bagStatements(names: Names): BagStatements {
  const { item } = names;
  const rows = `FROM ${item} AS r WHERE r.table_id = $1 AND ${alive("r")}`;
  const ofKey = `${rows} AND r.key = $2`;
  const common = commonStatements(item);
  const insert = (type: "bag" | "duplicate_bag", onConflict: string) =>
    write(`INSERT INTO ${item} AS r (table_id, key, body, expires_at, digest, copy)
      SELECT $1, n.key, n.body, n.moment, n.digest, ${copyOf(type, names)}
        FROM unnest($2::bytea[], $3::bytea[], $4::float8[], $5::bytea[]) AS n (key, body, moment, digest)
      ${onConflict}`);
  const insertOne = (type: "bag" | "duplicate_bag", onConflict: string) =>
    write(`INSERT INTO ${item} AS r (table_id, key, body, expires_at, digest, copy)
      VALUES ($1, $2, $3, $4, $5, ${copyOf(type, names)}) ${onConflict}`);
  const rowsOf = ({ text }: Statement) =>
    read(`SELECT r.key, r.body ${rows} AND r.key = (${text}) ORDER BY r.seq`);
  return {
    ...common,
    lookup: read(`SELECT r.body ${ofKey} ORDER BY r.seq`),
    lookupMany: read(
      `SELECT k.ordinality::integer AS at, r.body
        FROM unnest($2::bytea[]) WITH ORDINALITY AS k (key, ordinality)
        JOIN ${item} AS r ON r.table_id = $1 AND r.key = k.key AND ${alive("r")}
        ORDER BY r.seq`,
    ),
    insert: {
      bag: insertOne("bag", UPSERTS.bag),
      duplicate_bag: insertOne("duplicate_bag", ""),
    },
    insertMany: {
      bag: insert("bag", UPSERTS.bag),
      duplicate_bag: insert("duplicate_bag", ""),
    },
    take: write(
      `WITH taken AS (DELETE ${ofKey} RETURNING r.seq, r.body) SELECT body FROM taken ORDER BY seq`,
    ),
    removeEqual: write(
      `DELETE FROM ${item} AS r USING unnest($2::bytea[], $3::bytea[]) AS n (key, digest)
        WHERE r.table_id = $1 AND r.key = n.key AND r.digest = n.digest AND ${alive("r")}`,
    ),
    removeAllEqual: write(`DELETE ${rows} AND ${begins("r.body", "$2::bytea")}`),
    scan: read(
      `SELECT r.key, r.seq::text AS seq, r.body ${rows} AND (r.key, r.seq) > ($2, $3::bigint)
        ORDER BY r.key, r.seq LIMIT $4::bigint`,
    ),
    nextRows: rowsOf(common.next),
    prevRows: rowsOf(common.prev),
    nextRowsOfPresent: rowsOf(common.nextOfPresent),
    prevRowsOfPresent: rowsOf(common.prevOfPresent),
    moments: read(`SELECT r.expires_at ${ofKey} ORDER BY r.seq`),
  };
}
