import type { Key, StoreRecord, Toolkit } from "@store/core";

/** From so many records on, equal ones are found by their hash. */
const MANY_RECORDS = 16;

/**
 * The records of one key in a bag, in the order in which they came.
 *
 * `records` is appended to, and replaced when records go: whoever goes through it by position sees the one, and can
 * tell the other.
 */
export class Bucket {
  readonly key: Key;
  readonly #toolkit: Toolkit;
  #records: StoreRecord[] = [];
  #byHash: Map<number, StoreRecord[]> | undefined;

  constructor(key: Key, toolkit: Toolkit) {
    this.key = key;
    this.#toolkit = toolkit;
  }

  get records(): readonly StoreRecord[] {
    return this.#records;
  }

  add(record: StoreRecord): void {
    this.#records.push(record);
    if (this.#byHash !== undefined) addTo(this.#byHash, this.#toolkit.hashRecord(record), record);
  }

  /** Whether a record equal to this one is here. */
  has(record: StoreRecord): boolean {
    return this.#candidates(record).some((stored) => this.#toolkit.equalRecords(stored, record));
  }

  /** Adds the records that equal this one to `found`, which holds all or none of them. */
  findEqual(record: StoreRecord, found: Set<StoreRecord>): void {
    for (const stored of this.#candidates(record)) {
      if (!this.#toolkit.equalRecords(stored, record)) continue;
      if (found.has(stored)) return;
      found.add(stored);
    }
  }

  /** Removes these very records. */
  remove(gone: ReadonlySet<StoreRecord>): void {
    this.#records = this.#records.filter((record) => !gone.has(record));
    if (this.#byHash === undefined) return;
    for (const hash of new Set([...gone].map(this.#toolkit.hashRecord))) {
      const left = this.#byHash.get(hash)?.filter((record) => !gone.has(record)) ?? [];
      if (left.length > 0) this.#byHash.set(hash, left);
      else this.#byHash.delete(hash);
    }
  }

  clear(): void {
    this.#records = [];
    this.#byHash = undefined;
  }

  /** Goes through the records that are here now, as long as they are here. */
  *values(): IterableIterator<StoreRecord> {
    const began = this.#records;
    const length = began.length;
    let seen = began;
    let left: ReadonlySet<StoreRecord> | undefined;
    for (let index = 0; index < length; index++) {
      if (seen !== this.#records) {
        seen = this.#records;
        left = new Set(seen);
      }
      const record = began[index] as StoreRecord;
      if (left === undefined || left.has(record)) yield record;
    }
  }

  /** The records among which any equal to this one are. */
  #candidates(record: StoreRecord): readonly StoreRecord[] {
    if (this.#records.length < MANY_RECORDS) return this.#records;
    this.#byHash ??= this.#hashAll();
    return this.#byHash.get(this.#toolkit.hashRecord(record)) ?? [];
  }

  #hashAll(): Map<number, StoreRecord[]> {
    const byHash = new Map<number, StoreRecord[]>();
    for (const record of this.#records) addTo(byHash, this.#toolkit.hashRecord(record), record);
    return byHash;
  }
}

function addTo(byHash: Map<number, StoreRecord[]>, hash: number, record: StoreRecord): void {
  const chain = byHash.get(hash);
  if (chain === undefined) byHash.set(hash, [record]);
  else chain.push(record);
}
