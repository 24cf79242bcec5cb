import type { Adapter } from "@store/core";

/**
 * What the kit needs of a test runner: those of vitest, node:test, jest and Bun fit. Both are called with a name and a
 * function without parameters; a test's function returns a promise.
 */
export interface TestRunner {
  describe(name: string, define: () => void): unknown;
  /** @param timeoutMs given only with the option of that name; node:test, which has no limit of its own, ignores it */
  test(name: string, run: () => Promise<void>, timeoutMs?: number): unknown;
}

/** An adapter with the options that name its backend: a directory, a schema, a prefix of keys. */
export interface BackendConfig<A extends Adapter = Adapter> {
  readonly adapter: A;
  /** As `createStore` takes them. Default: none. */
  readonly options?: object | undefined;
}

/** What `createAdapter` returns: an adapter that needs no options, or one with its options. */
export type Created<A extends Adapter = Adapter> = A | BackendConfig<A>;

/**
 * How other processes import the adapter, and what it promises to them. The kit starts Node with a program of its own,
 * which imports the module and gets the options that `createAdapter` returned: plain data, or whatever else can be
 * cloned.
 */
export interface AdapterProcesses {
  /**
   * JavaScript that Node imports by itself, without the runner's help: the built module, as users get it. A file URL, or
   * a path. It must be built from what `createAdapter` returns.
   */
  readonly module: { readonly href: string } | string;
  /** Name of the export that is the adapter. Default: `"default"`. */
  readonly export?: string | undefined;
  /**
   * What a durable adapter's table holds after its process was killed (SIGKILL): `"returned"`, the effect of every write
   * that had returned; `"synced"`, the effect of those before a `sync` that had returned, and perhaps of some after it.
   * In both cases that of the first so many writes, each whole. Default: `"synced"`, the least that is durable.
   */
  readonly survivesKill?: "returned" | "synced" | undefined;
  /**
   * A table belongs to one process at a time: others get `STORE_LOCKED` until it is closed there, or the process has
   * died. Not for shared adapters. Default: false.
   */
  readonly exclusive?: boolean | undefined;
  /**
   * How long the kit waits for another process, and for the table of one that was killed, in milliseconds. It must be
   * less than the time limit of a test, so that the kit's message is seen and not the runner's. Default: four fifths of
   * the kit's own `timeoutMs` if that is given, else 4000, for the limit of vitest and jest, which is 5000.
   */
  readonly timeoutMs?: number | undefined;
  /** What Node is started with: `["--import", "tsx"]`. Default: nothing. The environment is that of the runner. */
  readonly execArgv?: readonly string[] | undefined;
}

/** What {@link conformance} is told about the adapter. */
export interface ConformanceOptions<C extends Created = Created> {
  /**
   * Makes a new backend: empty, and isolated from all others. Called at least once for each test. It may return the same
   * adapter each time if its tables live no longer than their store.
   */
  createAdapter(): C | Promise<C>;
  /** Removes what `createAdapter` made. Called after each test, even when it failed; all stores are closed by then. */
  cleanup?(created: C): unknown;
  /**
   * Another adapter, known to be right: the kit does the same random operations on both and compares all results, and
   * the order where there is one.
   */
  readonly reference?: Created | undefined;
  /** Options that the adapter must refuse with `STORE_INVALID_OPTIONS`, each for one fault: `[{ dataDir: 1 }]`. */
  readonly invalidOptions?: readonly object[] | undefined;
  /**
   * How many requests an async adapter has made so far, of all its backends: statements, commands, whatever waits for an
   * answer. With it, the kit counts what single calls cost. A sync adapter's aren't counted.
   */
  readonly roundTrips?: (() => number) | undefined;
  /** With it, the kit starts and kills processes. Without it, it knows of no process but its own. */
  readonly processes?: AdapterProcesses | undefined;
  /**
   * Time limit of each test in milliseconds, handed to the runner. For slow adapters, such as those over a network.
   * Default: the runner's own limit.
   */
  readonly timeoutMs?: number | undefined;
  /** Runs of each random test. Default: 60. One stops when it has taken a second and a half. */
  readonly runs?: number | undefined;
  /** Seed of the random tests, as a failure prints it. Default: a new one each time. */
  readonly seed?: number | undefined;
  /** With `seed`: the way to one counterexample, as a failure prints it. Run that test alone then. */
  readonly path?: string | undefined;
}
