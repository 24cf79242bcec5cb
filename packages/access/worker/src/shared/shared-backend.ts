import type {
  AdapterBackend,
  AdapterTable,
  BatchOperation,
  TableChange,
  TableEntry,
  TableType,
  Toolkit,
} from "@store/core";
import { Changes } from "../tables/changes.js";
import { OwnedBagTable } from "../tables/owned-bag-table.js";
import { OwnedSetTable } from "../tables/owned-set-table.js";
import type { OwnedTable } from "../tables/owned-table.js";
import { type AccessRules, placeOf, TableAccess } from "../tables/table-access.js";
import type { TableContext } from "../tables/table-context.js";
import * as header from "../tables/table-header.js";
import type { NormalizedSharedOptions } from "./options.js";
import { acquireMemory, closings, releaseMemory, type ThreadMemory } from "./thread-memory.js";

/** The tables of a domain by name. */
type DomainTables = Map<string, OwnedTable>;

/** The tables of one set of options, in the memory of this thread. */
export class SharedBackend implements AdapterBackend<"sync"> {
  readonly #memory: ThreadMemory;
  readonly #context: TableContext;
  readonly #isAtomic: boolean;
  /** The address of a block whose first word is the sequence of the batches. */
  readonly #sequence: number;
  readonly #rules: AccessRules;
  readonly #domains = new Map<string, DomainTables>();

  constructor({ atomicCounters }: NormalizedSharedOptions, toolkit: Toolkit) {
    const memory = acquireMemory();
    this.#memory = memory;
    this.#isAtomic = atomicCounters;
    this.#sequence = memory.headers.take();
    this.#context = {
      memory,
      changes: new Changes(memory.arena, this.#sequence),
      toolkit,
      frozen: undefined,
    };
    this.#rules = {
      closed: () => toolkit.error("STORE_TABLE_CLOSED", "the table is closed"),
      look: (tries) => {
        throw toolkit.error("STORE_CORRUPT", `a table of this thread changed ${tries} times`);
      },
    };
  }

  openTable(domain: string, name: string, type: TableType = "set"): AdapterTable<"sync"> {
    let tables = this.#domains.get(domain);
    if (tables === undefined) {
      tables = new Map();
      this.#domains.set(domain, tables);
    }
    let table = tables.get(name);
    if (table === undefined) {
      table = this.#make(this.#create(type));
      tables.set(name, table);
    }
    table.open();
    return table;
  }

  tables(domain: string): TableEntry[] {
    return Array.from(this.#domains.get(domain) ?? [], ([name, { type }]) => ({ name, type }));
  }

  domains(): string[] {
    return [...this.#domains].filter(([, { size }]) => size > 0).map(([domain]) => domain);
  }

  dropTable(domain: string, name: string): boolean {
    const table = this.#domains.get(domain)?.get(name);
    if (table === undefined) return false;
    this.#domains.get(domain)?.delete(name);
    table.release(header.IS_DROPPED);
    return true;
  }

  applyChanges(changes: readonly TableChange<"sync">[]): void {
    this.#context.changes.all(() => {
      for (const change of changes) apply(change);
    });
  }

  /** As core would do it, but that nobody counts in what the batch has read. */
  transact(operations: readonly BatchOperation<"sync">[]): readonly unknown[] | undefined {
    const context = this.#context;
    context.frozen = new Set();
    try {
      const plan = context.toolkit.planBatch(operations, "sync");
      if (plan === undefined) return undefined;
      if (plan.changes.length > 0) this.applyChanges(plan.changes);
      return plan.results;
    } finally {
      for (const cell of context.frozen ?? []) context.memory.cells.thaw(cell);
      context.frozen = undefined;
    }
  }

  close(): void {
    for (const tables of this.#domains.values()) {
      for (const table of tables.values()) table.release(header.IS_STORE_CLOSED);
    }
    this.#domains.clear();
    this.#memory.headers.give(this.#sequence);
    for (const closed of [...closings]) closed();
    releaseMemory();
  }

  /** The header of a table that is new, in the state of one that is closed. */
  #create(type: TableType): number {
    const { arena, nodes, headers } = this.#memory;
    nodes.reserve(1);
    const address = headers.take();
    const root = nodes.take();
    const { words } = arena;
    const isSet = type === "set" || type === "ordered_set";
    const kind = header.TYPES.indexOf(type) | (this.#isAtomic && isSet ? header.IS_ATOMIC : 0);
    // Of its earlier use; who still reads it finds another version.
    for (let at = root + 1; at < root + 4; at++) Atomics.store(words, at, 0);
    Atomics.add(words, root, 2);
    Atomics.store(words, address + header.ROOT, root);
    Atomics.store(words, address + header.SIZE, 0);
    Atomics.store(words, address + header.KIND, kind);
    Atomics.store(words, address + header.BATCHES, this.#sequence);
    Atomics.store(words, address + header.SEED, type === "ordered_set" ? 0 : newSeed());
    return address;
  }

  #make(address: number): OwnedTable {
    const { arena } = this.#memory;
    const access = new TableAccess(arena, placeOf(arena, address, true), this.#rules);
    const isBag = access.place.isBag;
    return new (isBag ? OwnedBagTable : OwnedSetTable)(this.#context, access, address);
  }
}

function apply(change: TableChange<"sync">): void {
  const { table } = change;
  switch (change.kind) {
    case "insert":
      table.insertMany(change.records, change.expiresAt);
      break;
    case "delete":
      for (const key of change.keys) table.delete(key);
      break;
    case "deleteObjects":
      table.deleteObjects(change.records);
      break;
    case "deleteAllObjects":
      table.deleteAllObjects();
      break;
  }
}

/** Any but 0, so that nobody can choose keys that share a hash. */
function newSeed(): number {
  return (1 + Math.floor(Math.random() * (2 ** 32 - 1))) | 0;
}
