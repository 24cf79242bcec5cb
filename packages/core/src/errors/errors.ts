import { messageOf } from "./describe.js";

/**
 * Every code a {@link StoreError} can carry, grouped by the moment it can happen. Codes are stable: one is renamed or
 * removed only in a major version. Messages may change at any time.
 */
export const STORE_ERROR_CODES = [
  // configuring a store or a domain
  "STORE_INVALID_OPTIONS",
  "STORE_INVALID_ADAPTER",
  // opening a table
  "STORE_INVALID_TABLE_NAME",
  "STORE_TABLE_TYPE_MISMATCH",
  "STORE_NOT_SUPPORTED",
  "STORE_LOCKED",
  "STORE_CORRUPT",
  "STORE_NEWER_FORMAT",
  // calling an operation
  "STORE_TABLE_CLOSED",
  "STORE_INVALID_KEY",
  "STORE_INVALID_RECORD",
  "STORE_INVALID_OPERATION",
  "STORE_KEY_NOT_FOUND",
  "STORE_COUNTER_OVERFLOW",
  "STORE_READ_ONLY",
  // keeping data
  "STORE_FENCED",
  "STORE_UNAVAILABLE",
  "STORE_OUTCOME_UNKNOWN",
  "STORE_IO",
] as const;

/** One of {@link STORE_ERROR_CODES}; README.md says when each is thrown. */
export type StoreErrorCode = (typeof STORE_ERROR_CODES)[number];

/**
 * The one error class of every package. Match on `code`, not on `instanceof`: two copies of core may be loaded.
 * The message names the operation, the table and what was received; `cause` holds what lies beneath, if anything.
 */
export class StoreError extends Error {
  override readonly name = "StoreError";
  readonly code: StoreErrorCode;

  constructor(code: StoreErrorCode, message: string, options?: { cause?: unknown }) {
    super(message, options);
    this.code = code;
  }
}

/**
 * What a check or an adapter throws before anybody said which call it happened in: {@link locate} turns it into the
 * {@link StoreError} that the caller sees.
 */
export class Refusal extends Error {
  readonly code: StoreErrorCode;

  constructor(code: StoreErrorCode, detail: string, cause?: unknown) {
    super(detail, cause === undefined ? undefined : { cause });
    this.code = code;
  }
}

/**
 * The error for the caller: a `StoreError` as it is (a call made inside a callback has said where it failed already),
 * a refusal or an adapter's own coded error with the place added, anything else as the adapter's failure.
 */
export function locate(site: string, error: unknown): StoreError {
  if (error instanceof StoreError) return error;
  if (error instanceof Refusal) {
    return new StoreError(
      error.code,
      `${site}: ${error.message}`,
      "cause" in error ? { cause: error.cause } : undefined,
    );
  }
  const code = codeOf(error) ?? "STORE_IO";
  return new StoreError(code, `${site}: ${messageOf(error)}`, { cause: error });
}

/** The same failure in other words: the code, and what lies beneath, stay. */
export function reworded(error: unknown, words: (message: string) => string): Refusal {
  const isOurs = error instanceof StoreError || error instanceof Refusal;
  return new Refusal(
    codeOf(error) ?? "STORE_IO",
    words(messageOf(error)),
    isOurs ? error.cause : error,
  );
}

function codeOf(error: unknown): StoreErrorCode | undefined {
  if (typeof error !== "object" || error === null || !("code" in error)) return undefined;
  return STORE_ERROR_CODES.find((code) => code === error.code);
}
