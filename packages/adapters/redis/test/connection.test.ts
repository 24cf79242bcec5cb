import { createStore } from "@store/core";
import { describe, expect, onTestFinished, test } from "vitest";
import type { NodeClient } from "../src/connection/client.js";
import { CommandMark } from "../src/connection/command-mark.js";
import { redisAdapter } from "../src/index.js";
import { STATUS } from "../src/script/codes.js";

const code = (name: string) => expect.objectContaining({ code: name });

/** A client whose server answers as it is told. */
function clientWith(client: Partial<NodeClient>): NodeClient {
  return {
    isOpen: true,
    connect: () => Promise.resolve(),
    sendCommand: () => Promise.reject(new Error("no server")),
    ...client,
  };
}

function storeOn(client: NodeClient, options: object = {}) {
  const store = createStore({ adapter: redisAdapter, options: { client, ...options } });
  onTestFinished(() => store.close());
  return store;
}

/** What the script answers to `openTable`: done, format 1, a set. */
const OPENED = Buffer.from([STATUS.done, 0, 0, 0, 1, 0x31, 0, 0, 0, 1, 0x30]);

describe("the mark of a command", () => {
  test("a command that was given up isn't written any more", () => {
    const mark = new CommandMark(Buffer.from("x"));
    mark.giveUp();
    expect(() => mark.argument.length).toThrow("given up");
    expect(mark.isWritten).toBe(false);
  });

  test("a command that is being written is written, also when it is given up meanwhile", () => {
    const mark = new CommandMark(Buffer.from("x"));
    expect(mark.argument.length).toBe(1);
    mark.giveUp();
    expect(mark.argument.length).toBe(1);
    expect(mark.isWritten).toBe(true);
  });
});

describe("a connection", () => {
  test("a client that never connects is STORE_UNAVAILABLE when its time is over", async () => {
    const client = clientWith({ isOpen: false, connect: () => new Promise(() => {}) });
    await expect(storeOn(client, { connectTimeout: 20 }).ensureTable("d", "t")).rejects.toThrow(
      code("STORE_UNAVAILABLE"),
    );
  });

  test("a signal that is aborted while it connects is STORE_UNAVAILABLE", async () => {
    const controller = new AbortController();
    const client = clientWith({ isOpen: false, connect: () => new Promise(() => {}) });
    const opening = storeOn(client, { signal: controller.signal }).ensureTable("d", "t");
    controller.abort();
    await expect(opening).rejects.toThrow(code("STORE_UNAVAILABLE"));
  });

  test("a sync whose answer is lost is STORE_UNAVAILABLE", async () => {
    const sendCommand = async ([name]: readonly unknown[]) => {
      if (name === "WAIT") throw new Error("the connection is gone");
      return OPENED;
    };
    const table = await storeOn(clientWith({ sendCommand }), { replicas: 1 }).ensureTable("d", "t");
    await expect(table.sync()).rejects.toThrow(code("STORE_UNAVAILABLE"));
  });
});
