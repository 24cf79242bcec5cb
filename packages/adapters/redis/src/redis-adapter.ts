import type { Adapter, Toolkit } from "@store/core";
import { Connection } from "./connection/connection.js";
import { failureOf } from "./connection/failure.js";
import { type NormalizedOptions, normalizeOptions, type RedisOptions } from "./options.js";
import { RedisBackend } from "./redis-backend.js";

/**
 * Tables in Redis: all four types, shared by any number of processes and machines, on one node, behind Sentinel or in a
 * cluster. Each operation is atomic for all of them. What survives a crash of the server is what its own settings say.
 */
export const redisAdapter: Adapter<RedisOptions, "async", NormalizedOptions> = Object.freeze({
  name: "redis",
  mode: "async" as const,
  contractVersion: 2 as const,
  capabilities: Object.freeze({
    durable: true,
    ordered: true,
    bags: true,
    shared: true,
    serializes: true,
    batches: true,
    expiry: true,
  }),

  normalizeOptions,

  async open(options: NormalizedOptions, toolkit: Toolkit): Promise<RedisBackend> {
    try {
      return new RedisBackend(options, await Connection.open(options), toolkit);
    } catch (error) {
      throw failureOf(toolkit, error, false);
    }
  },
});
