import type { Adapter } from "@store/core";

/**
 * What the kit needs of a test runner: those of vitest, node:test and jest fit. Both are called with a name and a
 * function without parameters; a test's function returns a promise.
 */
export interface TestRunner {
  describe(name: string, define: () => void): unknown;
  test(name: string, run: () => Promise<void>): unknown;
}

/** An adapter with the options that name a place of its own: a new directory, schema or prefix. */
export interface Place<A extends Adapter = Adapter> {
  readonly adapter: A;
  /** As `createStore` takes them. Default: none. */
  readonly options?: object;
}

/** What `createAdapter` returns: an adapter that needs no options, or one with its options. */
export type Created<A extends Adapter = Adapter> = A | Place<A>;

/** What {@link conformance} is told about the adapter. */
export interface ConformanceOptions<C extends Created = Created> {
  /**
   * Makes a new place, empty and isolated: no other place's tables are seen in it. Called at least once for each test.
   * It may return the same adapter each time when its tables live no longer than their store.
   */
  createAdapter(): C | Promise<C>;
  /** Removes what `createAdapter` made. Called after each test, even when it failed; all stores are closed by then. */
  cleanup?(created: C): unknown;
  /**
   * Another adapter, known to be right: the kit does the same random operations on both and compares all results, and
   * the order where there is one.
   */
  readonly reference?: Created;
  /** Options that the adapter must refuse with `STORE_INVALID_OPTIONS`, each for one fault: `[{ dataDir: 1 }]`. */
  readonly invalidOptions?: readonly object[];
  /** Runs of each random test. Default: 60. One stops when it has taken a second and a half. */
  readonly runs?: number;
  /** Seed of the random tests, as a failure prints it. Default: a new one each time. */
  readonly seed?: number;
  /** With `seed`: the way to one counterexample, as a failure prints it. Run that test alone then. */
  readonly path?: string;
}
