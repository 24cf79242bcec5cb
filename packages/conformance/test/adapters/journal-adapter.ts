import { mkdirSync } from "node:fs";
import type {
  Adapter,
  AdapterBackend,
  AdapterTable,
  TableChange,
  TableType,
  Toolkit,
} from "@store/core";
import { expiringTable } from "./expiring-table.js";
import { claim as claimDirectory, Ledger, pause } from "./ledger.js";
import { MINIMAL, Shelves } from "./minimal-adapter.js";

export interface JournalOptions {
  readonly directory: string;
}

/** A table's method that writes, and its arguments; or the making and dropping of a table. */
type Action =
  | { readonly method: WriteMethod; readonly args: readonly unknown[] }
  | { readonly create: TableType }
  | { readonly drop: true };
type WriteMethod = "insertMany" | "delete" | "deleteObjects" | "deleteAllObjects" | "expire";

/** A write to one table. */
export type JournalWrite = { readonly domain: string; readonly name: string } & Action;

/** How a journal differs from the right one. Most of these options make it wrong. */
export interface JournalTraits {
  /** All processes may have it open at once. Else one at a time. */
  readonly shared?: boolean;
  /** The entries that the writes of one batch are made of. Default: one. */
  split?(writes: readonly JournalWrite[]): readonly (readonly JournalWrite[])[];
  /** What of an entry is found again. Default: all. */
  read?(writes: readonly JournalWrite[]): readonly JournalWrite[];
  /** Which entries wait in memory for a sync. Default: none. */
  waits?(writes: readonly JournalWrite[]): boolean;
  /** A batch is planned on what others change meanwhile. */
  readonly plans?: "carelessly";
}

/**
 * Durable tables with batches and moments. All of a backend are one {@link Ledger}: an entry has the writes of a call, so
 * those of a batch are found all or not at all, also after a kill.
 */
export function journalAdapter(
  traits: JournalTraits = {},
): Adapter<JournalOptions, "sync", JournalOptions> {
  const { shared = false } = traits;
  return {
    name: "journal",
    mode: "sync",
    contractVersion: 2,
    capabilities: {
      ...MINIMAL,
      durable: true,
      serializes: true,
      batches: true,
      expiry: true,
      shared,
    },
    normalizeOptions: ({ directory }) => ({ directory }),
    open: ({ directory }, toolkit) => new JournalBackend(directory, traits, toolkit).methods,
  };
}

class JournalBackend {
  readonly #directory: string;
  readonly #traits: JournalTraits;
  readonly #toolkit: Toolkit;
  readonly #shelves = new Shelves();
  readonly #ledger: Ledger<readonly JournalWrite[]>;
  readonly #waiting: (readonly JournalWrite[])[] = [];
  /** What frees the directory for other processes; it is this one's while a table is open. */
  #release: (() => void) | undefined;
  #open = 0;
  #isPlanning = false;
  /** What each table holds, by its domain and name. */
  readonly #memories = new Map<string, AdapterTable<"sync">>();
  /** The tables that core has. */
  readonly #known = new Map<AdapterTable<"sync">, { domain: string; name: string }>();

  constructor(directory: string, traits: JournalTraits, toolkit: Toolkit) {
    mkdirSync(directory, { recursive: true });
    this.#directory = directory;
    this.#traits = traits;
    this.#toolkit = toolkit;
    this.#ledger = new Ledger(directory, (writes) => {
      for (const write of traits.read?.(writes) ?? writes) this.#apply(write);
    });
  }

  get methods(): AdapterBackend<"sync"> {
    return {
      openTable: (domain, name, type) => this.#openTable(domain, name, type),
      tables: (domain) => {
        this.#refresh();
        return this.#shelves.tables(domain);
      },
      dropTable: (domain, name) => {
        this.#refresh();
        const isThere = this.#shelves.tables(domain).some((table) => table.name === name);
        if (isThere) this.#change(() => [undefined, [{ domain, name, drop: true }]]);
        return isThere;
      },
      close: () => {},
      transact: (operations) => {
        const { planBatch } = this.#toolkit;
        return this.#change(() => {
          const planned = planBatch(operations, "sync");
          const changes = planned?.changes ?? [];
          return [planned?.results, changes.flatMap((change) => this.#writesOf(change))];
        });
      },
    };
  }

  #openTable(domain: string, name: string, type: TableType = "set"): AdapterTable<"sync"> {
    if (this.#open === 0 && this.#traits.shared !== true) {
      this.#release = claimDirectory(this.#directory);
      if (this.#release === undefined) throw this.#toolkit.error("STORE_LOCKED", "another has it");
    }
    this.#refresh();
    this.#open++;
    if (this.#shelves.tables(domain).every((table) => table.name !== name)) {
      this.#change(() => [undefined, [{ domain, name, create: type }]]);
    }
    return this.#table(domain, name);
  }

  #table(domain: string, name: string): AdapterTable<"sync"> {
    const table = this.#memory(domain, name);
    const reading =
      <A extends readonly unknown[], T>(method: (...args: A) => T) =>
      (...args: A): T => {
        this.#refresh();
        return method(...args);
      };
    const write = (method: WriteMethod, ...args: unknown[]): void =>
      this.#change(() => [undefined, [{ domain, name, method, args }]]);
    const [first, next] = [reading(table.first), reading(table.next)];
    const lookup = reading((key: Parameters<typeof table.lookup>[0]) =>
      structuredClone(table.lookup(key)),
    );
    function* scan() {
      const keys = [];
      for (let key = first(); key !== undefined; key = next(key)) keys.push(key);
      for (const key of keys) yield* lookup(key);
    }
    const methods: AdapterTable<"sync"> = {
      type: table.type,
      lookup,
      first,
      next,
      last: reading(table.last),
      prev: reading(table.prev),
      size: reading(table.size),
      insertMany: (records, expiresAt) => write("insertMany", records, expiresAt),
      delete: (key) => write("delete", key),
      deleteAllObjects: () => write("deleteAllObjects"),
      deleteObjects: (records) =>
        this.#change(() => {
          const gone = records
            .flatMap(([key]) => table.lookup(key))
            .filter((stored) =>
              records.some((record) => this.#toolkit.equalRecords(record, stored)),
            );
          return [
            new Set(gone).size,
            gone.length > 0 ? [{ domain, name, method: "deleteObjects", args: [records] }] : [],
          ];
        }),
      insertNew: (records, expiresAt) =>
        this.#change(() =>
          records.some(([key]) => table.lookup(key).length > 0)
            ? [false]
            : [true, [{ domain, name, method: "insertMany", args: [records, expiresAt] }]],
        ),
      take: (key) =>
        this.#change(() => [
          structuredClone(table.lookup(key)),
          [{ domain, name, method: "delete", args: [key] }],
        ]),
      update: (key, change) =>
        this.#change(() => {
          const [record] = table.lookup(key);
          if (record === undefined) return [undefined];
          const moments = table.expiresAt?.(key);
          const changed = change(record);
          return [changed, [{ domain, name, method: "insertMany", args: [[changed], moments] }]];
        }),
      replace: (expected, record, expiresAt) =>
        this.#change(() => {
          const [stored] = table.lookup(expected[0]);
          if (stored === undefined || !this.#toolkit.equalRecords(stored, expected)) return [false];
          return [true, [{ domain, name, method: "insertMany", args: [[record], [expiresAt]] }]];
        }),
      ...(table.type === "ordered_set" ? {} : { scan }),
      expire: (key, at) =>
        this.#change(() => [
          table.lookup(key).length > 0,
          [{ domain, name, method: "expire", args: [key, at] }],
        ]),
      expiresAt: (key) => {
        this.#refresh();
        return table.expiresAt?.(key) ?? [];
      },
      sync: () => this.#flush(),
      close: () => {
        this.#flush();
        this.#known.delete(methods);
        this.#open--;
        if (this.#open === 0) this.#release?.();
      },
    };
    this.#known.set(methods, { domain, name });
    return methods;
  }

  #memory(domain: string, name: string): AdapterTable<"sync"> {
    const id = JSON.stringify([domain, name]);
    const memory =
      this.#memories.get(id) ?? expiringTable(this.#shelves.shelf(domain, name), this.#toolkit);
    this.#memories.set(id, memory);
    return memory;
  }

  #refresh(): void {
    // What a plan reads, and what it is written after, is one state.
    if (this.#isPlanning && this.#traits.plans === undefined) return;
    if (this.#isPlanning) pause(1);
    if (this.#traits.shared === true || this.#open === 0) this.#ledger.refresh();
  }

  /** Writes what `plan` returns; plans again when another process was faster. */
  #change<T>(plan: () => readonly [result: T, writes?: readonly JournalWrite[]]): T {
    for (;;) {
      this.#refresh();
      const [result, writes = []] = this.#planned(plan);
      if (writes.length === 0 || this.#write(writes)) return result;
    }
  }

  #planned<T>(plan: () => T): T {
    this.#isPlanning = true;
    try {
      return plan();
    } finally {
      this.#isPlanning = false;
    }
  }

  /** False if another process was faster. */
  #write(writes: readonly JournalWrite[]): boolean {
    if (this.#traits.waits?.(writes)) this.#waiting.push(writes);
    else {
      for (const [n, part] of (this.#traits.split?.(writes) ?? [writes]).entries()) {
        if (n > 0) pause(3);
        if (!this.#ledger.append(part)) return false;
      }
    }
    for (const write of writes) this.#apply(write);
    return true;
  }

  #flush(): void {
    for (const writes of this.#waiting.splice(0)) this.#ledger.append(writes);
  }

  #apply(write: JournalWrite): void {
    const { domain, name } = write;
    if ("create" in write) this.#shelves.shelf(domain, name, write.create);
    else if ("drop" in write) {
      this.#shelves.drop(domain, name);
      this.#memories.delete(JSON.stringify([domain, name]));
    } else {
      const table = this.#memory(domain, name);
      Reflect.apply(table[write.method] as () => unknown, table, write.args);
    }
  }

  #writesOf(change: TableChange<"sync">): JournalWrite[] {
    const known = this.#known.get(change.table);
    if (known === undefined) throw new Error("a batch has a table that isn't open");
    const write = (method: WriteMethod, ...args: unknown[]) => ({ ...known, method, args });
    switch (change.kind) {
      case "insert":
        return [write("insertMany", change.records, change.expiresAt)];
      case "delete":
        return change.keys.map((key) => write("delete", key));
      case "deleteObjects":
        return [write("deleteObjects", change.records)];
      default:
        return [write("deleteAllObjects")];
    }
  }
}
