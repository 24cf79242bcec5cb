import type { Mode, Result } from "../adapter/mode.js";
import { messageOf } from "../errors/describe.js";
import { isCoded, locate, Refusal, STACK_OVERFLOW } from "../errors/errors.js";

/** Where calls are made: a store or a table. */
export interface CallSite {
  /** Refuses the call when the place is closed. */
  checkOpen(): void;
  /** How a message names the call, by the operation and what it received. */
  describe(operation: string, received: readonly unknown[]): string;
}

/** What a call does, its arguments unchecked. */
type Body<A extends unknown[], T> = (...args: A) => T;

/**
 * A public operation, in the mode of its store: checks that the place is open, does what `body` does, and turns what
 * that throws into a `StoreError` that says where. `body` may return a promise in an async store only.
 */
export type Caller<M extends Mode> = <A extends unknown[], T>(
  operation: string,
  body: Body<A, Result<Mode, T>>,
) => Body<A, Result<M, T>>;

/** The caller for a place and a mode. */
export function callerOf<M extends Mode>(site: CallSite, mode: M): Caller<M> {
  const caller: unknown = mode === "sync" ? syncCaller(site) : asyncCaller(site);
  return caller as Caller<M>;
}

// No operation has more than three arguments; spelled out, they cost nothing.
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

function asyncCaller(site: CallSite) {
  return (operation: string, body: AnyBody): AnyBody =>
    async (a, b, c) => {
      try {
        site.checkOpen();
        return await body(a, b, c);
      } catch (error) {
        let failure = STACK_OVERFLOW;
        try {
          failure = locate(site.describe(operation, [a, b, c]), error);
        } catch {}
        throw failure;
      }
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
