/**
 * The code of a failed system call; undefined for any other error. Node's errors aren't told by their class: a test
 * runner may run this in another realm.
 */
export function errorCode(error: unknown): string | undefined {
  if (typeof error !== "object" || error === null || !("code" in error)) return undefined;
  return typeof error.code === "string" ? error.code : undefined;
}

/** Whether a failure says, or is due to one that says, that there is no room left: on the disk, or in a quota. */
export function isDiskFull(failure: unknown): boolean {
  const code = errorCode(failure);
  if (code === "ENOSPC" || code === "EDQUOT") return true;
  return failure instanceof Error && failure.cause !== undefined && isDiskFull(failure.cause);
}
