/** What an operation of the script is, in its first byte. */
export const OPERATION = {
  lookup: 1,
  add: 2,
  count: 3,
  insertNew: 4,
  replace: 5,
  swap: 6,
  take: 7,
  remove: 8,
  removeObjects: 9,
  append: 10,
  member: 11,
  step: 12,
  page: 13,
  size: 14,
  countRange: 15,
  removeRange: 16,
  removeMatches: 17,
  clear: 18,
  check: 19,
  expire: 20,
  moments: 21,
  purge: 22,
  openTable: 23,
  dropTable: 24,
  listTables: 25,
  usage: 26,
  get: 27,
  put: 28,
} as const;

/** What became of an operation: the first byte of its answer. */
export const STATUS = {
  done: 0,
  /** A condition doesn't hold, and nothing was changed. */
  failed: 1,
  /** It takes JavaScript to go on: what is stored follows. Nothing was changed. */
  needed: 2,
  /** The table isn't there any more, or is another one. */
  dropped: 3,
  /** The server refused a command: its words follow. */
  refused: 4,
  /** There is no number after the last safe integer. */
  overflow: 5,
} as const;

/** The types of tables, as the script and the catalogue write them: never change one. Those of bags come last. */
export const TYPE = { set: 0, ordered_set: 1, bag: 2, duplicate_bag: 3 } as const;

/** What a script call is: operations of callers that have nothing to do with each other, or a batch. */
export const MODE = { independent: 0, batch: 1 } as const;
