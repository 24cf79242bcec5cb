import { statSync } from "node:fs";
import type {
  AdapterBackend,
  AdapterTable,
  TableChange,
  TableEntry,
  TableType,
  Toolkit,
} from "@store/core";
import { decodeRecord, decodeTables, encodeTables } from "./codec.js";
import { RowRules, type Rows } from "./rows.js";
import { SnapshotTable } from "./snapshot-table.js";
import { readWhole, writeWhole } from "./whole-file.js";

/** A table that is there, open or not. */
interface Entry {
  readonly domain: string;
  readonly name: string;
  readonly type: TableType;
  readonly rows: Rows;
}

/**
 * All tables of one file.
 *
 * What is in the file never changes in part. A write makes other entries, writes the file, and only then puts them in
 * place: so a write, a batch of several tables, and the removal of a table happen whole or not at all.
 */
export class SnapshotBackend implements AdapterBackend<"sync"> {
  readonly #file: string;
  readonly #rules: RowRules;
  #entries: readonly Entry[];
  readonly #keys = new WeakMap<AdapterTable, { readonly domain: string; readonly name: string }>();

  constructor(file: string, toolkit: Toolkit) {
    this.#file = file;
    this.#rules = new RowRules(toolkit);
    const content = readWhole(file);
    this.#entries = (content === undefined ? [] : decodeTables(content, toolkit)).map(
      ({ records, ...table }) => ({
        ...table,
        rows: records.map((bytes) => this.#rules.row(decodeRecord(bytes), bytes)),
      }),
    );
  }

  openTable(domain: string, name: string, type: TableType = "set"): AdapterTable<"sync"> {
    // An empty table, too, has a type to remember.
    if (this.#find(domain, name) === undefined) {
      this.#write([...this.#entries, { domain, name, type, rows: [] }]);
    }
    const entry = () => this.#find(domain, name) as Entry;
    const table = new SnapshotTable({
      type: entry().type,
      rules: this.#rules,
      get rows() {
        return entry().rows;
      },
      write: (rows) => this.#write(this.#replaced(this.#entries, entry(), rows)),
      fileSize: () => statSync(this.#file).size,
    });
    this.#keys.set(table, { domain, name });
    return table;
  }

  tables(domain: string): TableEntry[] {
    return this.#entries
      .filter((entry) => entry.domain === domain)
      .map(({ name, type }) => ({ name, type }));
  }

  dropTable(domain: string, name: string): boolean {
    const entry = this.#find(domain, name);
    if (entry === undefined) return false;
    this.#write(this.#entries.filter((other) => other !== entry));
    return true;
  }

  applyChanges(changes: readonly TableChange<"sync">[]): void {
    let entries = this.#entries;
    for (const change of changes) {
      const { domain, name } = this.#keys.get(change.table) ?? { domain: "", name: "" };
      const entry = this.#find(domain, name, entries) as Entry;
      entries = this.#replaced(entries, entry, this.#changed(entry, change));
    }
    this.#write(entries);
  }

  close(): void {}

  #changed({ type, rows }: Entry, change: TableChange<"sync">): Rows {
    switch (change.kind) {
      case "insert":
        return this.#rules.inserted(type, rows, change.records);
      case "delete":
        return this.#rules.deleted(rows, change.keys);
      case "deleteObjects":
        return this.#rules.deletedObjects(rows, change.records);
      case "deleteAllObjects":
        return [];
    }
  }

  #find(domain: string, name: string, entries = this.#entries): Entry | undefined {
    return entries.find((entry) => entry.domain === domain && entry.name === name);
  }

  #replaced(entries: readonly Entry[], entry: Entry, rows: Rows): readonly Entry[] {
    return entries.map((other) => (other === entry ? { ...entry, rows } : other));
  }

  #write(entries: readonly Entry[]): void {
    const tables = entries.map(({ rows, ...table }) => ({
      ...table,
      records: rows.map(({ bytes }) => bytes),
    }));
    writeWhole(this.#file, encodeTables(tables));
    this.#entries = entries;
  }
}
