import { toolkit } from "@store/core";
import { createClient } from "redis";
import { describe, expect, onTestFinished, test } from "vitest";
import { type RedisOptions, redisAdapter } from "../src/index.js";
import { isServerThere, SERVER_URL } from "./support/server.js";
import { ownPrefix } from "./support/stores.js";

async function openBackend(options: Partial<RedisOptions>) {
  const normalized = redisAdapter.normalizeOptions({ client: SERVER_URL, ...options });
  const backend = await redisAdapter.open(normalized, toolkit);
  onTestFinished(async () => backend.close());
  return async () => [...((await backend.domains?.()) ?? [])].sort();
}

describe.skipIf(!(await isServerThere()))("domains", () => {
  test.each(["domain", "table"] as const)(
    "lists those that have tables, and nothing of others, with a slot for each %s",
    async (slots) => {
      const prefix = `${ownPrefix()}*[`;
      const options = { client: SERVER_URL, prefix, slots };
      const backend = await redisAdapter.open(redisAdapter.normalizeOptions(options), toolkit);
      onTestFinished(async () => backend.close());
      const domains = await openBackend({ prefix, slots });
      const others = await openBackend({ prefix: `${prefix}x`, slots });
      expect(await domains()).toEqual([]);
      for (const domain of ["b", "a/}\ud800"]) {
        for (const name of ["t", "tables"]) await backend.openTable(domain, name, "set");
      }
      await (await backend.openTable("b", "t", "set")).insertMany([["k", 1]]);
      // Keys of others that look like some of ours.
      const client = await createClient({ url: SERVER_URL }).connect();
      await client.set(`${prefix}:{c}`, "text");
      await client.hSet(`${prefix}:{c}:x`, "f", "1");
      await client.close();
      expect(await domains()).toEqual(["a/}\ud800", "b"]);
      expect(await others()).toEqual([]);
      for (const name of ["t", "tables"]) await backend.dropTable("b", name);
      expect(await domains()).toEqual(["a/}\ud800"]);
    },
  );
});
