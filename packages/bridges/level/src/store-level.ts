import {
  type Batch,
  originOf,
  type Store,
  StoreError,
  type StoreRecord,
  type Table,
} from "@store/core";
import {
  type AbstractDatabaseOptions,
  type AbstractIterator,
  AbstractLevel,
  type AbstractSnapshot,
} from "abstract-level";
import { bufferOf } from "./buffer.js";
import { type IteratorOptions, LevelIterator } from "./level-iterator.js";
import type { AsyncTable, SyncTable } from "./level-record.js";
import { keysOf, type Operation, runsOf } from "./operations.js";
import { isWhole, type LevelRange, rangeOf } from "./range.js";
import { StoreSnapshot } from "./store-snapshot.js";
import type { Version } from "./version.js";
import { Versions } from "./versions.js";

/** An `ordered_set` of a store of either mode; one whose records have no type will do. */
export type LevelTable =
  | SyncTable
  | AsyncTable
  | Table<StoreRecord, "sync">
  | Table<StoreRecord, "async">;

/** Level's own: `keyEncoding` and `valueEncoding`, of which the default is `"utf8"`. */
export type StoreLevelOptions<K, V> = AbstractDatabaseOptions<K, V>;

interface Reading {
  readonly snapshot?: AbstractSnapshot;
}

interface Writing {
  /** As in classic-level: whether the write is on the disk when it returns. */
  readonly sync?: boolean;
}

/**
 * A Level database over a table: `new StoreLevel(table)` in place of `new ClassicLevel(path)`.
 *
 * The table stays the caller's: `close` doesn't close it. Over a table of a sync store that no other process may write,
 * iterators and snapshots read the table as of the moment when they were made, as long as it is written by `StoreLevel`s
 * only; what is overwritten meanwhile is kept in memory.
 */
export class StoreLevel<K = string, V = string> extends AbstractLevel<Uint8Array, K, V> {
  readonly #table: AsyncTable;
  readonly #store: Store<"async"> | undefined;
  /** Where reads can be of one moment: writes are done when they are called, and nobody else's. */
  readonly #versions: Versions | undefined;

  constructor(table: LevelTable, options?: StoreLevelOptions<K, V>) {
    if (table.type !== "ordered_set") {
      throw new StoreError(
        "STORE_TABLE_TYPE_MISMATCH",
        `StoreLevel needs an ordered_set; table ${JSON.stringify(table.name)} is a ${table.type}`,
      );
    }
    const origin = originOf(table);
    const isSync = origin?.mode === "sync";
    const hasVersions = isSync && !origin.adapter.capabilities.shared;
    const manifest = {
      encodings: { buffer: true },
      seek: true,
      has: true,
      getSync: isSync,
      implicitSnapshots: hasVersions,
      explicitSnapshots: hasVersions,
      permanence: origin?.adapter.capabilities.durable ?? true,
      createIfMissing: false,
      errorIfExists: false,
      // In a sync store there is nothing to wait for.
      signals: { iterators: !isSync },
    };
    super(manifest, options);
    // Awaiting what a sync table returns does no harm.
    this.#table = table as unknown as AsyncTable;
    this.#store = origin?.store as Store<"async"> | undefined;
    this.#versions = hasVersions ? Versions.of(table as SyncTable) : undefined;
  }

  protected async _get(key: Uint8Array, reading: Reading): Promise<Uint8Array | undefined> {
    const version = versionOf(reading);
    if (version !== undefined) return bufferOf(version.get(key));
    return bufferOf((await this.#table.lookup(key))[0]?.[1]);
  }

  protected _getSync(key: Uint8Array, reading: Reading): Uint8Array | undefined {
    const version = versionOf(reading);
    if (version !== undefined) return bufferOf(version.get(key));
    return bufferOf((this.#table as unknown as SyncTable).lookup(key)[0]?.[1]);
  }

  protected async _getMany(
    keys: Uint8Array[],
    reading: Reading,
  ): Promise<(Uint8Array | undefined)[]> {
    const version = versionOf(reading);
    if (version !== undefined) return keys.map((key) => bufferOf(version.get(key)));
    return (await this.#table.lookupMany(keys)).map(([record]) => bufferOf(record?.[1]));
  }

  protected async _has(key: Uint8Array, reading: Reading): Promise<boolean> {
    const version = versionOf(reading);
    if (version !== undefined) return version.get(key) !== undefined;
    return await this.#table.member(key);
  }

  protected async _hasMany(keys: Uint8Array[], options: Reading): Promise<boolean[]> {
    return (await this._getMany(keys, options)).map((value) => value !== undefined);
  }

  protected async _put(key: Uint8Array, value: Uint8Array, options: Writing): Promise<void> {
    this.#versions?.keepKeys([key]);
    await this.#table.insert([key, value]);
    await this.#settle(options);
  }

  protected async _del(key: Uint8Array, options: Writing): Promise<void> {
    this.#versions?.keepKeys([key]);
    await this.#table.delete(key);
    await this.#settle(options);
  }

  protected async _batch(operations: Operation[], options: Writing): Promise<void> {
    this.#versions?.keepKeys(operations.map(({ key }) => key));
    await this.#change(operations);
    await this.#settle(options);
  }

  protected async _clear(given: LevelRange & Reading): Promise<void> {
    const range = rangeOf(given);
    const version = versionOf(given);
    if (version !== undefined) {
      const { limit = Number.POSITIVE_INFINITY, ...bounds } = range;
      const keys: Uint8Array[] = [];
      for (const [key] of version.entries(bounds)) if (keys.push(key) >= limit) break;
      this.#versions?.keepKeys(keys);
      await this.#table.deleteMany(keys);
      return;
    }
    this.#versions?.keepRange(range);
    await (isWhole(range) ? this.#table.deleteAllObjects() : this.#table.deleteRange(range));
  }

  protected _iterator(options: object): AbstractIterator<AbstractLevel<Uint8Array, K, V>, K, V> {
    const given = versionOf(options);
    const own = given === undefined ? this.#versions?.open() : undefined;
    return new LevelIterator<K, V>(this, options as IteratorOptions, {
      table: this.#table,
      version: given ?? own,
      release: () => this.#release(own),
    });
  }

  protected _snapshot(options: object): AbstractSnapshot {
    if (this.#versions !== undefined) return new StoreSnapshot(this.#versions, options);
    throw Object.assign(new Error("Database does not support explicit snapshots"), {
      code: "LEVEL_NOT_SUPPORTED",
    });
  }

  #release(version: Version | undefined): void {
    if (version !== undefined) this.#versions?.close(version);
  }

  /** In their order, all or none. */
  async #change(operations: readonly Operation[]): Promise<void> {
    const table = this.#table;
    const runs = runsOf(operations);
    const [first] = runs;
    if (first !== undefined && runs.length === 1) {
      await (first.isPut ? table.insertMany(first.records) : table.deleteMany(keysOf(first)));
      return;
    }
    const batch = this.#newBatch();
    for (const run of runs) {
      if (run.isPut) batch.insertMany(table, run.records);
      else batch.deleteMany(table, keysOf(run));
    }
    await batch.commit();
  }

  #newBatch(): Batch<"async"> {
    if (this.#store !== undefined) return this.#store.batch();
    throw new StoreError(
      "STORE_NOT_SUPPORTED",
      `a batch that puts and deletes needs a table's own handle; that of ${JSON.stringify(this.#table.name)} is wrapped, or of another copy of @store/core`,
    );
  }

  async #settle({ sync }: Writing): Promise<void> {
    if (sync) await this.#table.sync();
  }
}

function versionOf({ snapshot }: Reading): Version | undefined {
  return (snapshot as StoreSnapshot | undefined)?.version;
}
