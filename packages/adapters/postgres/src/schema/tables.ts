import type { Names } from "./names.js";

/** The format of what the tables hold. It reaches the disk: a change is a new version, and a migration. */
export const FORMAT = 1;

/** The statements that make the tables. */
export function tablesSql(names: Names): string[] {
  return [
    `CREATE TABLE IF NOT EXISTS ${names.format} (
  one boolean PRIMARY KEY DEFAULT true CHECK (one),
  version integer NOT NULL,
  readable_from integer NOT NULL
)`,
    `COMMENT ON TABLE ${names.format} IS
  'The format of this schema, and the oldest version of it that a program must know to use it'`,
    // An identity is a digest of domain and name, which may be longer than an index takes.
    `CREATE TABLE IF NOT EXISTS ${names.tables} (
  id integer GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  identity bytea NOT NULL UNIQUE,
  domain bytea NOT NULL,
  name bytea NOT NULL,
  type text NOT NULL CHECK (type IN ('set', 'ordered_set', 'bag', 'duplicate_bag'))
)`,
    // The moments are in the index so that counting doesn't read the records.
    `CREATE TABLE IF NOT EXISTS ${names.entry} (
  table_id integer NOT NULL,
  key bytea NOT NULL,
  body bytea NOT NULL,
  expires_at double precision,
  PRIMARY KEY (table_id, key) INCLUDE (expires_at)
) WITH (fillfactor = 90)`,
    `CREATE INDEX IF NOT EXISTS store_entry_expiry ON ${names.entry} (expires_at)
  WHERE expires_at IS NOT NULL`,
    `CREATE SEQUENCE IF NOT EXISTS ${names.sequence}`,
    `CREATE TABLE IF NOT EXISTS ${names.item} (
  table_id integer NOT NULL,
  key bytea NOT NULL,
  seq bigint NOT NULL DEFAULT nextval('${names.sequence}'),
  digest bytea NOT NULL,
  copy bigint NOT NULL,
  body bytea NOT NULL,
  expires_at double precision,
  PRIMARY KEY (table_id, key, seq) INCLUDE (expires_at),
  UNIQUE (table_id, key, digest, copy)
)`,
    `CREATE INDEX IF NOT EXISTS store_item_expiry ON ${names.item} (expires_at)
  WHERE expires_at IS NOT NULL`,
    `INSERT INTO ${names.format} (version, readable_from) VALUES (${FORMAT}, ${FORMAT})
  ON CONFLICT DO NOTHING`,
  ];
}
