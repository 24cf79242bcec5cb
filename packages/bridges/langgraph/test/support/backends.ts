import { randomBytes } from "node:crypto";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { PGlite } from "@electric-sql/pglite";
import { createStore } from "@store/core";
import { fileAdapter } from "@store/file";
import { memoryAdapter } from "@store/memory";
import { postgresAdapter } from "@store/postgres";
import pg from "pg";
import { isLong } from "../../../../../tooling/long.js";
import type { AnyStore } from "../../src/index.js";

export interface OpenStore {
  readonly store: AnyStore;
  close(): Promise<void>;
}

export interface Backend {
  readonly name: string;
  /** Why it can't be tested here; undefined if it can. */
  readonly missing?: string | undefined;
  open(): Promise<OpenStore>;
}

const SERVER_URL = process.env.STORE_POSTGRES_URL ?? "postgres://postgres@127.0.0.1:5432/postgres";

export const memory: Backend = {
  name: "memory",
  open: async () => {
    const store = createStore({ adapter: memoryAdapter });
    return { store, close: async () => store.close() };
  },
};

export const file: Backend = {
  name: "file",
  open: async () => {
    const dataDir = mkdtempSync(join(tmpdir(), "langgraph-"));
    const store = createStore({ adapter: fileAdapter, options: { dataDir } });
    return {
      store,
      close: async () => {
        store.close();
        rmSync(dataDir, { recursive: true });
      },
    };
  },
};

const isServerThere = await hasServer();

/** PostgreSQL in this process: where there is no server, or all is tested. */
export const pglite: Backend = {
  name: "postgres (PGlite)",
  missing: isServerThere && !isLong ? "there is a server, and this is no long run" : undefined,
  open: async () => {
    const database = new PGlite();
    const store = createStore({ adapter: postgresAdapter, options: { client: database } });
    return {
      store,
      close: async () => {
        await store.close();
        await database.close();
      },
    };
  },
};

export const postgres: Backend = {
  name: "postgres (a server)",
  missing: isServerThere ? undefined : "no PostgreSQL answers",
  open: async () => {
    const schema = `langgraph_${randomBytes(6).toString("hex")}`;
    const options = { client: SERVER_URL, schema };
    const store = createStore({ adapter: postgresAdapter, options });
    return {
      store,
      close: async () => {
        await store.close();
        await query(`DROP SCHEMA IF EXISTS ${schema} CASCADE`);
      },
    };
  },
};

export const backends: readonly Backend[] = [memory, file, pglite, postgres];

async function hasServer(): Promise<boolean> {
  try {
    await query("SELECT 1");
    return true;
  } catch (error) {
    if (process.env.STORE_REQUIRE_SERVERS === "1") throw error;
    return false;
  }
}

async function query(text: string): Promise<void> {
  const client = new pg.Client({ connectionString: SERVER_URL, connectionTimeoutMillis: 5_000 });
  await client.connect();
  try {
    await client.query(text);
  } finally {
    await client.end();
  }
}
