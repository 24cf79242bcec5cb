import type { ClusterClient, NodeClient, SentinelClient, Signal } from "./connection/client.js";

/** A client of the `redis` package, made by `createClient`, `createClientPool`, `createCluster` or `createSentinel`. */
export type RedisClient = NodeClient | ClusterClient | SentinelClient;

export interface RedisOptions {
  /**
   * Where the tables are: a URL (`redis://`, `rediss://`), for a connection that the adapter opens and closes; or a client
   * of the `redis` package, which the adapter connects if nobody has, and never closes.
   */
  readonly client: string | RedisClient;
  /** What the names of all keys begin with. Default: `"store"`. */
  readonly prefix?: string | undefined;
  /**
   * What shares a slot of a cluster, and so a node: all tables of a domain, which batches over several tables need, or
   * each table by itself. Tables written with one aren't found with the other. Default: `"domain"`.
   */
  readonly slots?: "domain" | "table" | undefined;
  /** How long a call may take, in milliseconds, also while the server can't be reached. Default: 5000. */
  readonly callTimeout?: number | undefined;
  /** How long the first connection may take, in milliseconds. Default: 5000. */
  readonly connectTimeout?: number | undefined;
  /** How many replicas must have what was written when `sync` returns. Default: 0. */
  readonly replicas?: number | undefined;
  /** An `AbortSignal`: ends the calls that are under way when it is aborted, and refuses all later ones. */
  readonly signal?: Signal | undefined;
}

/** {@link RedisOptions} with the defaults filled in. */
export interface NormalizedOptions {
  readonly client: string | RedisClient;
  readonly prefix: string;
  readonly slots: "domain" | "table";
  readonly callTimeout: number;
  readonly connectTimeout: number;
  readonly replicas: number;
  readonly signal: Signal | undefined;
}

const LONGEST_TIMEOUT = 2 ** 31 - 1;

export function normalizeOptions(options: RedisOptions): NormalizedOptions {
  const {
    client,
    prefix = "store",
    slots = "domain",
    callTimeout = 5_000,
    connectTimeout = 5_000,
    replicas = 0,
    signal,
    ...others
  } = options;
  const [unknown] = Object.keys(others);
  if (unknown !== undefined) throw new TypeError(`there is no option ${JSON.stringify(unknown)}`);
  if (!(typeof client === "string" ? isRedisUrl(client) : isClient(client))) {
    // What was given may hold a password.
    throw new TypeError(
      `client must be a redis:// or rediss:// URL, or a client of the redis package; got ${kindOf(client)}`,
    );
  }
  if (typeof prefix !== "string" || !/^[^{}]+$/.test(prefix)) {
    throw new TypeError(`prefix must be a string, not empty, without braces; got ${shown(prefix)}`);
  }
  if (slots !== "domain" && slots !== "table") {
    throw new TypeError(`slots must be "domain" or "table"; got ${shown(slots)}`);
  }
  checkInteger("callTimeout", callTimeout, 1, LONGEST_TIMEOUT);
  checkInteger("connectTimeout", connectTimeout, 1, LONGEST_TIMEOUT);
  checkInteger("replicas", replicas, 0, 1_000);
  if (signal !== undefined && typeof Object(signal).aborted !== "boolean") {
    throw new TypeError(`signal must be an AbortSignal; got ${shown(signal)}`);
  }
  return { client, prefix, slots, callTimeout, connectTimeout, replicas, signal };
}

function isRedisUrl(text: string): boolean {
  return /^rediss?:\/\//.test(text) && URL.canParse(text);
}

function isClient(client: unknown): boolean {
  return typeof (Object(client) as { sendCommand?: unknown }).sendCommand === "function";
}

function kindOf(value: unknown): string {
  return typeof value === "string" ? "another string" : value === null ? "null" : typeof value;
}

function checkInteger(name: string, value: unknown, least: number, most: number): void {
  if (Number.isSafeInteger(value) && Number(value) >= least && Number(value) <= most) return;
  throw new TypeError(`${name} must be an integer from ${least} to ${most}; got ${shown(value)}`);
}

function shown(value: unknown): string {
  return typeof value === "string" ? JSON.stringify(value) : String(value);
}
