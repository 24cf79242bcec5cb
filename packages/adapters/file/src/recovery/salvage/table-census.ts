import { decodeElements } from "@store/codec";
import type { TableType } from "@store/core";
import { FIRST_STORAGE_ID, keyOf, orderOf, storageIdOf } from "../../format/entry-key.js";
import { elementsStart } from "../../format/entry-value.js";
import { SystemTable } from "../../format/system-tables.js";
import type { EntryStream } from "../../runs/entry-cursor.js";

/** The domain of tables whose names are lost. */
const LOST = "lost";

/** A table, as what is left of the tree tells. */
export interface FoundTable {
  readonly storageId: number;
  readonly domain: string;
  readonly name: string;
  readonly type: TableType;
  readonly records: number;
  /** It got its name here: nobody knows what it was called. */
  readonly isNameless: boolean;
}

interface Called {
  readonly domain: string;
  readonly name: string;
  readonly type: TableType;
}

/**
 * Counts the entries of a tree, and finds out which tables they are of: by the records of the catalogue, each of which
 * tells all that is needed. Entries of which neither is left come back as a table named after their storage id: none is
 * dropped but those of storage ids that were given up.
 */
export class TableCensus {
  nextStorageId: number;
  nextOrder: number;
  readonly #byName = new Map<number, Called>();
  readonly #byStorageId = new Map<number, Called>();
  readonly #dropped = new Set<number>();
  readonly #counts = new Map<number, { records: number; readonly isBag: boolean }>();

  constructor(start: { readonly nextStorageId: number; readonly nextOrder: number }) {
    this.nextStorageId = start.nextStorageId;
    this.nextOrder = start.nextOrder;
  }

  add(entry: EntryStream): void {
    const storageId = storageIdOf(entry.buffer, entry.keyStart);
    if (storageId < FIRST_STORAGE_ID) {
      this.#addSystem(storageId, entry);
      return;
    }
    this.#see(storageId);
    const isBag = entry.suffixBytes > 0;
    if (isBag) this.nextOrder = Math.max(this.nextOrder, orderOf(entry.buffer, entry.keyEnd) + 1);
    if (entry.isTombstone) return;
    const count = this.#counts.get(storageId);
    if (count === undefined) this.#counts.set(storageId, { records: 1, isBag });
    else count.records++;
  }

  /** Whether the entries of a storage id are nobody's any more. */
  isDropped(storageId: number): boolean {
    return this.#dropped.has(storageId);
  }

  /** All tables. */
  tables(): FoundTable[] {
    const tables: FoundTable[] = [];
    const taken = new Set<string>();
    const add = (storageId: number, called: Called, isNameless: boolean): void => {
      taken.add(JSON.stringify([called.domain, called.name]));
      const records = this.#counts.get(storageId)?.records ?? 0;
      tables.push({ storageId, ...called, records, isNameless });
    };
    const nameless: number[] = [];
    for (const storageId of this.#storageIds()) {
      const called = this.#byName.get(storageId) ?? this.#byStorageId.get(storageId);
      const isFree =
        called !== undefined && !taken.has(JSON.stringify([called.domain, called.name]));
      if (isFree) add(storageId, called, false);
      else if (this.#counts.has(storageId)) nameless.push(storageId);
    }
    for (const storageId of nameless) {
      let name = `${LOST}-${storageId}`;
      while (taken.has(JSON.stringify([LOST, name]))) name += "-again";
      const known = this.#byName.get(storageId) ?? this.#byStorageId.get(storageId);
      const type = known?.type ?? (this.#counts.get(storageId)?.isBag ? "bag" : "set");
      add(storageId, { domain: LOST, name, type }, true);
    }
    return tables;
  }

  /** Those of tables; first the ones that names lead to, then new to old. */
  #storageIds(): number[] {
    const known = [...this.#byStorageId.keys(), ...this.#counts.keys()].sort((a, b) => b - a);
    const all = new Set([...this.#byName.keys(), ...known]);
    return [...all].filter((storageId) => !this.#dropped.has(storageId));
  }

  #addSystem(table: number, entry: EntryStream): void {
    const { buffer, keyStart, keyEnd, valueStart, valueEnd } = entry;
    if (table === SystemTable.moments) return;
    const key = keyOf(buffer, keyStart, keyEnd, 0);
    if (table !== SystemTable.names) this.#see(key as number);
    if (entry.isTombstone) return;
    if (table === SystemTable.dropped) {
      this.#dropped.add(key as number);
      return;
    }
    const record = decodeElements(key, buffer, elementsStart(buffer, valueStart), valueEnd);
    if (table === SystemTable.names) {
      const [[domain, name], storageId, type] = record as unknown as NameRecord;
      this.#see(storageId);
      this.#byName.set(storageId, { domain, name, type });
    } else {
      const [storageId, domain, name, type] = record as unknown as TableRecord;
      this.#byStorageId.set(storageId, { domain, name, type });
    }
  }

  #see(storageId: number): void {
    this.nextStorageId = Math.max(this.nextStorageId, storageId + 1);
  }
}

type NameRecord = readonly [
  name: readonly [domain: string, name: string],
  storageId: number,
  type: TableType,
];
type TableRecord = readonly [storageId: number, domain: string, name: string, type: TableType];
