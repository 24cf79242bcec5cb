import type { Key, StoreRecord, TableUsage } from "@store/core";

/** What a table takes. */
export interface LogUsage extends TableUsage {
  readonly memoryBytes: number;
}

/** Fetches records by their place. */
export interface RecordReader {
  /**
   * A new copy of the record at a place that the directory knows.
   * @param key that of the record, if it is known: faster
   */
  read(position: number, length: number, key?: Key): StoreRecord;
}

/**
 * Where the records of a table are kept. A write goes like this, and a failure in 1 or 2 has changed nothing:
 *
 * 1. `stage…`, once for each change;
 * 2. `commit`, which writes them all or none;
 * 3. the table brings its directory up to date, by `positionAt` and `lengthAt`, each put's index in the batch;
 * 4. `acknowledge`.
 *
 * After `close` whatever reads or writes throws `STORE_TABLE_CLOSED`, also in a batch or a scan that was begun before.
 */
export interface RecordLog extends RecordReader {
  stagePut(record: StoreRecord): void;
  stageDelete(key: Key): void;
  /** The records that equal `record` go. */
  stageDeleteRecord(record: StoreRecord): void;
  /** Everything goes. Alone in its batch. */
  stageClear(): void;
  commit(): void;
  /** The position of the frame of a change of the last batch, counted from 0. */
  positionAt(index: number): number;
  lengthAt(index: number): number;
  /** @param freed the bytes of the frames that the directory let go */
  acknowledge(freed: number): void;

  /** Reads as {@link read} does, and ahead where the next records stand behind each other. For one scan. */
  reader(): RecordReader;

  /** Throws if a write would: after a failure in the background that nobody was told of, or when the lease is lost. */
  checkWritable(): void;
  /** A change waits for the next `autoSave`, though it isn't in the log yet. */
  touch(): void;
  /** Returns when all that was committed is on disk. */
  sync(): void;
  /** Syncs, and releases everything, even when it throws. Does nothing the second time. */
  close(): void;
  usage(): LogUsage;
}
