import type { Toolkit } from "@store/core";
import type { Connection } from "../connection/connection.js";
import { stateOf } from "../connection/failure.js";
import { read, write } from "../connection/statement.js";
import { installSql, schemaSql } from "./install.js";
import { type Names, namesIn } from "./names.js";
import { FORMAT } from "./tables.js";

/** Sees to it that the schema is there, in a format that is known, with the functions of this version. */
export async function ensureSchema(
  connection: Connection,
  schema: string,
  toolkit: Toolkit,
): Promise<void> {
  const names = namesIn(schema);
  const found = await formatOf(connection, names);
  if (found !== undefined && found.readableFrom > FORMAT) {
    throw toolkit.error(
      "STORE_NEWER_FORMAT",
      `the schema ${names.schema} has format ${found.version}, which programs from format ${found.readableFrom} on can use; this one knows format ${FORMAT}`,
    );
  }
  if (found?.isComplete) return;
  try {
    await connection.run(write(installSql(schema)), []);
  } catch (error) {
    if (stateOf(Object(error).cause) !== "42501") throw error;
    // In one line, as all messages are.
    const sql = schemaSql(schema).replaceAll(/\s+/g, " ").trim();
    throw toolkit.error(
      "STORE_IO",
      `the role may not make the schema ${names.schema}; run this, which schemaSql returns, as one that may: ${sql}`,
      error,
    );
  }
}

interface Format {
  readonly version: number;
  readonly readableFrom: number;
  /** Whether what this version uses is there. */
  readonly isComplete: boolean;
}

/** Undefined where there is no schema yet. */
async function formatOf(connection: Connection, names: Names): Promise<Format | undefined> {
  const statement = read(
    `SELECT version, readable_from, to_regprocedure('${names.batch}(jsonb, jsonb)') IS NOT NULL AS complete
      FROM ${names.format}`,
  );
  try {
    const { rows } = await connection.run(statement, []);
    const [row] = rows;
    return (
      row && {
        version: Number(row.version),
        readableFrom: Number(row.readable_from),
        isComplete: Number(row.version) >= FORMAT && row.complete === true,
      }
    );
  } catch (error) {
    const state = stateOf(Object(error).cause);
    if (state === "42P01" || state === "3F000") return undefined;
    throw error;
  }
}
