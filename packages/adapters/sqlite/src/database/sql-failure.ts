import type { Toolkit } from "@store/core";

/** Primary result codes of SQLite, which are the last byte of what `errcode` says. */
const SQLITE = {
  busy: 5,
  locked: 6,
  readOnly: 8,
  corrupt: 11,
  protocol: 15,
  tooBig: 18,
  notADatabase: 26,
} as const;

/** An error of `node:sqlite` that SQLite has caused. */
interface SqliteError extends Error {
  /** The extended result code. */
  readonly errcode: number;
}

/** What a failed statement means to the user. Whatever it is, nothing was changed: a statement happens whole or not at all. */
export function sqlFailure(
  error: unknown,
  { path, busyTimeout }: { readonly path: string; readonly busyTimeout: number },
  toolkit: Toolkit,
): unknown {
  if (!isSqliteError(error)) return error;
  const { message } = error;
  switch (error.errcode & 0xff) {
    case SQLITE.busy:
    case SQLITE.locked:
    case SQLITE.protocol:
      return toolkit.error(
        "STORE_LOCKED",
        `another connection has been writing to ${path} for ${busyTimeout} ms: ${message}`,
        error,
      );
    case SQLITE.readOnly:
      return toolkit.error("STORE_READ_ONLY", `${path} can't be written: ${message}`, error);
    case SQLITE.corrupt:
      return toolkit.error("STORE_CORRUPT", `${path} is damaged: ${message}`, error);
    case SQLITE.notADatabase:
      return toolkit.error("STORE_CORRUPT", `${path} isn't a SQLite database: ${message}`, error);
    case SQLITE.tooBig:
      return toolkit.error("STORE_INVALID_RECORD", `too long for SQLite: ${message}`, error);
  }
  if (/no such table: _store_\d/.test(message)) {
    return toolkit.error("STORE_TABLE_CLOSED", "the table was dropped by another store", error);
  }
  return toolkit.error("STORE_IO", `${path}: ${message}`, error);
}

/** Whether somebody else is at it: the same may succeed a moment later. */
export function isBusy(error: unknown): boolean {
  return (
    isSqliteError(error) &&
    [SQLITE.busy, SQLITE.protocol].some((code) => code === (error.errcode & 0xff))
  );
}

function isSqliteError(error: unknown): error is SqliteError {
  return error instanceof Error && typeof (error as Partial<SqliteError>).errcode === "number";
}
