import { decodeRecord, encodeRecord } from "@store/codec";
import type { KeyRules } from "@store/collections";
import type { Key, StoreRecord, TableType } from "@store/core";
import { BodyHeap } from "./body-heap.js";
import { type BagDirectory, type Directory, WHOLE_DIRECTORY } from "./directory.js";
import type { DiskLog } from "./disk-log.js";
import { KeySet } from "./key-set.js";
import { attemptAll } from "./platform/attempt-all.js";
import type { LogUsage, RecordLog, RecordReader } from "./record-log.js";

/** A change of a batch: a record that comes, or one or more that go, which has no body. */
interface Change {
  readonly key: Key;
  readonly position: number;
  readonly length: number;
}

const NOWHERE = -1;

/**
 * The records of a table in memory: {@link DiskLog} gets what has changed at a `sync` only, and at the end. There are two
 * directories: one says where in memory the records are, and is the table's; the other where they are on disk, and
 * stands still between two syncs.
 *
 * 1. A key whose records may differ from those on disk is in `#changed`. After `#isCleared`, no other is in memory.
 * 2. What has changed is written as one batch, so that there is never a state on disk but that of a sync.
 * 3. It counts as changed until a sync has succeeded. To write it once more does no harm: it isn't said what was done,
 *    but what came of it.
 * 4. The bodies are those that the table's directory points to, but for a batch that isn't acknowledged yet.
 */
export class RamLog implements RecordLog {
  readonly #disk: DiskLog;
  readonly #directory: Directory;
  readonly #isBag: boolean;
  readonly #bodies = new BodyHeap();
  readonly #changed: KeySet;
  /** Everything that is on disk was deleted. */
  #isCleared = false;
  /** What is staged, or written and not yet acknowledged. */
  #batch: Change[] = [];
  #stagesClear = false;
  /** Where the bodies are that the batch makes superfluous. */
  readonly #dead = new Set<number>();

  /**
   * Reads the records that are on disk into memory; throws what reading them does.
   * @param directory an empty one for the table, which knows the records afterwards
   */
  constructor(disk: DiskLog, type: TableType, directory: Directory, rules: KeyRules) {
    this.#disk = disk;
    this.#directory = directory;
    this.#changed = new KeySet(rules);
    this.#isBag = type === "bag" || type === "duplicate_bag";
    this.#load();
  }

  stagePut(record: StoreRecord): void {
    this.#begin();
    const [key] = record;
    try {
      const body = encodeRecord(record);
      this.#disk.checkBody(body);
      this.#batch.push({ key, position: this.#bodies.add(body), length: body.length });
    } catch (error) {
      for (const { position } of this.#batch) this.#bodies.free(position);
      this.#reset();
      throw error;
    }
    if (!this.#isBag) this.#outlive(this.#directory.entriesOf(key));
  }

  stageDelete(key: Key): void {
    this.#begin();
    this.#batch.push({ key, position: NOWHERE, length: 0 });
    this.#outlive(this.#directory.entriesOf(key));
  }

  stageDeleteRecord(record: StoreRecord): void {
    this.#begin();
    this.#batch.push({ key: record[0], position: NOWHERE, length: 0 });
    const directory = this.#directory as BagDirectory;
    this.#outlive(
      directory.findEqual(record, (entry) =>
        this.read(directory.positionOf(entry), directory.lengthOf(entry), record[0]),
      ),
    );
  }

  stageClear(): void {
    this.#begin();
    this.#stagesClear = true;
  }

  commit(): void {
    this.#disk.checkOpen();
    if (this.#stagesClear) {
      this.#changed.clear();
      this.#isCleared = true;
    }
    for (const { key } of this.#batch) this.#changed.add(key);
  }

  positionAt(index: number): number {
    return (this.#batch[index] as Change).position;
  }

  lengthAt(index: number): number {
    return (this.#batch[index] as Change).length;
  }

  acknowledge(): void {
    this.#disk.checkOpen();
    if (this.#stagesClear) {
      this.#bodies.clear();
    } else {
      for (const position of this.#dead) this.#bodies.free(position);
      if (this.#batch.length > 1 && !this.#isBag) this.#freeReplaced();
    }
    this.#reset();
  }

  read(position: number, length: number, key?: Key): StoreRecord {
    this.#disk.checkOpen();
    // A view of the body would cost more than the body.
    const start = this.#bodies.offsetOf(position);
    return decodeRecord(this.#bodies.bufferOf(position), start, start + length, key);
  }

  reader(): RecordReader {
    this.#disk.checkOpen();
    return this;
  }

  checkWritable(): void {
    this.#disk.checkWritable();
  }

  /** Nothing is written before it is asked for. */
  touch(): void {
    this.#disk.checkOpen();
  }

  sync(): void {
    this.#writeChanges();
    this.#disk.sync();
    this.#changed.clear();
    this.#isCleared = false;
  }

  close(): void {
    if (this.#disk.files.isClosed) return;
    attemptAll(
      () => this.sync(),
      () => this.#disk.close(),
    );
  }

  usage(): LogUsage {
    const usage = this.#disk.usage();
    const memoryBytes = this.#directory.memoryBytes + this.#bodies.bytes;
    return { ...usage, memoryBytes: memoryBytes + usage.memoryBytes };
  }

  #load(): void {
    const { directory } = this.#disk;
    const reader = this.#disk.reader();
    const load = (entry: number, key: Key) => {
      const record = reader.read(directory.positionOf(entry), directory.lengthOf(entry), key);
      const body = encodeRecord(record);
      this.#directory.put(key, this.#bodies.add(body), body.length);
    };
    for (const _ of directory.scan(WHOLE_DIRECTORY, load));
  }

  /** Brings what is on disk up to date. */
  #writeChanges(): void {
    const disk = this.#disk;
    const onDisk = disk.directory;
    const { keys } = this.#changed;
    const clears = this.#isCleared && onDisk.size > 0;
    // In a set a record replaces the one before.
    const isDeleted = (key: Key) => onDisk.has(key) && (this.#isBag || !this.#directory.has(key));

    let staged = 0;
    if (clears) {
      disk.stageClear();
      staged++;
    }
    for (const key of keys) {
      if (!clears && isDeleted(key)) {
        disk.stageDelete(key);
        staged++;
      }
      for (const entry of this.#directory.entriesOf(key)) {
        const position = this.#directory.positionOf(entry);
        disk.stageBody(this.#bodies.bodyAt(position, this.#directory.lengthOf(entry)));
        staged++;
      }
    }
    if (staged === 0) return;
    disk.commit();

    let freed = 0;
    let index = 0;
    if (clears) {
      onDisk.clear();
      index++;
    }
    for (const key of keys) {
      if (isDeleted(key)) {
        freed += onDisk.remove(key);
        index++;
      }
      for (const _entry of this.#directory.entriesOf(key)) {
        freed += onDisk.put(key, disk.positionAt(index), disk.lengthAt(index));
        index++;
      }
    }
    disk.acknowledge(freed);
  }

  #begin(): void {
    if (this.#batch.length === 0) this.checkWritable();
    else this.#disk.checkOpen();
  }

  /** The batch takes the place of these entries. */
  #outlive(entries: readonly number[]): void {
    for (const entry of entries) this.#dead.add(this.#directory.positionOf(entry));
  }

  /** Of the records of one key in a batch, the last stays. */
  #freeReplaced(): void {
    for (const { key, position } of this.#batch) {
      const isReplaced = position !== NOWHERE && !this.#directory.holds(key, position);
      if (isReplaced) this.#bodies.free(position);
    }
  }

  #reset(): void {
    this.#batch = [];
    this.#stagesClear = false;
    this.#dead.clear();
  }
}
