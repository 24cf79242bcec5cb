/** SQLite takes rows of at most a billion bytes (SQLITE_MAX_LENGTH). A row is its key, its record and a few numbers. */
export const MAX_KEY_BYTES = 200_000_000;

/** The key counts in it as well. */
export const MAX_RECORD_BYTES = 790_000_000;
