/**
 * What is refused. The codes are those of `StoreError` in `@store/core`, which knows an error by its code: an adapter may
 * let one pass.
 *
 * - `STORE_INVALID_KEY`: it can't be encoded as a key.
 * - `STORE_INVALID_RECORD`: it can't be encoded as a record.
 * - `STORE_CORRUPT`: these bytes are nothing that was encoded.
 */
export type CodecErrorCode = "STORE_INVALID_KEY" | "STORE_INVALID_RECORD" | "STORE_CORRUPT";

/** The error of every function of this package. Match on `code`, not on `instanceof`. */
export class CodecError extends Error {
  override readonly name = "CodecError";
  readonly code: CodecErrorCode;

  constructor(code: CodecErrorCode, message: string, options?: { cause?: unknown }) {
    super(message, options);
    this.code = code;
  }
}

/** The error for bytes that were not encoded here, or not all of them. */
export function corrupt(what: string, at: number): CodecError {
  return new CodecError("STORE_CORRUPT", `${what} at byte ${at}`);
}
