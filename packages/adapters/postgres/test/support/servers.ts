import { randomBytes } from "node:crypto";
import pg from "pg";

/** The server that the tests use; its database must be there. */
export const SERVER_URL =
  process.env.STORE_POSTGRES_URL ?? "postgres://postgres@127.0.0.1:5432/postgres";

/** With it, nothing may be skipped for want of a server. */
const required = process.env.STORE_REQUIRE_SERVERS === "1";

/** Whether the server answers. Without one its tests are skipped, with a word; or fail, where servers are required. */
export const hasServer = await answers();

async function answers(): Promise<boolean> {
  const client = new pg.Client({ connectionString: SERVER_URL, connectionTimeoutMillis: 5_000 });
  try {
    await client.connect();
    await client.end();
    return true;
  } catch (error) {
    if (required) throw error;
    console.warn(`No PostgreSQL at 127.0.0.1:5432 or STORE_POSTGRES_URL: its tests are skipped.`);
    return false;
  }
}

/** The same without a wait for the disk at each commit, where nothing is about what a crash of the server leaves. */
export const QUICK_URL = (() => {
  const url = new URL(SERVER_URL);
  url.searchParams.set("options", "-c synchronous_commit=off");
  return url.href;
})();

/** A schema that no other test has. */
export function uniqueSchema(): string {
  return `test_${randomBytes(8).toString("hex")}`;
}

/** Removes a schema from the server. */
export async function dropSchema(schema: string, url = SERVER_URL): Promise<void> {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  await client.query(`DROP SCHEMA IF EXISTS ${schema} CASCADE`);
  await client.end();
}
