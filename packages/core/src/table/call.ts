import type { Mode, Result } from "../adapter/mode.js";
import { messageOf } from "../errors/describe.js";
import { isCoded, locate, Refusal, STACK_OVERFLOW } from "../errors/errors.js";
import type { Turns } from "./turns.js";

/** Where calls are made: a store or a table. */
export interface CallSite {
  /** Refuses the call when the store or the table is closed. */
  checkOpen(): void;
  /** How a message names the call, by the operation and what it received. */
  describe(operation: string, received: readonly unknown[]): string;
  /** The turns of the event loop that calls of an async store take. */
  readonly turns: Turns;
  /** What a call that has done its work waits for; `AdapterBackend.settled`. */
  readonly settled?: (() => Promise<void> | undefined) | undefined;
}

/** What a call does, its arguments unchecked. */
type Body<A extends unknown[], T> = (...args: A) => T;

/**
 * A public operation, in the mode of its store: checks that the site is open, does what `body` does, and turns what
 * that throws into a `StoreError` that says where. `body` may return a promise in an async store only.
 */
export type Caller<M extends Mode> = <A extends unknown[], T>(
  operation: string,
  body: Body<A, Result<Mode, T>>,
) => Body<A, Result<M, T>>;

/** The caller for a site and a mode, of operations with at most three arguments. */
export function callerOf<M extends Mode>(site: CallSite, mode: M): Caller<M> {
  const caller: unknown = mode === "sync" ? syncCaller(site) : asyncCaller(site);
  return caller as Caller<M>;
}

// Three arguments, spelled out, cost nothing.
type AnyBody = (a?: unknown, b?: unknown, c?: unknown) => unknown;

function syncCaller(site: CallSite) {
  return (operation: string, body: AnyBody): AnyBody =>
    (a, b, c) => {
      try {
        site.checkOpen();
        return body(a, b, c);
      } catch (error) {
        let failure = STACK_OVERFLOW;
        try {
          failure = locate(site.describe(operation, [a, b, c]), error);
        } catch {}
        throw failure;
      }
    };
}

/** Operations that may go through many records: the clock is looked at after each. */
const MANY = /Many|All|Range|match|foldl|count|commit|Domain/;

function asyncCaller(site: CallSite) {
  return (operation: string, body: AnyBody): AnyBody => {
    const many = MANY.test(operation);
    const { turns } = site;
    return async (a, b, c) => {
      try {
        site.checkOpen();
        const begun = body(a, b, c);
        const settled = site.settled?.();
        if (settled !== undefined) await settled;
        const result = await begun;
        const turn = turns.due(many);
        if (turn !== undefined) await turn;
        return result;
      } catch (error) {
        let failure = STACK_OVERFLOW;
        try {
          failure = locate(site.describe(operation, [a, b, c]), error);
        } catch {}
        const turn = turns.due(many);
        if (turn !== undefined) await turn;
        throw failure;
      }
    };
  };
}

/** Runs code of the user's: what it throws is theirs, and not the adapter's failure. */
export function runUserCode<T>(what: string, code: () => T): T {
  try {
    return code();
  } catch (error) {
    throw userFailure(what, error);
  }
}

/** The error for what the user's code threw. A `StoreError` says enough as it is. */
export function userFailure(what: string, error: unknown): Error {
  if (isCoded(error)) return error;
  return new Refusal("STORE_INVALID_OPERATION", `${what} threw: ${messageOf(error)}`, error);
}
