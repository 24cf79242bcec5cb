import { randomUUID } from "node:crypto";
import { conformance } from "@store/conformance";
import { memoryAdapter } from "@store/memory";
import { createClient } from "redis";
import { afterAll, beforeAll, describe } from "vitest";
import { kitRunner } from "../../../../tooling/kit-runner.js";
import { isLong, partOf } from "../../../../tooling/long.js";
import { redisAdapter } from "../src/index.js";
import { commandCount, countCommands } from "./support/command-count.js";
import { isServerThere, SERVER_URL } from "./support/server.js";

const invalidOptions = [
  { client: undefined },
  { client: null },
  { client: "http://localhost" },
  { client: {} },
  { client: SERVER_URL, prefix: "" },
  { client: SERVER_URL, prefix: "a{b}" },
  { client: SERVER_URL, slots: "key" },
  { client: SERVER_URL, callTimeout: 0 },
  { client: SERVER_URL, connectTimeout: "1s" },
  { client: SERVER_URL, replicas: -1 },
  { client: SERVER_URL, signal: "stop" },
  { client: SERVER_URL, host: "localhost" },
];

countCommands();
const isThere = await isServerThere();

describe.skipIf(!isThere)(isThere ? "over a server" : "skipped: no Redis answers", () => {
  const cleaner = createClient({ url: SERVER_URL });
  beforeAll(() => cleaner.connect());
  afterAll(() => cleaner.close());

  describe.each(isLong ? ["domain", "table"] : ["domain"])("a slot for each %s", (slots) => {
    conformance(kitRunner(6), {
      createAdapter: () => ({
        adapter: redisAdapter,
        options: { client: SERVER_URL, prefix: `kit-${randomUUID()}`, slots },
      }),
      cleanup: async ({ options }) => {
        const keys = await cleaner.keys(`${options.prefix}:*`);
        if (keys.length > 0) await cleaner.unlink(keys);
      },
      invalidOptions,
      roundTrips: commandCount,
      reference: memoryAdapter,
      runs: partOf(2, 40),
      timeoutMs: 30_000,
      processes: {
        module: new URL("../dist/index.js", import.meta.url),
        export: "redisAdapter",
        survivesKill: "returned",
      },
    });
  });
});
