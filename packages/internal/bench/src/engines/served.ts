import { type ChildProcess, fork, spawn, spawnSync } from "node:child_process";
import { once } from "node:events";
import { existsSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout } from "node:timers/promises";
import type { Engine, Setup } from "../engine.js";
import { othersDirectory } from "../paths.js";
import { requirePeer } from "../peer.js";
import type { Records } from "../records.js";
import { load, urlOf } from "../workspace-packages.js";

type Core = typeof import("@store/core");
type Server = typeof import("@store/server");

const PROGRAM = join(othersDirectory, "server.mjs");
/** So many callers of one client, each of whom waits for its answer. */
const CALLERS = 64;
const BATCH = 1_000;
/** Milliseconds in which a server has to be there. */
const STARTING = 10_000;

/** Looks all keys up, some callers at a time; of a single key there is one caller. */
async function lookup(
  keys: readonly string[],
  find: (key: string) => Promise<string>,
): Promise<number> {
  let sum = 0;
  let next = 0;
  const call = async () => {
    while (next < keys.length) {
      const { length } = await find(keys[next++] as string);
      // Read after the answer: others count meanwhile.
      sum += length;
    }
  };
  await Promise.all(Array.from({ length: Math.min(CALLERS, keys.length) }, call));
  return sum;
}

/** Puts records in, many at a time. */
async function insert(
  { keys, values }: Records,
  put: (entries: [key: string, value: string][]) => Promise<unknown>,
): Promise<void> {
  for (let from = 0; from < keys.length; from += BATCH) {
    const part = keys.slice(from, from + BATCH);
    await put(part.map((key, index) => [key, values[from + index] as string]));
  }
}

/** A directory for a socket, whose path must be short. */
function socketDirectory(): { readonly path: string; remove(): void } {
  const directory = mkdtempSync(join(tmpdir(), "store-bench-"));
  return {
    path: join(directory, "s"),
    remove: () => rmSync(directory, { recursive: true, force: true }),
  };
}

async function end(child: ChildProcess): Promise<void> {
  const ended = once(child, "exit");
  child.kill();
  await ended;
}

/** A store of memory in another process. */
export const served: Setup = {
  title: "@store/server set",
  acknowledged: "in memory",
  async open({ workspace }): Promise<Engine> {
    const { path, remove } = socketDirectory();
    const urls = ["core", "memory", "server"].map((name) => urlOf(workspace, name));
    const child = fork(PROGRAM, [...urls, path], { execArgv: [] });
    await once(child, "message");
    const { createStore } = await load<Core>(workspace, "core");
    const { serverAdapter } = await load<Server>(workspace, "server");
    const store = createStore({ adapter: serverAdapter, options: { path } });
    const table = await store.ensureTable<[key: string, value: string]>("bench", "records");
    return {
      insert: (records) => insert(records, (entries) => table.insertMany(entries)),
      lookup: (keys) =>
        lookup(
          keys,
          async (key) => ((await table.lookup(key))[0] as readonly string[])[1] as string,
        ),
      async close() {
        await store.close();
        await end(child);
        remove();
      },
    };
  },
};

interface RedisClient {
  connect(): Promise<RedisClient>;
  hGet(key: string, field: string): Promise<string>;
  hSet(key: string, fields: Record<string, string>): Promise<number>;
  close(): Promise<void>;
}

interface Redis {
  createClient(options: { socket: { path: string } }): RedisClient;
}

/** Whether a Redis can be started here. */
export const hasRedis: boolean = spawnSync("redis-server", ["--version"]).status === 0;

/** A Redis of its own, which keeps nothing on disk, over a Unix socket as ours. */
export const redis: Setup = {
  title: "Redis",
  acknowledged: "in memory",
  async open(): Promise<Engine> {
    const { path, remove } = socketDirectory();
    const args = ["--port", "0", "--unixsocket", path, "--save", "", "--appendonly", "no"];
    const child = spawn("redis-server", args, { stdio: "ignore" });
    for (const begun = performance.now(); !existsSync(path); await setTimeout(5)) {
      if (performance.now() - begun > STARTING) throw new Error("redis-server doesn't listen");
    }
    const { createClient } = requirePeer<Redis>("redis");
    const client = await createClient({ socket: { path } }).connect();
    return {
      insert: (records) =>
        insert(records, (entries) => client.hSet("bench", Object.fromEntries(entries))),
      lookup: (keys) => lookup(keys, (key) => client.hGet("bench", key)),
      async close() {
        await client.close();
        await end(child);
        remove();
      },
    };
  },
};
