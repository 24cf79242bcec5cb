import type { AdapterTable, Key, StoreRecord, Toolkit } from "@store/core";
import type { BagDirectory } from "./directory.js";
import { FileTable } from "./file-table.js";
import type { RecordLog } from "./record-log.js";

/** A `bag` or a `duplicate_bag`: many records a key, in the order in which they came. */
export class FileBagTable extends FileTable<BagDirectory> implements AdapterTable<"sync"> {
  readonly type: "bag" | "duplicate_bag";
  readonly #toolkit: Toolkit;

  constructor(
    type: "bag" | "duplicate_bag",
    directory: BagDirectory,
    log: RecordLog,
    toolkit: Toolkit,
  ) {
    super(directory, log);
    this.type = type;
    this.#toolkit = toolkit;
  }

  lookup(key: Key): StoreRecord[] {
    return this.directory.entriesOf(key).map((entry) => this.read(entry, key));
  }

  insertMany(records: readonly StoreRecord[]): void {
    const added = this.type === "bag" ? this.#withoutEqual(records) : records;
    if (added.length === 0) return;
    const log = this.log;
    for (const record of added) log.stagePut(record);
    log.commit();
    for (const [index, [key]] of added.entries()) {
      this.directory.put(key, log.positionAt(index), log.lengthAt(index));
    }
    log.acknowledge(0);
  }

  deleteObjects(records: readonly StoreRecord[]): number {
    const before = this.directory.size;
    const gone: { readonly record: StoreRecord; readonly entries: readonly number[] }[] = [];
    const seen = new Set<number>();
    for (const record of records) {
      const entries = this.#findEqual(record);
      const [first] = entries;
      if (first === undefined || seen.has(first)) continue;
      seen.add(first);
      gone.push({ record, entries });
    }
    if (gone.length === 0) return 0;
    for (const { record } of gone) this.log.stageDeleteRecord(record);
    this.log.commit();
    let freed = 0;
    for (const { record, entries } of gone) {
      freed += this.directory.removeEntries(record[0], entries);
    }
    this.log.acknowledge(freed);
    return before - this.directory.size;
  }

  #findEqual(record: StoreRecord): readonly number[] {
    return this.directory.findEqual(record, (entry) => this.read(entry, record[0]));
  }

  /** Those that equal none in the table, nor one before them. */
  #withoutEqual(records: readonly StoreRecord[]): readonly StoreRecord[] {
    const { equalRecords, hashRecord } = this.#toolkit;
    const byHash = new Map<number, StoreRecord[]>();
    return records.filter((record) => {
      if (this.#findEqual(record).length > 0) return false;
      if (records.length === 1) return true;
      const hash = hashRecord(record);
      const others = byHash.get(hash);
      if (others === undefined) byHash.set(hash, [record]);
      else if (others.some((other) => equalRecords(other, record))) return false;
      else others.push(record);
      return true;
    });
  }
}
