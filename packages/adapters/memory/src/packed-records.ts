import { type KeyRules, SlotMap } from "@store/collections";
import type { Key, StoreRecord } from "@store/core";
import type { RecordMap } from "./set-table.js";

/** A record that isn't a key and one element. */
class Whole {
  readonly #record: StoreRecord;

  constructor(record: StoreRecord) {
    this.#record = record;
  }

  copy(): StoreRecord {
    return this.#record.slice() as unknown as StoreRecord;
  }
}

/** What stands for a record beside its key: never undefined. */
type Packed = unknown;

function pack(record: StoreRecord): Packed {
  return record.length === 2 && record[1] !== undefined ? record[1] : new Whole(record);
}

/** The record, in an array that nobody else has. */
function unpack(key: Key, packed: Packed): StoreRecord {
  return packed instanceof Whole ? packed.copy() : [key, packed];
}

/**
 * The records of a set without order. One of a key and one element, as most are, is kept as that element and made anew
 * each time: a table of them is no heap of small arrays, and reading one touches no array that went cold.
 */
export class PackedRecords implements RecordMap {
  readonly freshRecords = true;
  readonly #packed: SlotMap<Packed>;

  constructor(rules: KeyRules) {
    this.#packed = new SlotMap(rules);
  }

  get size(): number {
    return this.#packed.size;
  }

  has(key: Key): boolean {
    return this.#packed.has(key);
  }

  get(key: Key): StoreRecord | undefined {
    const packed = this.#packed.get(key);
    return packed === undefined ? undefined : unpack(key, packed);
  }

  set(key: Key, record: StoreRecord): void {
    this.#packed.set(key, pack(record));
  }

  update(key: Key, change: (record: StoreRecord) => StoreRecord): StoreRecord | undefined {
    const slot = this.#packed.slotOf(key);
    if (slot === undefined) return undefined;
    const changed = change(unpack(key, this.#packed.valueAt(slot)));
    this.#packed.replaceAt(slot, pack(changed));
    return changed;
  }

  delete(key: Key): StoreRecord | undefined {
    const packed = this.#packed.delete(key);
    return packed === undefined ? undefined : unpack(key, packed);
  }

  clear(): void {
    this.#packed.clear();
  }

  firstKey(): Key | undefined {
    return this.#packed.firstKey();
  }

  lastKey(): Key | undefined {
    return this.#packed.lastKey();
  }

  keyAfter(key: Key): Key | undefined {
    return this.#packed.keyAfter(key);
  }

  keyBefore(key: Key): Key | undefined {
    return this.#packed.keyBefore(key);
  }

  scan(): IterableIterator<StoreRecord, undefined> {
    return this.#packed.scan(unpack);
  }
}
