import type { AdapterTable, Key, ScanRange, StoreRecord, TableUsage, Toolkit } from "@store/core";
import type { BagDirectory } from "./directory.js";
import type { RecordLog } from "./record-log.js";

/** A `bag` or a `duplicate_bag`: many records a key, in the order in which they came. */
export class FileBagTable implements AdapterTable<"sync"> {
  readonly type: "bag" | "duplicate_bag";
  readonly #directory: BagDirectory;
  readonly #log: RecordLog;
  readonly #toolkit: Toolkit;

  constructor(
    type: "bag" | "duplicate_bag",
    directory: BagDirectory,
    log: RecordLog,
    toolkit: Toolkit,
  ) {
    this.type = type;
    this.#directory = directory;
    this.#log = log;
    this.#toolkit = toolkit;
  }

  lookup(key: Key): StoreRecord[] {
    return this.#directory.entriesOf(key).map(this.#read);
  }

  member(key: Key): boolean {
    return this.#directory.has(key);
  }

  insertMany(records: readonly StoreRecord[]): void {
    const added = this.type === "bag" ? this.#withoutEqual(records) : records;
    if (added.length === 0) return;
    const log = this.#log;
    for (const record of added) log.stagePut(record);
    log.commit();
    for (const [index, [key]] of added.entries()) {
      this.#directory.put(key, log.positionAt(index), log.lengthAt(index));
    }
    log.acknowledge(0);
  }

  insertNew(records: readonly StoreRecord[]): boolean {
    if (records.some(([key]) => this.#directory.has(key))) return false;
    this.insertMany(records);
    return true;
  }

  take(key: Key): StoreRecord[] {
    const taken = this.lookup(key);
    if (taken.length > 0) this.delete(key);
    return taken;
  }

  delete(key: Key): void {
    if (!this.#directory.has(key)) return;
    this.#log.stageDelete(key);
    this.#log.commit();
    this.#log.acknowledge(this.#directory.remove(key));
  }

  deleteObjects(records: readonly StoreRecord[]): number {
    const before = this.#directory.size;
    const gone: { readonly record: StoreRecord; readonly entries: readonly number[] }[] = [];
    const seen = new Set<number>();
    for (const record of records) {
      const entries = this.#directory.findEqual(record, this.#read);
      const [first] = entries;
      if (first === undefined || seen.has(first)) continue;
      seen.add(first);
      gone.push({ record, entries });
    }
    if (gone.length === 0) return 0;
    for (const { record } of gone) this.#log.stageDeleteRecord(record);
    this.#log.commit();
    let freed = 0;
    for (const { record, entries } of gone) {
      freed += this.#directory.removeEntries(record[0], entries);
    }
    this.#log.acknowledge(freed);
    return before - this.#directory.size;
  }

  deleteAllObjects(): void {
    if (this.#directory.size === 0) return;
    this.#log.stageClear();
    this.#log.commit();
    this.#directory.clear();
    this.#log.acknowledge(0);
  }

  size(): number {
    return this.#directory.size;
  }

  first(): Key | undefined {
    return this.#directory.firstKey();
  }

  last(): Key | undefined {
    return this.#directory.lastKey();
  }

  next(key: Key): Key | undefined {
    return this.#directory.keyAfter(key);
  }

  prev(key: Key): Key | undefined {
    return this.#directory.keyBefore(key);
  }

  *scan(range: ScanRange): IterableIterator<StoreRecord> {
    const directory = this.#directory;
    const reader = this.#log.reader();
    for (const entry of directory.scan(range)) {
      yield reader.read(directory.positionOf(entry), directory.lengthOf(entry));
    }
  }

  scanKeys(range: ScanRange): Iterable<Key> {
    return this.#directory.keys(range);
  }

  sync(): void {
    this.#log.sync();
  }

  usage(): TableUsage {
    return this.#log.usage();
  }

  close(): void {
    this.#log.close();
  }

  /** Those that equal none in the table, nor one before them. */
  #withoutEqual(records: readonly StoreRecord[]): readonly StoreRecord[] {
    const { equalRecords, hashRecord } = this.#toolkit;
    const byHash = new Map<number, StoreRecord[]>();
    return records.filter((record) => {
      if (this.#directory.findEqual(record, this.#read).length > 0) return false;
      if (records.length === 1) return true;
      const hash = hashRecord(record);
      const others = byHash.get(hash);
      if (others === undefined) byHash.set(hash, [record]);
      else if (others.some((other) => equalRecords(other, record))) return false;
      else others.push(record);
      return true;
    });
  }

  readonly #read = (entry: number): StoreRecord => {
    const directory = this.#directory;
    return this.#log.read(directory.positionOf(entry), directory.lengthOf(entry));
  };
}
