/** The key and the value of an entry, as bytes of a buffer. */
export interface Entry {
  readonly buffer: Buffer;
  readonly keyStart: number;
  readonly keyEnd: number;
  /** Without a meaning in a tombstone. */
  readonly valueStart: number;
  readonly valueEnd: number;
  /** The key is deleted: there is no value. */
  readonly isTombstone: boolean;
  /** Bytes at the key's end that a lookup does not know: 0, or {@link SUFFIX_BYTES}. */
  readonly suffixBytes: number;
}

/** The bytes at the end of a bag's key that tell its records apart. On disk: never change it. */
export const SUFFIX_BYTES = 10;
