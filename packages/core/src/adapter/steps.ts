import { Refusal } from "../errors/errors.js";
import type { Scan } from "./adapter-table.js";
import type { Mode, Result } from "./mode.js";

/**
 * A course of calls to an adapter, written once for both modes: a generator that yields what a method returned and is
 * resumed with its value. {@link Runner} goes through it at once for a sync adapter, awaiting each for an async one.
 */
export type Steps<T> = Generator<unknown, T, never>;

/** One step: `yield* step(methods.lookup(key))` is the records, in either mode. */
export function* step<T>(result: T | Promise<T>): Steps<T> {
  return (yield result) as T;
}

/** Waits for what somebody else began; its failure is theirs. */
export function* settling<T>(result: T | Promise<T>): Steps<T | undefined> {
  try {
    return yield* step(result);
  } catch {
    return undefined;
  }
}

/** The failure of what is begun here, if it fails. */
export function* failing(begin: () => unknown): Steps<{ error: unknown } | undefined> {
  try {
    yield* step(begin());
    return undefined;
  } catch (error) {
    return { error };
  }
}

/** What depends on the mode of an adapter (or the mode of a store), in one place. */
export interface Runner<M extends Mode> {
  readonly mode: M;
  /** Goes through the steps. */
  run<T>(steps: Steps<T>): Result<M, T>;
  /** `then` for a result: `next` gets the value, now or when it is there. */
  map<A, B>(result: Result<M, A>, next: (value: A) => B | Result<M, B>): Result<M, B>;
  /** Visits what a scan comes by, until `visit` returns false. */
  each<T>(scan: Scan<M, T>, visit: (value: T) => unknown): Result<M, void>;
}

const syncRunner: Runner<"sync"> = {
  mode: "sync",
  run(steps) {
    let turn = steps.next();
    while (!turn.done) {
      let value: unknown;
      try {
        value = settled(turn.value);
      } catch (error) {
        turn = steps.throw(error);
        continue;
      }
      turn = steps.next(value as never);
    }
    return turn.value;
  },
  each(scan, visit) {
    for (const value of settledScan(scan)) if (visit(value) === false) return;
  },
  map: (result, next) => next(settled(result)),
};

const asyncRunner: Runner<"async"> = {
  mode: "async",
  async run(steps) {
    let turn = steps.next();
    while (!turn.done) {
      let value: unknown;
      try {
        value = await turn.value;
      } catch (error) {
        turn = steps.throw(error);
        continue;
      }
      turn = steps.next(value as never);
    }
    return turn.value;
  },
  async each(scan, visit) {
    for await (const value of scan) if (visit(value) === false) return;
  },
  map: async (result, next) => next(await result),
};

/** The runner for a mode. */
export function runnerOf<M extends Mode>(mode: M): Runner<M> {
  return (mode === "sync" ? syncRunner : asyncRunner) as unknown as Runner<M>;
}

/** For `map`: the value as it is, checked to be none of a sync adapter's promises. */
export function same<T>(value: T): T {
  return value;
}

/** For `map`: no value. */
export function nothing(): undefined {}

/** The scan of a sync adapter, if it is one. */
export function settledScan<T>(scan: Iterable<T>): Iterable<T> {
  if (typeof settled(scan)?.[Symbol.iterator] === "function") return scan;
  throw new Refusal(
    "STORE_INVALID_ADAPTER",
    "the adapter says that it is sync, and returned a scan that is no iterable",
  );
}

/** What a sync adapter returned, if it is no promise. Most of it is arrays, which are told at once. */
function settled<T>(value: T): T {
  if (typeof value === "object" && value !== null && !Array.isArray(value) && "then" in value) {
    refuseThenable(value);
  }
  return value;
}

function refuseThenable(value: { then: unknown }): void {
  if (typeof value.then !== "function") return;
  // Nobody will wait for it: a rejection must not end the process.
  value.then(undefined, () => {});
  throw new Refusal(
    "STORE_INVALID_ADAPTER",
    "the adapter says that it is sync, and returned a promise",
  );
}
