import { inspect } from "node:util";
import type { CallSignal, PostgresClient } from "./connection/client.js";

/** What `postgresAdapter` can be told. */
export interface PostgresOptions {
  /**
   * What statements are sent by: a connection string, for which a pool of `pg` is made, one for all that name the same;
   * or a `Pool` or `Client` of `pg`, PGlite, or anything else with their `query`, which is never closed.
   */
  readonly client: string | PostgresClient;
  /** The schema that the tables are in; made if it is missing. Default: `"store"`. */
  readonly schema?: string | undefined;
  /**
   * How long a call may take, in milliseconds, waiting for a connection included. Default: 30,000.
   */
  readonly timeout?: number | undefined;
  /** Connections of the pool that is made for a connection string. Default: 10. */
  readonly poolSize?: number | undefined;
  /**
   * Whether pools are sent named statements, whose plans the server keeps for each connection: faster, and not understood
   * by proxies that lend a connection for a transaction and know no prepared statements. Default: true.
   */
  readonly prepare?: boolean | undefined;
  /** Where reads go, as `client`: a replica, whose answers may be out of date. Default: to `client`. */
  readonly readFrom?: string | PostgresClient | undefined;
  /** Once it is aborted, all calls fail, also those under way. */
  readonly signal?: CallSignal | undefined;
}

/** {@link PostgresOptions} with the defaults filled in. */
export interface NormalizedPostgresOptions {
  readonly client: string | PostgresClient;
  readonly schema: string;
  readonly timeout: number;
  readonly poolSize: number;
  readonly prepare: boolean;
  readonly readFrom?: string | PostgresClient;
  readonly signal?: CallSignal;
}

const DEFAULTS = { schema: "store", timeout: 30_000, poolSize: 10, prepare: true } as const;

/** Checks options and fills in the defaults. Throws an `Error` that names the option and what it got, but no password. */
export function normalizePostgresOptions(options: PostgresOptions): NormalizedPostgresOptions {
  const given = Object.entries(options).filter(([, value]) => value !== undefined);
  for (const [name, value] of given) {
    const check = Object.hasOwn(CHECKS, name) ? CHECKS[name as keyof PostgresOptions] : undefined;
    if (check === undefined) {
      throw new TypeError(
        `there is no option ${inspect(name)}, only ${Object.keys(CHECKS).join(", ")}`,
      );
    }
    if (!check.accepts(value)) {
      throw new TypeError(`${name} must be ${check.expected}; got ${shown(value)}`);
    }
  }
  if (options.client === undefined) {
    throw new TypeError(`client must be ${CLIENT.expected}; got undefined`);
  }
  return { ...DEFAULTS, ...Object.fromEntries(given) } as NormalizedPostgresOptions;
}

interface Check {
  readonly expected: string;
  accepts(this: void, value: unknown): boolean;
}

const CLIENT: Check = {
  expected:
    'a connection string that begins with "postgres://" or "postgresql://", or a client with a method query',
  accepts: (value) =>
    typeof value === "string"
      ? isConnectionString(value)
      : typeof Object(value).query === "function",
};

const CHECKS: Readonly<Record<keyof PostgresOptions, Check>> = {
  client: CLIENT,
  schema: {
    expected:
      "a name of letters, digits and underscores that begins with no digit, of at most 63 characters",
    accepts: (value) => typeof value === "string" && /^[A-Za-z_][A-Za-z0-9_]{0,62}$/.test(value),
  },
  timeout: {
    expected: `milliseconds, an integer from 1 to ${2 ** 31 - 1}`,
    accepts: (value) => isInteger(value, 1, 2 ** 31 - 1),
  },
  poolSize: {
    expected: "an integer from 1 to 10,000",
    accepts: (value) => isInteger(value, 1, 10_000),
  },
  prepare: { expected: "a boolean", accepts: (value) => typeof value === "boolean" },
  readFrom: CLIENT,
  signal: {
    expected: "an AbortSignal",
    accepts: (value) => typeof Object(value).addEventListener === "function",
  },
};

function isConnectionString(text: string): boolean {
  // With a role and no host, for a socket, it is none of a URL's, and yet `pg` takes it.
  return /^postgres(ql)?:\/\//.test(text) && URL.canParse(text.replace("@/", "@localhost/"));
}

function isInteger(value: unknown, least: number, most: number): boolean {
  return Number.isSafeInteger(value) && Number(value) >= least && Number(value) <= most;
}

/** A text may be a connection string with a password in it, however it is misspelt. */
function shown(value: unknown): string {
  return typeof value === "string" && value.length > 0 ? "another string" : inspect(value);
}
