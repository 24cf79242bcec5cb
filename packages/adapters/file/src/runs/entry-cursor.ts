/** Entries that are sorted by key, byte by byte, and come one after another. */
export interface EntryStream {
  /** Whether it stands on an entry; all else is that entry's. */
  isValid: boolean;
  /** Has the bytes of key and value; valid until the next step. */
  buffer: Buffer;
  keyStart: number;
  keyEnd: number;
  valueStart: number;
  valueEnd: number;
  /** The key is deleted: there is no value. */
  isTombstone: boolean;
  /** Bytes at the key's end that a lookup does not know (0, or 10 in bags): filters leave them out. */
  suffixBytes: number;
  /** Goes to the next entry. Only while it stands on one. */
  next(): void;
}

/** A position in sorted entries: of a run, of a memtable, or of several merged. At first it stands nowhere. */
export interface EntryCursor extends EntryStream {
  /** Goes to the first entry whose key is not below these bytes, which aren't in its own {@link buffer}. */
  seek(key: Uint8Array, start: number, end: number): void;
  /** Goes to the last entry whose key is below these bytes, which aren't in its own {@link buffer}. */
  seekBefore(key: Uint8Array, start: number, end: number): void;
  /** Goes to the entry before. Only while it stands on one. */
  previous(): void;
}
