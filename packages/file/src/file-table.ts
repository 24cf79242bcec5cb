import type { Key, ScanRange, StoreRecord } from "@store/core";
import type { Directory } from "./directory.js";
import type { LogUsage, RecordLog } from "./record-log.js";

/** What all tables do alike: the directory says where the records are, the log has them. */
export abstract class FileTable<D extends Directory> {
  protected readonly directory: D;
  protected readonly log: RecordLog;

  constructor(directory: D, log: RecordLog) {
    this.directory = directory;
    this.log = log;
  }

  abstract lookup(key: Key): StoreRecord[];
  abstract insertMany(records: readonly StoreRecord[]): void;

  member(key: Key): boolean {
    return this.directory.has(key);
  }

  insertNew(records: readonly StoreRecord[]): boolean {
    if (records.some(([key]) => this.directory.has(key))) return false;
    this.insertMany(records);
    return true;
  }

  take(key: Key): StoreRecord[] {
    const taken = this.lookup(key);
    if (taken.length > 0) this.delete(key);
    return taken;
  }

  delete(key: Key): void {
    if (!this.directory.has(key)) return;
    this.log.stageDelete(key);
    this.log.commit();
    this.log.acknowledge(this.directory.remove(key));
  }

  deleteAllObjects(): void {
    if (this.directory.size === 0) return;
    this.log.stageClear();
    this.log.commit();
    this.directory.clear();
    this.log.acknowledge(0);
  }

  size(): number {
    return this.directory.size;
  }

  first(): Key | undefined {
    return this.directory.firstKey();
  }

  last(): Key | undefined {
    return this.directory.lastKey();
  }

  next(key: Key): Key | undefined {
    return this.directory.keyAfter(key);
  }

  prev(key: Key): Key | undefined {
    return this.directory.keyBefore(key);
  }

  scan(range: ScanRange): IterableIterator<StoreRecord> {
    const { directory } = this;
    const reader = this.log.reader();
    return directory.scan(range, (entry, key) =>
      reader.read(directory.positionOf(entry), directory.lengthOf(entry), key),
    );
  }

  scanKeys(range: ScanRange): Iterable<Key> {
    return this.directory.keys(range);
  }

  sync(): void {
    this.log.sync();
  }

  usage(): LogUsage {
    return this.log.usage();
  }

  close(): void {
    this.log.close();
  }

  /** The record of an entry, faster with its key. */
  protected read(entry: number, key?: Key): StoreRecord {
    const { directory } = this;
    return this.log.read(directory.positionOf(entry), directory.lengthOf(entry), key);
  }
}
