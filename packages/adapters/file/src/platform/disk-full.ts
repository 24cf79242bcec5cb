import { errorCode } from "./error-code.js";

/** Whether a failure says, or is due to one that says, that there is no room left: on the disk, or in a quota. */
export function isDiskFull(failure: unknown): boolean {
  const code = errorCode(failure);
  if (code === "ENOSPC" || code === "EDQUOT") return true;
  return failure instanceof Error && failure.cause !== undefined && isDiskFull(failure.cause);
}
