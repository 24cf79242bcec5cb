/**
 * The tree's own tables, by storage id. They lie beside those of the users, below `FIRST_STORAGE_ID`.
 *
 * These numbers are on disk. Never change one.
 */
export const SystemTable = {
  /** `[[domain, name], storage id, type]`: which tables there are. */
  names: 0,
  /** `[storage id, domain, name, type, size]`: `size` as of the last flush. */
  tables: 1,
  /** `[storage id]`: those that were given up, while there may be entries of theirs. */
  dropped: 2,
  /** `[[moment, entry's key]]`: what is to be removed when. */
  moments: 3,
} as const;
