import {
  _,
  mutable,
  type Range,
  type ReadRecord,
  StoreError,
  type StoreRecord,
  type Table,
  type WriteOptions,
} from "@store/core";
import { type JoinedKeys, type KeyvKey, PrefixedKeys, SeparatedKeys } from "./joined-keys.js";

/** What is stored for a key of Keyv: the text that Keyv makes of its value, or what a Keyv without serialization gives. */
export type KeyvRecord = [key: KeyvKey, value: unknown];

/** A `set` or an `ordered_set`, of a store of either mode; one whose records have no type will do. */
export type KeyvTable =
  | Table<KeyvRecord, "sync">
  | Table<KeyvRecord, "async">
  | Table<StoreRecord, "sync">
  | Table<StoreRecord, "async">;

/** A key, its value, and how long it lives, in ms. */
export interface KeyvEntry {
  readonly key: string;
  readonly value: unknown;
  readonly ttl?: number | undefined;
}

export interface KeyvStoreOptions {
  /** What Keyv 6 joins namespaces and keys by; for a `namespaceSeparator` of your own. Default: `::`, as Keyv's. */
  readonly namespaceSeparator?: string | undefined;
}

/**
 * A table as the store of a Keyv, version 5 or 6: `new Keyv({ store: new KeyvStore(table) })`.
 *
 * What the table throws, a `StoreError`, is Keyv's to report. The table stays the caller's: `disconnect` doesn't close it.
 */
export class KeyvStore {
  /** Keyv 5 makes an iterator only for stores of a dialect that it knows by name. */
  readonly opts: Record<string, unknown> = { dialect: "sqlite", url: "" };

  /** Assigned by Keyv 5. It may not be there before: Keyv 6 takes a store that has it for one that joins keys itself. */
  declare namespace?: string;

  readonly #table: Table<KeyvRecord, "async">;
  readonly #separated: SeparatedKeys;
  readonly #earlierNamespaces = new Set<string | undefined>();

  constructor(table: KeyvTable, { namespaceSeparator = "::" }: KeyvStoreOptions = {}) {
    if (table.type !== "set" && table.type !== "ordered_set") {
      throw new StoreError(
        "STORE_TABLE_TYPE_MISMATCH",
        `KeyvStore needs a set or an ordered_set; table ${JSON.stringify(table.name)} is a ${table.type}`,
      );
    }
    if (typeof namespaceSeparator !== "string" || namespaceSeparator === "") {
      throw new StoreError(
        "STORE_INVALID_OPTIONS",
        `namespaceSeparator must be a string, not empty; got ${String(namespaceSeparator) || "''"}`,
      );
    }
    // Awaiting what a sync table returns does no harm.
    this.#table = table as unknown as Table<KeyvRecord, "async">;
    this.#separated = new SeparatedKeys(namespaceSeparator);
  }

  /** Each Keyv listens once, before it assigns its namespace. Nothing is ever emitted: what fails rejects. */
  on(_event: string, _listener: (...received: unknown[]) => void): this {
    if ("namespace" in this) this.#earlierNamespaces.add(this.namespace);
    return this;
  }

  async get<Value>(key: string): Promise<Value | undefined> {
    const [record] = await this.#table.lookup(this.#keys.split(key));
    return valueIn(record) as Value | undefined;
  }

  async getMany<Value>(keys: string[]): Promise<(Value | undefined)[]> {
    const joined = this.#keys;
    const found = await this.#table.lookupMany(keys.map((key) => joined.split(key)));
    return found.map(([record]) => valueIn(record) as Value | undefined);
  }

  async has(key: string): Promise<boolean> {
    return await this.#table.member(this.#keys.split(key));
  }

  async hasMany(keys: string[]): Promise<boolean[]> {
    const joined = this.#keys;
    return await this.#areThere(keys.map((key) => joined.split(key)));
  }

  /** @param ttl ms; without one, it lives as long as the table's `expireAfter` says, or for ever */
  async set(key: string, value: unknown, ttl?: number): Promise<boolean> {
    await this.#table.insert([this.#keys.split(key), value], lifetime(ttl));
    return true;
  }

  /** One call of the table for each lifetime among the entries. */
  setMany(entries: KeyvEntry[]): Promise<boolean[]>;
  /** As Keyv 5's types have it. */
  setMany(entries: KeyvEntry[]): Promise<void>;
  async setMany(entries: KeyvEntry[]): Promise<unknown> {
    const joined = this.#keys;
    const last = new Map(entries.map((entry) => [entry.key, entry]));
    const byTtl = new Map<number | undefined, KeyvRecord[]>();
    for (const { key, value, ttl } of last.values()) {
      const records = byTtl.get(ttl) ?? [];
      byTtl.set(ttl, records);
      records.push([joined.split(key), value]);
    }
    for (const [ttl, records] of byTtl) await this.#table.insertMany(records, lifetime(ttl));
    return entries.map(() => true);
  }

  async delete(key: string): Promise<boolean> {
    return (await this.#table.deleteMany([this.#keys.split(key)])) > 0;
  }

  /** For Keyv 5, whether all keys were there. For Keyv 6 which, as they were just before: one more call of the table. */
  deleteMany(keys: string[]): Promise<boolean | boolean[]>;
  /** As Keyv 5's types have it. */
  deleteMany(keys: string[]): Promise<boolean>;
  async deleteMany(keys: string[]): Promise<boolean | boolean[]> {
    const joined = this.#keys;
    const own = keys.map((key) => joined.split(key));
    const wereThere = joined === this.#separated ? await this.#areThere(own) : undefined;
    const count = await this.#table.deleteMany(own);
    return wereThere ?? count === keys.length;
  }

  /** Of Keyv 5 the namespace that it assigned. Keyv 6 calls it only without a namespace: then all goes. */
  async clear(): Promise<void> {
    const joined = this.#keys;
    const namespace = joined instanceof PrefixedKeys ? joined.only("to clear") : null;
    if (namespace === null) await this.#table.deleteAllObjects();
    else if (this.#isOrdered) await this.#table.deleteRange({ prefix: [namespace] });
    else await this.#table.matchDelete([[namespace, _], _]);
  }

  /** The keys, joined, and their values: of a namespace, or of all. */
  async *iterator(namespace?: string): AsyncGenerator<[key: string, value: unknown], void> {
    const joined = this.#keys;
    const start = namespace === undefined ? undefined : joined.startOf(namespace);
    const range: Range<KeyvKey> =
      start !== undefined && this.#isOrdered ? { prefix: [start[0]] } : {};
    for await (const record of this.#table.records(range)) {
      const [key] = record;
      const isIn = start === undefined || (key[0] === start[0] && key[1].startsWith(start[1]));
      if (isIn) yield [joined.join(key), valueIn(record)];
    }
  }

  get #isOrdered(): boolean {
    return this.#table.type === "ordered_set";
  }

  get #keys(): JoinedKeys {
    return "namespace" in this
      ? new PrefixedKeys(this.#earlierNamespaces, this.namespace)
      : this.#separated;
  }

  async #areThere(keys: readonly KeyvKey[]): Promise<boolean[]> {
    return (await this.#table.lookupMany(keys)).map(({ length }) => length > 0);
  }
}

/** Keyv's own to change: what a table hands out may be frozen. */
function valueIn(record: ReadRecord<KeyvRecord> | undefined): unknown {
  return typeof record?.[1] === "object" ? mutable(record[1]) : record?.[1];
}

function lifetime(ttl: number | undefined): WriteOptions | undefined {
  const expiresAt = ttl === undefined ? Number.POSITIVE_INFINITY : Date.now() + ttl;
  return Number.isFinite(expiresAt) ? { expiresAt } : undefined;
}
