import { randomUUID } from "node:crypto";
import { createStore, type Store } from "@store/core";
import { createClient } from "redis";
import { onTestFinished } from "vitest";
import { type RedisOptions, redisAdapter } from "../../src/index.js";
import { SERVER_URL } from "./server.js";

/** A prefix that nobody else has; its keys are removed when the test has ended. */
export function ownPrefix(url: string = SERVER_URL): string {
  const prefix = `test-${randomUUID()}`;
  onTestFinished(async () => {
    const client = await createClient({ url }).connect();
    const keys = await client.keys(`${prefix}:*`);
    if (keys.length > 0) await client.unlink(keys);
    await client.close();
  });
  return prefix;
}

/** A store on the shared server, closed when the test has ended. */
export function openStore(options: Partial<RedisOptions> = {}): Store<"async"> {
  const store = createStore({
    adapter: redisAdapter,
    options: { client: SERVER_URL, prefix: options.prefix ?? ownPrefix(), ...options },
  });
  onTestFinished(() => store.close());
  return store;
}
