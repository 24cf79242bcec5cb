import { StoreError } from "@store/core";
import type { TermError } from "../term/term-error.js";

/** A failed system call, as callers get it. */
export function ioError(path: string, doing: string, cause: unknown): StoreError {
  const reason = cause instanceof Error ? cause.message : String(cause);
  return new StoreError("STORE_IO", `${doing} "${path}" failed: ${reason}`, { cause });
}

/** What a term was found to be wrong with, as callers get it. */
export function termFailure(call: string, error: TermError): StoreError {
  const problem = error.path === "" ? error.message : `${error.path} ${error.message}`;
  return new StoreError(error.code, `${call}: ${problem}`, { cause: error });
}
