import { resolve } from "node:path";
import { inspect } from "node:util";

/** What `sqliteAdapter` can be told. */
export interface SqliteOptions {
  /**
   * The database file; made if missing, with its directory. A relative one is below what is the working directory when the
   * domain is configured. It may hold tables of others: those of the adapter begin with `_store_`.
   */
  readonly path: string;
  /**
   * How long a call waits, in milliseconds, for another connection that writes, before it is `STORE_LOCKED`. The thread
   * stands still meanwhile. Default: 5,000.
   */
  readonly busyTimeout?: number | undefined;
  /**
   * When what a call has written is on disk. `"full"`: before the call returns. `"normal"`: on `sync` and `close`, and when
   * SQLite brings its log into the file; the loss of power costs the last calls, never a part of one. The death of the
   * process costs nothing with either. Default: `"full"`.
   */
  readonly synchronous?: "full" | "normal" | undefined;
}

/** {@link SqliteOptions} with nothing left out, and `path` absolute. */
export type NormalizedSqliteOptions = {
  readonly [Name in keyof SqliteOptions]-?: Exclude<SqliteOptions[Name], undefined>;
};

const DEFAULTS = { busyTimeout: 5_000, synchronous: "full" } as const;

/** SQLite keeps it as a 32-bit integer. */
const MAX_TIMEOUT = 2 ** 31 - 1;

/** Checks options and fills in the defaults. Throws an `Error` that names the option and what it got. */
export function normalizeSqliteOptions(options: SqliteOptions): NormalizedSqliteOptions {
  const given = Object.fromEntries(
    Object.entries(options).filter(([, value]) => value !== undefined),
  );
  const unknown = Object.keys(given).find((name) => !Object.hasOwn(CHECKS, name));
  if (unknown !== undefined) {
    throw new TypeError(
      `there is no option ${inspect(unknown)}, only ${Object.keys(CHECKS).join(", ")}`,
    );
  }
  for (const [name, { expected, accepts }] of Object.entries(CHECKS)) {
    const value = given[name];
    const isLeftOut = value === undefined && name !== "path";
    if (!isLeftOut && !accepts(value)) {
      throw new TypeError(`${name} must be ${expected}; got ${inspect(value)}`);
    }
  }
  return { ...DEFAULTS, ...given, path: resolve(options.path) };
}

interface Check {
  readonly expected: string;
  accepts(this: void, value: unknown): boolean;
}

const CHECKS: Readonly<Record<keyof SqliteOptions, Check>> = {
  path: {
    expected: "the name of a file: a string, not empty, without null characters, not :memory:",
    // A database in memory is of one connection, and goes with it.
    accepts: (value) =>
      typeof value === "string" && value !== "" && value !== ":memory:" && !value.includes("\0"),
  },
  busyTimeout: {
    expected: `milliseconds, an integer from 0 to ${MAX_TIMEOUT}`,
    accepts: (value) =>
      Number.isSafeInteger(value) && Number(value) >= 0 && Number(value) <= MAX_TIMEOUT,
  },
  synchronous: {
    expected: '"full" or "normal"',
    accepts: (value) => value === "full" || value === "normal",
  },
};
