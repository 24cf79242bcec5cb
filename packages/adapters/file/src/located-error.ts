import { StoreError } from "@store/core";
import { errorMessage } from "./platform/error-message.js";

/** The error for users of what failed: with its own code, if it has one of ours, else `STORE_IO` with it as the cause. */
export function located(site: string, error: unknown): Error {
  const { code, cause } = error as { code?: never; cause?: unknown };
  const detail = `${site}: ${errorMessage(error)}`;
  const isOurs = String(code).startsWith("STORE_");
  return new StoreError(isOurs ? (code as never) : "STORE_IO", detail, {
    cause: isOurs ? cause : error,
  });
}
