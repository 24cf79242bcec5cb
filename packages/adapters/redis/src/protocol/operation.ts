import type { ByteReader } from "./byte-reader.js";

/** A table as requests name it. */
export interface TableNames {
  /** Its name, in ASCII. */
  readonly name: string;
  /** One of {@link TYPE}. */
  readonly type: number;
  /** The catalogue of its slot, which is the first key of every call. */
  readonly catalogue: string;
  /** Records, order, moments, distinct; and where a batch puts each aside. */
  readonly keys: readonly string[];
  /** Whether a value with a moment has come by: from then on only the script reads. */
  hasMoments: boolean;
}

/** One operation of the script. */
export interface Operation<T> {
  readonly table: TableNames;
  /** One of {@link OPERATION}. */
  readonly code: number;
  readonly isWrite: boolean;
  /** What the script reads of it. */
  readonly body: Buffer;
  /** Of a lookup in a set: the fields of the hash that it reads, which a plain command does as well. Its body is made late. */
  readonly fields?: readonly Uint8Array[];
  /**
   * Reads what the script answered, to the end of it; the status is `done`, `failed` or `needed`. It doesn't throw: what
   * it returns is decoded later.
   */
  readonly read: (answer: ByteReader, status: number) => T;
}
