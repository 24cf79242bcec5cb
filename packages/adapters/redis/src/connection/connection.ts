import { isAscii } from "node:buffer";
import { createClient } from "redis";
import type { NormalizedOptions } from "../options.js";
import type { Script } from "../script/script.js";
import { type NodeClient, type Send, senderOf } from "./client.js";
import { CommandMark } from "./command-mark.js";
import { Interruption, isReply } from "./failure.js";

/** Bulk strings come as bytes: "$" is their type in the protocol. */
const AS_BYTES = { 36: Buffer };
const OPTIONS = { timeout: 0, typeMapping: AS_BYTES } as const;

/** The longest pause between two attempts to connect again. */
const LONGEST_PAUSE_MS = 500;

/** A connection to the server, or the servers: runs the script, and sees to it that no call waits for longer than it may. */
export class Connection {
  readonly #options: NormalizedOptions;
  readonly #send: Send;
  readonly #isReady: () => boolean;
  /** A script has keys of one slot only. */
  readonly isCluster: boolean;
  readonly #destroy: () => void;

  private constructor(
    options: NormalizedOptions,
    client: Parameters<typeof senderOf>[0],
    destroy = () => {},
  ) {
    this.#options = options;
    this.#send = senderOf(client);
    this.isCluster = "nodeByAddress" in client;
    const isNode = !this.isCluster && !("getSentinelNode" in client);
    this.#isReady = () => isNode && (client as NodeClient).isReady === true;
    this.#destroy = destroy;
  }

  /** Connects, unless the client is connected already. */
  static async open(options: NormalizedOptions): Promise<Connection> {
    const { client } = options;
    if (typeof client !== "string") {
      if (!client.isOpen) await connecting(client.connect(), options);
      return new Connection(options, client);
    }
    return openOwn(client, options, (own, destroy) => new Connection(options, own, destroy));
  }

  /** Runs a script with these keys, all of one slot. */
  async run({ sha, source }: Script, keys: readonly string[], request: Buffer): Promise<Buffer> {
    const [key = ""] = keys;
    const rest = [String(keys.length), ...keys];
    try {
      return (await this.#marked(key, ["EVALSHA", sha, ...rest], request)) as Buffer;
    } catch (error) {
      // It wasn't done: the server has forgotten the script, or never known it.
      if (!isReply(error) || !error.message.startsWith("NOSCRIPT")) throw error;
      return (await this.#marked(key, ["EVAL", source, ...rest], request)) as Buffer;
    }
  }

  /** Reads fields of a hash; null for those that it hasn't. */
  async fields(hash: string, fields: readonly Uint8Array[]): Promise<(Buffer | null)[]> {
    const name = fields.length === 1 ? "HGET" : "HMGET";
    const reply = await this.#command(hash, [name, hash, ...fields.map(argumentOf)]);
    return (fields.length === 1 ? [reply] : reply) as (Buffer | null)[];
  }

  /** The names of all hashes that match, each once; they may come and go meanwhile. */
  async hashes(glob: string): Promise<string[]> {
    const names = new Set<string>();
    let cursor = "0";
    do {
      const args = ["SCAN", cursor, "MATCH", glob, "COUNT", "1000", "TYPE", "hash"];
      const [next, found] = (await this.#command("", args)) as [Buffer, Buffer[]];
      for (const name of found) names.add(name.toString());
      cursor = next.toString();
    } while (cursor !== "0");
    return [...names];
  }

  /** Waits for replicas of the node that has a key; returns how many have all that was written here before. */
  async wait(key: string, replicas: number): Promise<number> {
    const patience = String(Math.ceil(this.#options.callTimeout / 2));
    return Number(await this.#command(key, ["WAIT", String(replicas), patience]));
  }

  /** Closes the connection, if it is the adapter's own. */
  close(): void {
    this.#destroy();
  }

  #marked(key: string, args: string[], request: Buffer): Promise<unknown> {
    const mark = new CommandMark(request);
    return this.#command(key, [...args, mark.argument], mark);
  }

  /** Sends a command, and gives up once its time is over or the signal says so. */
  #command(key: string, args: (string | Buffer)[], mark?: CommandMark): Promise<unknown> {
    const { callTimeout, signal } = this.#options;
    return new Promise((resolve, reject) => {
      // A client that is connected writes at once.
      const abort = this.#isReady() ? undefined : new AbortController();
      const settle = () => {
        clearTimeout(timer);
        signal?.removeEventListener("abort", onAbort);
      };
      const giveUp = (reason: string, cause?: unknown) => {
        settle();
        mark?.giveUp();
        reject(new Interruption(reason, mark?.isWritten === true, cause));
        abort?.abort();
      };
      const onAbort = () => giveUp("the adapter's signal was aborted", signal?.reason);
      const timer = setTimeout(giveUp, callTimeout, `there was no answer for ${callTimeout} ms`);
      if (signal?.aborted) return onAbort();
      signal?.addEventListener("abort", onAbort);
      const options = abort ? { ...OPTIONS, abortSignal: abort.signal } : OPTIONS;
      this.#sent(key, args, options).then(
        (reply) => {
          settle();
          resolve(reply);
        },
        (error) => {
          if (!isReply(error)) return giveUp("the connection to the server was lost", error);
          settle();
          reject(error);
        },
      );
    });
  }

  /** A client that throws has failed like one that rejects. */
  async #sent(...args: Parameters<Send>): Promise<unknown> {
    return this.#send(...args);
  }
}

/** The longest argument that is looked at whether it is ASCII: clients write such texts faster than bytes. */
const LONGEST_TEXT = 256;

function argumentOf(bytes: Uint8Array): string | Buffer {
  const buffer = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length);
  return bytes.length <= LONGEST_TEXT && isAscii(buffer) ? buffer.toString("latin1") : buffer;
}

async function openOwn(
  url: string,
  options: NormalizedOptions,
  make: (client: Parameters<typeof senderOf>[0], destroy: () => void) => Connection,
): Promise<Connection> {
  const { callTimeout, connectTimeout } = options;
  let isConnected = false;
  let lastError: unknown;
  const client = createClient({
    url,
    // A peer that doesn't answer, nor says goodbye, is noticed.
    pingInterval: Math.ceil(callTimeout / 2),
    socket: {
      connectTimeout,
      socketTimeout: callTimeout,
      reconnectStrategy: (retries, cause) =>
        !isConnected && isReply(cause)
          ? cause
          : Math.min(2 ** retries * 10, LONGEST_PAUSE_MS) * (0.5 + Math.random() / 2),
    },
  });
  client.on("error", (error) => {
    lastError = error;
  });
  const destroy = () => {
    if (client.isOpen) client.destroy();
  };
  try {
    await connecting(client.connect(), options, () => lastError);
    isConnected = true;
    return make(client, destroy);
  } catch (error) {
    destroy();
    throw error;
  }
}

/** Waits for a connection as long as it may take. */
function connecting(
  connected: Promise<unknown>,
  { connectTimeout, signal }: NormalizedOptions,
  reason: () => unknown = () => undefined,
): Promise<void> {
  return new Promise((resolve, reject) => {
    const fail = (message: string, cause: unknown) => {
      settle();
      reject(new Interruption(message, false, cause));
    };
    const onTimeout = () =>
      fail(`no connection to the server within ${connectTimeout} ms`, reason());
    const onAbort = () => fail("the adapter's signal was aborted", signal?.reason);
    const timer = setTimeout(onTimeout, connectTimeout);
    const settle = () => {
      clearTimeout(timer);
      signal?.removeEventListener("abort", onAbort);
    };
    signal?.addEventListener("abort", onAbort);
    if (signal?.aborted) onAbort();
    connected.then(
      () => {
        settle();
        resolve();
      },
      (error) => fail("there is no connection to the server", error),
    );
  });
}
