import { createStore } from "@store/core";
import { createClient } from "redis";
import { describe, expect, onTestFinished, test } from "vitest";
import type { CommandOptions, NodeClient, SentinelClient } from "../src/connection/client.js";
import { redisAdapter } from "../src/index.js";
import { isServerThere, SERVER_URL } from "./support/server.js";
import { ownPrefix } from "./support/stores.js";

const isThere = await isServerThere();

/** Does as the client for Sentinel does: a command whose answer was lost is sent once more. */
class LosingClient implements SentinelClient {
  readonly isOpen = true;
  losesNext = false;
  readonly #client = createClient({ url: SERVER_URL });

  async connect(): Promise<void> {
    await this.#client.connect();
  }

  close(): void {
    this.#client.destroy();
  }

  getSentinelNode(): void {}

  async sendCommand(
    _isReadonly: boolean | undefined,
    args: readonly (string | Buffer)[],
    options?: CommandOptions,
  ): Promise<unknown> {
    const client: NodeClient = this.#client;
    const reply = await client.sendCommand(args, options);
    if (!this.losesNext) return reply;
    this.losesNext = false;
    return client.sendCommand(args, options);
  }
}

describe.skipIf(!isThere)(isThere ? "behind Sentinel" : "skipped: no Redis answers", () => {
  test("a write whose answer was lost isn't sent again: STORE_OUTCOME_UNKNOWN", async () => {
    const client = new LosingClient();
    await client.connect();
    onTestFinished(() => client.close());
    const store = createStore({ adapter: redisAdapter, options: { client, prefix: ownPrefix() } });
    onTestFinished(() => store.close());
    const table = await store.ensureTable("d", "t");
    expect(await table.updateCounter("n", 1, ["n", 0])).toBe(1);
    client.losesNext = true;
    await expect(table.updateCounter("n", 1)).rejects.toThrow(
      expect.objectContaining({ code: "STORE_OUTCOME_UNKNOWN" }),
    );
    expect(await table.lookup("n")).toEqual([["n", 2]]);
  });
});
