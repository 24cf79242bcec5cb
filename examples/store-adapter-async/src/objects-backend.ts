import { encodeKey } from "@store/codec";
import type { AdapterBackend, AdapterTable, TableEntry, TableType, Toolkit } from "@store/core";
import { decodeTable, encodeTable } from "./content.js";
import { hashOf, type ObjectStore } from "./object-store.js";
import { ObjectsTable } from "./objects-table.js";
import { RowRules } from "./rows.js";

/** The tables of an object store: one object each, under a prefix for its domain. */
export class ObjectsBackend implements AdapterBackend<"async"> {
  readonly #objects: ObjectStore;
  readonly #toolkit: Toolkit;

  constructor(objects: ObjectStore, toolkit: Toolkit) {
    this.#objects = objects;
    this.#toolkit = toolkit;
  }

  async openTable(
    domain: string,
    name: string,
    type: TableType = "set",
  ): Promise<AdapterTable<"async">> {
    const key = keyOf(domain, name);
    const content = await this.#objects.get(key);
    const table =
      content === undefined ? { name, type, rows: [] } : decodeTable(content, this.#toolkit);
    // An empty table, too, has a type to remember.
    if (content === undefined) await this.#objects.put(key, encodeTable(table, []));
    return new ObjectsTable({
      type: table.type,
      rules: new RowRules(this.#toolkit, table.type),
      rows: table.rows,
      write: (rows) => this.#objects.put(key, encodeTable(table, rows)),
    });
  }

  async tables(domain: string): Promise<TableEntry[]> {
    const keys = await this.#objects.list(prefixOf(domain));
    const contents = await Promise.all(keys.map((key) => this.#objects.get(key)));
    return contents.flatMap((content) => {
      if (content === undefined) return [];
      const { name, type } = decodeTable(content, this.#toolkit);
      return [{ name, type }];
    });
  }

  async dropTable(domain: string, name: string): Promise<boolean> {
    const key = keyOf(domain, name);
    if ((await this.#objects.get(key)) === undefined) return false;
    await this.#objects.delete(key);
    return true;
  }

  async close(): Promise<void> {}
}

/** Of a hash: names hold whatever a string can, in any length, and an object's key doesn't. */
function prefixOf(domain: string): string {
  return `${hashOf(encodeKey(domain))}/`;
}

function keyOf(domain: string, name: string): string {
  return `${prefixOf(domain)}${hashOf(encodeKey(name))}`;
}
