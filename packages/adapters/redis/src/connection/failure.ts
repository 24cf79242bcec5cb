import type { Toolkit } from "@store/core";

/** Why a command has no answer. */
export class Interruption extends Error {
  /** Whether it had been written to the connection: then it may have been done. */
  readonly isWritten: boolean;

  constructor(message: string, isWritten: boolean, cause?: unknown) {
    super(message, { cause });
    this.isWritten = isWritten;
  }
}

/** What a server says that does nothing now, and may later. */
const UNAVAILABLE =
  /^(BUSY|CLUSTERDOWN|LOADING|MASTERDOWN|MISCONF|NOREPLICAS|READONLY|TRYAGAIN|ASK|MOVED) /;

/** Whether an error is what a server replied: it begins with a word in capitals. */
export function isReply(error: unknown): error is Error {
  return error instanceof Error && /^[A-Z]{2,}( |$)/.test(error.message);
}

/** The error that the caller of an operation gets. */
export function failureOf(toolkit: Toolkit, error: unknown, isWrite: boolean): unknown {
  if (error instanceof Interruption) {
    return error.isWritten && isWrite
      ? toolkit.error(
          "STORE_OUTCOME_UNKNOWN",
          `${error.message}; it may have been done, or may be yet`,
          error.cause,
        )
      : toolkit.error("STORE_UNAVAILABLE", error.message, error.cause);
  }
  return isReply(error) ? refusalOf(toolkit, error.message, error) : error;
}

/** The error for what the server replied instead of doing it. */
export function refusalOf(toolkit: Toolkit, words: string, cause?: unknown): Error {
  const code = UNAVAILABLE.test(words) ? "STORE_UNAVAILABLE" : "STORE_IO";
  return toolkit.error(code, `the server says ${JSON.stringify(words)}`, cause);
}
