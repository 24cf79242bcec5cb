/** The version of the protocol. A peer of another one is refused. */
export const VERSION = 2;

/** The first four bytes of what a client says: "STOR". */
export const MAGIC = 0x53544f52;

/** What a frame is. The numbers never change their meaning. */
export const Kind = {
  /** A client's first frame. */
  HELLO: 1,
  /** All requests below this id are settled at the client. */
  SETTLED: 2,
  /** The client takes one more part of a scan. */
  MORE: 3,
  /** The client gives a scan up. */
  CANCEL: 4,
  /** The client's last frame: the server may forget the session. */
  BYE: 5,
  /** The client needs a snapshot no more. */
  RELEASE: 6,

  OPEN: 10,
  CLOSE: 11,
  TABLES: 12,
  /** Asks for nothing but an answer. */
  PING: 13,
  DOMAINS: 14,

  LOOKUP: 20,
  LOOKUP_MANY: 21,
  MEMBER: 22,
  SIZE: 23,
  FIRST: 24,
  LAST: 25,
  NEXT: 26,
  PREV: 27,
  FIRST_LOOKUP: 28,
  LAST_LOOKUP: 29,
  NEXT_LOOKUP: 30,
  PREV_LOOKUP: 31,
  COUNT: 32,
  MATCH: 33,
  EXPIRES_AT: 34,
  SYNC: 35,
  FLUSH_COUNTERS: 36,
  USAGE: 37,
  SCAN: 38,
  SCAN_KEYS: 39,
  /** Keeps what the table holds now. */
  SNAPSHOT: 40,
  SCAN_SNAPSHOT: 41,

  INSERT: 64,
  INSERT_MANY: 65,
  INSERT_NEW: 66,
  TAKE: 67,
  DELETE: 68,
  DELETE_MANY: 69,
  DELETE_OBJECTS: 70,
  DELETE_ALL: 71,
  SWAP: 72,
  REPLACE: 73,
  COUNTER: 74,
  APPEND: 75,
  DELETE_RANGE: 76,
  MATCH_DELETE: 77,
  EXPIRE: 78,
  BATCH: 79,
  DROP: 80,

  /** The server's first frame, if it lets the client in. */
  WELCOME: 128,
  /** The server's last frame, if it doesn't, or can't go on with the connection. */
  REFUSED: 129,
  /** The server's last frame when it closes: it has begun no request after that id. */
  GOODBYE: 130,
  /** What a request came to. */
  VALUE: 131,
  /** The code and the message of what a request failed with. */
  FAILURE: 132,
  /** A part of what a scan comes by. */
  PART: 133,
} as const;

/** One of {@link Kind}. */
export type Kind = (typeof Kind)[keyof typeof Kind];

/** What follows in a part of a scan: another item; the end of the part; the end of the scan. */
export const PartMark = { MORE: 0, ITEM: 1, END: 2 } as const;

/** Whether a request writes, and so must not be done twice. */
export function isWrite(kind: number): boolean {
  return kind >= Kind.INSERT && kind < Kind.WELCOME;
}
