import type { AdapterTable, CounterStep, Integer, Key, StoreRecord, Toolkit } from "@store/core";
import type { SetDirectory } from "./directory.js";
import { FileTable } from "./file-table.js";
import type { RecordLog } from "./record-log.js";

/** A `set` or an `ordered_set`: one record a key. The directory decides which. */
export class FileSetTable extends FileTable<SetDirectory> implements AdapterTable<"sync"> {
  readonly type: "set" | "ordered_set";
  readonly #toolkit: Toolkit;

  constructor(
    type: "set" | "ordered_set",
    directory: SetDirectory,
    log: RecordLog,
    toolkit: Toolkit,
  ) {
    super(directory, log);
    this.type = type;
    this.#toolkit = toolkit;
  }

  lookup(key: Key): StoreRecord[] {
    const entry = this.directory.find(key);
    return entry < 0 ? [] : [this.read(entry, key)];
  }

  insert(record: StoreRecord): void {
    const log = this.log;
    log.stagePut(record);
    log.commit();
    log.acknowledge(this.directory.put(record[0], log.positionAt(0), log.lengthAt(0)));
  }

  insertMany(records: readonly StoreRecord[]): void {
    const log = this.log;
    for (const record of records) log.stagePut(record);
    log.commit();
    let freed = 0;
    let index = 0;
    for (const record of records) {
      freed += this.directory.put(record[0], log.positionAt(index), log.lengthAt(index));
      index++;
    }
    log.acknowledge(freed);
  }

  update(key: Key, change: (record: StoreRecord) => StoreRecord): StoreRecord | undefined {
    const entry = this.directory.find(key);
    if (entry < 0) return undefined;
    const record = this.read(entry, key);
    const changed = change(record);
    if (changed !== record) this.insert(changed);
    return changed;
  }

  updateCounter(key: Key, step: CounterStep): Integer | undefined {
    const counted = this.update(key, (record) => this.#toolkit.counted(record, step));
    return counted?.[step.position - 1] as Integer | undefined;
  }

  deleteObjects(records: readonly StoreRecord[]): number {
    const gone = records.filter((record) => {
      const entry = this.directory.find(record[0]);
      return entry >= 0 && this.#toolkit.equalRecords(this.read(entry, record[0]), record);
    });
    const before = this.directory.size;
    if (gone.length === 0) return 0;
    for (const [key] of gone) this.log.stageDelete(key);
    this.log.commit();
    let freed = 0;
    for (const [key] of gone) freed += this.directory.remove(key);
    this.log.acknowledge(freed);
    return before - this.directory.size;
  }
}
