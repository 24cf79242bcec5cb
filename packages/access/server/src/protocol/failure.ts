import { STORE_ERROR_CODES, type StoreErrorCode } from "@store/core";
import type { FrameWriter } from "./frame-writer.js";
import type { PayloadReader } from "./payload-reader.js";

/** What failed, as it crosses a connection. */
export interface Failure {
  readonly code: StoreErrorCode;
  readonly message: string;
}

export function writeFailure(output: FrameWriter, { code, message }: Failure): void {
  output.key(code);
  output.key(message);
}

/** A code that isn't known here is `STORE_IO`: the server may be newer. */
export function readFailure(input: PayloadReader): Failure {
  const code = input.text();
  return {
    code: STORE_ERROR_CODES.find((known) => known === code) ?? "STORE_IO",
    message: input.text(),
  };
}

/** The failure that an error of a table, or of a store, is. */
export function failureOf(error: unknown): Failure {
  const { code, message } = Object(error) as {
    readonly code?: unknown;
    readonly message?: unknown;
  };
  return {
    code: STORE_ERROR_CODES.find((known) => known === code) ?? "STORE_IO",
    message: typeof message === "string" ? message : String(error),
  };
}
