import { randomUUID } from "node:crypto";
import { mkdtempSync, rmSync } from "node:fs";
import { createConnection } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createStore } from "@store/core";
import { fileAdapter } from "@store/file";
import { memoryAdapter } from "@store/memory";
import { redisAdapter } from "@store/redis";
import type { KeyvRecord, KeyvTable } from "../../src/index.js";

export interface OpenTable {
  readonly table: KeyvTable;
  close(): Promise<void>;
}

export interface Backend {
  readonly name: string;
  /** Why it can't be tested here; undefined if it can. */
  readonly missing: string | undefined;
  open(type: "set" | "ordered_set"): Promise<OpenTable>;
}

const REDIS_URL = process.env.STORE_REDIS_URL ?? "redis://127.0.0.1:6379";

/** What the bridge is tested over. */
export const backends: readonly Backend[] = [
  {
    name: "memory",
    missing: undefined,
    open: async (type) => {
      const store = createStore({ adapter: memoryAdapter });
      return {
        table: store.ensureTable<KeyvRecord>("cache", "keyv", { type }),
        close: async () => store.close(),
      };
    },
  },
  {
    name: "file",
    missing: undefined,
    open: async (type) => {
      const dataDir = mkdtempSync(join(tmpdir(), "keyv-"));
      const store = createStore({ adapter: fileAdapter, options: { dataDir } });
      return {
        table: store.ensureTable<KeyvRecord>("cache", "keyv", { type }),
        close: async () => {
          store.close();
          rmSync(dataDir, { recursive: true });
        },
      };
    },
  },
  {
    name: "redis",
    missing: (await isRedisThere()) ? undefined : "no Redis answers",
    open: async (type) => {
      const store = createStore({
        adapter: redisAdapter,
        options: { client: REDIS_URL, prefix: `keyv-${randomUUID()}` },
      });
      return {
        table: await store.ensureTable<KeyvRecord>("cache", "keyv", { type }),
        close: async () => {
          await store.dropTable("cache", "keyv");
          await store.close();
        },
      };
    },
  },
];

/** With STORE_REQUIRE_SERVERS=1 it has to be. */
async function isRedisThere(): Promise<boolean> {
  const { hostname, port } = new URL(REDIS_URL);
  const isThere = await new Promise<boolean>((resolve) => {
    const socket = createConnection({ host: hostname, port: Number(port || 6379) });
    const end = (answer: boolean) => {
      socket.destroy();
      resolve(answer);
    };
    socket.once("connect", () => end(true)).once("error", () => end(false));
  });
  if (!isThere && process.env.STORE_REQUIRE_SERVERS === "1") {
    throw new Error(`STORE_REQUIRE_SERVERS is 1, and no Redis answers at ${REDIS_URL}`);
  }
  return isThere;
}
