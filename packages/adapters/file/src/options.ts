import { resolve } from "node:path";
import type { RepairReport } from "./repair-report.js";

/** What `fileAdapter` can be told. */
export interface FileOptions {
  /**
   * Directory of the tables, which one process owns; made if missing. A relative one is below what is the working directory when the domain
   * is configured. Default: `"beam_agent_data"`.
   */
  readonly dataDir?: string | undefined;
  /**
   * Written data reaches the disk (fsync) at most so many milliseconds after the write, in the background. `0`: before
   * each write returns. `Infinity`: on `sync` and `close` only, and when more than some megabytes are waiting.
   * Default: 30,000.
   */
  readonly autoSave?: number | undefined;
  /**
   * Keeps what is written in memory; the disk is written on `sync`, `close` and `autoSave` only, each time as a whole: a
   * process that dies (kill -9) loses what was written since the last one, exactly that, as with DETS's `ram_file`. A
   * write takes no system call. Default: false.
   */
  readonly ramFile?: boolean | undefined;
  /**
   * Counters live in memory, as 64-bit atomics, and reach the table on `flushCounters`, `sync`, `close` and `autoSave`.
   * Beyond 64 bits: `STORE_COUNTER_OVERFLOW`. A crash loses at most the increments since then. Sets and ordered sets; in
   * bags there is nothing to count. Default: false.
   */
  readonly atomicCounters?: boolean | undefined;
  /**
   * What to do about a damaged directory. `false`: refuse it with `STORE_CORRUPT`. `true`: keep what is good of each
   * table, and the damaged files aside. `"force"`: read all of it and write it anew, damaged or not. Default: true.
   */
  readonly repair?: boolean | "force" | undefined;
  /**
   * How much memory the directory may take for what was read lately, in bytes: half of it for records, half for blocks of
   * files. What isn't on disk as sorted runs yet takes up to 16 MiB besides. Default: 16 MiB.
   */
  readonly cacheBytes?: number | undefined;
  /**
   * How long an open waits, in milliseconds, for another owner to go, before it is `STORE_LOCKED`. The thread stands still
   * meanwhile. Default: 0.
   */
  readonly lockTimeout?: number | undefined;
  /**
   * Opens without becoming the owner, also while another process is, and from a place that can't be written. What is read
   * is a prefix of what the owner has written, at most a second old; whatever writes is `STORE_READ_ONLY`. `"snapshot"`: the
   * whole directory as it is when it is first read, until the store is closed. Default: false.
   */
  readonly readOnly?: boolean | "snapshot" | undefined;
  /**
   * Called when a directory was opened that had a torn tail, was damaged, or was written anew: once for each table that is
   * concerned. Must not throw.
   */
  readonly onRepair?: ((report: RepairReport) => void) | undefined;
}

/** {@link FileOptions} with nothing left out, and `dataDir` absolute. */
export type NormalizedFileOptions = {
  readonly [Name in Exclude<keyof FileOptions, "onRepair">]-?: Exclude<
    FileOptions[Name],
    undefined
  >;
} & Pick<FileOptions, "onRepair">;

const DEFAULTS = {
  dataDir: "beam_agent_data",
  autoSave: 30_000,
  ramFile: false,
  atomicCounters: false,
  repair: true,
  cacheBytes: 2 ** 24,
  lockTimeout: 0,
  readOnly: false,
} as const;

/** The directory that the options name, as it is written there; without one the default, `"beam_agent_data"`. */
export function dataDir(options: Pick<FileOptions, "dataDir"> = {}): string {
  return options.dataDir ?? DEFAULTS.dataDir;
}

/**
 * Checks options, fills in the defaults, and makes `dataDir` absolute: a later `process.chdir` changes nothing. Throws an
 * `Error` that names the option and what it got.
 */
export function normalizeFileOptions(options: FileOptions): NormalizedFileOptions {
  const given = Object.fromEntries(
    Object.entries(options).filter(([, value]) => value !== undefined),
  );
  const unknown = Object.keys(given).find((name) => !Object.hasOwn(CHECKS, name));
  if (unknown !== undefined) {
    throw new TypeError(
      `there is no option ${shown(unknown)}, only ${Object.keys(CHECKS).join(", ")}`,
    );
  }
  for (const [name, value] of Object.entries(given)) {
    const { expected, accepts } = CHECKS[name as keyof FileOptions];
    if (!accepts(value)) throw new TypeError(`${name} must be ${expected}; got ${shown(value)}`);
  }
  return { ...DEFAULTS, ...given, dataDir: resolve(dataDir(options)) };
}

/**
 * As `inspect` shows it. An import of node:util would load all that can be had through it, and so replace
 * `process.chdir` (see {@link nodeHost}).
 */
function shown(value: unknown): string {
  return process.getBuiltinModule("node:util").inspect(value);
}

interface Check {
  readonly expected: string;
  accepts(this: void, value: unknown): boolean;
}

const BOOLEAN: Check = { expected: "a boolean", accepts: (value) => typeof value === "boolean" };

const CHECKS: Readonly<Record<keyof FileOptions, Check>> = {
  dataDir: {
    expected: "a string, not empty, without null characters",
    accepts: (value) => typeof value === "string" && value !== "" && !value.includes("\0"),
  },
  autoSave: {
    expected: "milliseconds, an integer from 0, or Infinity",
    accepts: (value) =>
      value === Number.POSITIVE_INFINITY || (Number.isSafeInteger(value) && Number(value) >= 0),
  },
  ramFile: BOOLEAN,
  atomicCounters: BOOLEAN,
  repair: {
    expected: 'a boolean or "force"',
    accepts: (value) => typeof value === "boolean" || value === "force",
  },
  cacheBytes: {
    expected: `bytes, an integer from 0 to ${2 ** 31 - 1}`,
    accepts: (value) =>
      Number.isSafeInteger(value) && Number(value) >= 0 && Number(value) < 2 ** 31,
  },
  lockTimeout: {
    expected: "milliseconds, an integer from 0",
    accepts: (value) => Number.isSafeInteger(value) && Number(value) >= 0,
  },
  readOnly: {
    expected: 'a boolean or "snapshot"',
    accepts: (value) => typeof value === "boolean" || value === "snapshot",
  },
  onRepair: { expected: "a function", accepts: (value) => typeof value === "function" },
};
