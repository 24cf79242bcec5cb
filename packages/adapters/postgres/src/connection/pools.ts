import type { ConnectionPool } from "./client.js";

/** A pool that some backends use. */
interface SharedPool {
  readonly pool: Promise<ConnectionPool & { end(): Promise<void> }>;
  users: number;
}

/** The pools that this process has made, by what they connect to. */
const pools = new Map<string, SharedPool>();

/** A pool, to be given back. */
export interface LentPool {
  readonly pool: ConnectionPool;
  /** Closes it once nobody uses it any more. */
  release(): Promise<void>;
}

/** The pool for a connection string: one for all backends that name the same and want as many connections. */
export async function lendPool(connectionString: string, size: number): Promise<LentPool> {
  const name = `${size} ${connectionString}`;
  const shared = pools.get(name) ?? { pool: openPool(connectionString, size), users: 0 };
  pools.set(name, shared);
  shared.users++;
  return {
    pool: await shared.pool,
    async release() {
      if (--shared.users > 0) return;
      pools.delete(name);
      await (await shared.pool).end();
    },
  };
}

/** `pg` is loaded for those who use it: not for those who hand in a client of their own. */
async function openPool(connectionString: string, max: number) {
  const { default: pg } = await import("pg");
  // Idle connections keep no process alive.
  const pool = new pg.Pool({ connectionString, max, keepAlive: true, allowExitOnIdle: true });
  // An idle connection that breaks is left out of the pool; there is nobody to tell.
  pool.on("error", () => {});
  return pool as unknown as ConnectionPool & { end(): Promise<void> };
}
