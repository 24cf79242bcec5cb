import type {
  AdapterTable,
  CounterStep,
  Integer,
  Key,
  ScanRange,
  StoreRecord,
  TableUsage,
  Toolkit,
} from "@store/core";
import type { SetDirectory } from "./directory.js";
import type { RecordLog } from "./record-log.js";

/** A `set` or an `ordered_set`: one record a key. The directory decides which. */
export class FileSetTable implements AdapterTable<"sync"> {
  readonly type: "set" | "ordered_set";
  readonly #directory: SetDirectory;
  readonly #log: RecordLog;
  readonly #toolkit: Toolkit;

  constructor(
    type: "set" | "ordered_set",
    directory: SetDirectory,
    log: RecordLog,
    toolkit: Toolkit,
  ) {
    this.type = type;
    this.#directory = directory;
    this.#log = log;
    this.#toolkit = toolkit;
  }

  lookup(key: Key): StoreRecord[] {
    const entry = this.#directory.find(key);
    return entry < 0 ? [] : [this.#read(entry)];
  }

  member(key: Key): boolean {
    return this.#directory.has(key);
  }

  insert(record: StoreRecord): void {
    const log = this.#log;
    log.stagePut(record);
    log.commit();
    log.acknowledge(this.#directory.put(record[0], log.positionAt(0), log.lengthAt(0)));
  }

  insertMany(records: readonly StoreRecord[]): void {
    const log = this.#log;
    for (const record of records) log.stagePut(record);
    log.commit();
    let freed = 0;
    for (const [index, [key]] of records.entries()) {
      freed += this.#directory.put(key, log.positionAt(index), log.lengthAt(index));
    }
    log.acknowledge(freed);
  }

  insertNew(records: readonly StoreRecord[]): boolean {
    if (records.some(([key]) => this.#directory.has(key))) return false;
    this.insertMany(records);
    return true;
  }

  update(key: Key, change: (record: StoreRecord) => StoreRecord): StoreRecord | undefined {
    const entry = this.#directory.find(key);
    if (entry < 0) return undefined;
    const record = this.#read(entry);
    const changed = change(record);
    if (changed !== record) this.insert(changed);
    return changed;
  }

  updateCounter(key: Key, step: CounterStep): Integer | undefined {
    const counted = this.update(key, (record) => this.#toolkit.counted(record, step));
    return counted?.[step.position - 1] as Integer | undefined;
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
    const gone = records.filter((record) => {
      const entry = this.#directory.find(record[0]);
      return entry >= 0 && this.#toolkit.equalRecords(this.#read(entry), record);
    });
    const before = this.#directory.size;
    if (gone.length === 0) return 0;
    for (const [key] of gone) this.#log.stageDelete(key);
    this.#log.commit();
    let freed = 0;
    for (const [key] of gone) freed += this.#directory.remove(key);
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

  #read(entry: number): StoreRecord {
    const directory = this.#directory;
    return this.#log.read(directory.positionOf(entry), directory.lengthOf(entry));
  }
}
