import type { RunnableConfig } from "@langchain/core/runnables";
import {
  BaseCheckpointSaver,
  type ChannelVersions,
  type Checkpoint,
  type CheckpointListOptions,
  type CheckpointMetadata,
  type CheckpointTuple,
  copyCheckpoint,
  getCheckpointId,
  type PendingWrite,
  type SerializerProtocol,
} from "@langchain/langgraph-checkpoint";
import { type Store, StoreError, type WriteOptions } from "@store/core";
import { ChannelValues } from "./channel-values.js";
import {
  type AnyStore,
  type CheckpointKey,
  type CheckpointRecord,
  type CheckpointTables,
  namespacesOf,
  openCheckpointTables,
  type ValueReference,
} from "./checkpoint-tables.js";
import { type CheckpointParts, lastOf, rangeOf, tupleOf } from "./checkpoint-tuples.js";
import { isEqual } from "./equality.js";
import { Packing } from "./packing.js";
import { PendingWrites } from "./pending-writes.js";
import type { StoreSaverOptions } from "./retention.js";
import {
  checkCount,
  checkSaverOptions,
  type Kept,
  newestOf,
  pruneThread,
  removeBefore,
} from "./retention.js";
import {
  checkpointIdOf,
  configOf,
  namespaceOf,
  threadOf,
  threadToWriteOf,
} from "./thread-config.js";

/**
 * A checkpoint saver over two tables of a domain: `checkpoints` and `checkpoint_writes`.
 *
 * Without a `serde` values stay what they are: also bigints, -0, NaN, Dates, Maps, Sets and bytes, and LangChain's own
 * objects. A function, a symbol, or an object of LangChain's that isn't serializable is `STORE_INVALID_RECORD`; objects of
 * other classes become plain ones, as in JSON. What the store throws is a `StoreError`.
 */
export class StoreSaver extends BaseCheckpointSaver {
  readonly #store: Store<"async">;
  readonly #domain: string;
  readonly #options: StoreSaverOptions;
  readonly #parts: CheckpointParts;
  #opened: CheckpointTables | undefined;

  /** @param domain whose adapter holds the checkpoints. Its tables are opened when they are needed first. */
  constructor(
    store: AnyStore,
    domain: string,
    serde?: SerializerProtocol,
    options: StoreSaverOptions = {},
  ) {
    super(serde);
    checkSaverOptions(options);
    // Awaiting what a sync store returns does no harm.
    this.#store = store as unknown as Store<"async">;
    this.#domain = domain;
    this.#options = options;
    const packing = new Packing(serde);
    this.#parts = {
      packing,
      values: new ChannelValues(packing),
      pending: new PendingWrites(this.#store, packing),
    };
  }

  /** One lookup of the checkpoint, by its id or as the last one, one of all its values, and one scan of its writes. */
  async getTuple(config: RunnableConfig): Promise<CheckpointTuple | undefined> {
    const thread = threadOf(config);
    if (thread === undefined) return undefined;
    const tables = await this.#open();
    const namespace = namespaceOf(config) ?? "";
    const id = getCheckpointId(config);
    if (id === "") {
      const last = await lastOf(tables, [thread, namespace]);
      return last && tupleOf(this.#parts, tables, last);
    }
    const [record] = await tables.checkpoints.lookup([thread, namespace, id]);
    return record && tupleOf(this.#parts, tables, record, config);
  }

  /** From the newest to the oldest of each namespace; a filter's values are compared deeply. */
  async *list(
    config: RunnableConfig,
    { before, limit = Number.POSITIVE_INFINITY, filter = {} }: CheckpointListOptions = {},
  ): AsyncGenerator<CheckpointTuple> {
    const [thread, namespace, id] = [threadOf(config), namespaceOf(config), checkpointIdOf(config)];
    const beforeId = before && checkpointIdOf(before);
    const tables = await this.#open();
    const namespaces =
      thread === undefined || namespace === undefined
        ? namespacesOf(tables, thread)
        : [[thread, namespace] as const];
    let left = limit;
    for await (const each of namespaces) {
      if (namespace !== undefined && each[1] !== namespace) continue;
      for await (const record of tables.checkpoints.records(rangeOf(each, beforeId))) {
        if (left <= 0) return;
        const [key, , , packed] = record;
        if (id !== undefined && key[2] !== id) continue;
        const metadata = (await this.#parts.packing.unpack(packed)) as Record<string, unknown>;
        if (Object.entries(filter).some(([name, value]) => !isEqual(metadata[name], value))) {
          continue;
        }
        const tuple = await tupleOf(this.#parts, tables, record);
        if (tuple === undefined) continue;
        left--;
        yield tuple;
      }
    }
  }

  /** One step of the store, together with what `keepLast` removes; before it, a lookup of the parent. */
  async put(
    config: RunnableConfig,
    given: Checkpoint,
    metadata: CheckpointMetadata,
    newVersions: ChannelVersions,
  ): Promise<RunnableConfig> {
    const [thread, namespace] = [threadToWriteOf(config), namespaceOf(config) ?? ""];
    const { channel_values, ...rest } = copyCheckpoint(given);
    const key: CheckpointKey = [thread, namespace, given.id];
    const parentId = checkpointIdOf(config) ?? null;
    const tables = await this.#open();
    const { packing, values } = this.#parts;
    const { expireAfter } = this.#options;
    const { records, references } = await values.plan({
      key,
      checkpoint: { channel_values, ...rest },
      newVersions,
      parent:
        parentId === null ? null : await this.#lastingOf(tables, [thread, namespace, parentId]),
      isWhole: expireAfter !== undefined || metadata.source === "fork",
    });
    const record: CheckpointRecord = [
      key,
      parentId,
      await packing.pack(rest),
      await packing.pack(metadata),
      references,
      expireAfter !== undefined,
    ];
    const lifetime = this.#lifetime;
    const added = [...records, record] as unknown as CheckpointRecord[];
    const kept = await this.#keptWith(tables, key, references, metadata);
    if (kept === undefined) await tables.checkpoints.insertMany(added, lifetime);
    else {
      const batch = this.#store.batch().insertMany(tables.checkpoints, added, lifetime);
      await removeBefore(batch, tables, [thread, namespace], kept);
      await batch.commit();
    }
    return configOf(key);
  }

  /** One step of the store. */
  async putWrites(
    config: RunnableConfig,
    writes: PendingWrite[],
    taskId: string,
    taskPath = "",
  ): Promise<void> {
    const id = checkpointIdOf(config);
    const thread = threadToWriteOf(config);
    if (id === undefined) {
      throw new StoreError(
        "STORE_INVALID_OPERATION",
        'writes are put to a checkpoint, and configurable has no "checkpoint_id"',
      );
    }
    const key: CheckpointKey = [thread, namespaceOf(config) ?? "", id];
    const task = { writes, task: taskId, path: taskPath };
    await this.#parts.pending.add(await this.#open(), key, task, this.#lifetime);
  }

  /** Two ranges, in one step of the store. */
  async deleteThread(threadId: string): Promise<void> {
    const { checkpoints, writes } = await this.#open();
    const range = { prefix: [threadId] } as const;
    await this.#store.batch().deleteRange(checkpoints, range).deleteRange(writes, range).commit();
  }

  /**
   * Keeps the newest checkpoints of each namespace of a thread, and removes those before with their writes, in one step.
   * A thread that uses a `DeltaChannel` keeps all.
   *
   * @param keepLast an integer >= 1
   */
  async pruneThread(threadId: string, keepLast: number): Promise<void> {
    checkCount("keepLast", keepLast);
    const tables = await this.#open();
    const last = await lastOf(tables, [threadId, ""]);
    if (last !== undefined && hasDeltas((await this.#parts.packing.unpack(last[3])) as object))
      return;
    const batch = this.#store.batch();
    await pruneThread(batch, tables, threadId, keepLast);
    await batch.commit();
  }

  /** A checkpoint whose values others may refer to. */
  async #lastingOf(
    { checkpoints }: CheckpointTables,
    key: CheckpointKey,
  ): Promise<CheckpointRecord | undefined> {
    const [record] = await checkpoints.lookup(key);
    return record?.[5] === false ? (record as CheckpointRecord) : undefined;
  }

  /** The checkpoints that `keepLast` keeps when one more is added; undefined: all. */
  async #keptWith(
    tables: CheckpointTables,
    [thread, namespace, id]: CheckpointKey,
    references: readonly ValueReference[],
    metadata: CheckpointMetadata,
  ): Promise<Kept[] | undefined> {
    const { keepLast } = this.#options;
    if (keepLast === undefined || hasDeltas(metadata)) return undefined;
    const newest = await newestOf(tables, [thread, namespace], keepLast);
    if (newest.length < keepLast) return undefined;
    const others = newest.filter((each) => each.id !== id);
    const all = [...others, { id, references }].sort((a, b) => (a.id > b.id ? -1 : 1));
    return all.slice(0, keepLast);
  }

  get #lifetime(): WriteOptions | undefined {
    const { expireAfter } = this.#options;
    return expireAfter === undefined ? undefined : { expiresAt: Date.now() + expireAfter };
  }

  async #open(): Promise<CheckpointTables> {
    this.#opened ??= await openCheckpointTables(this.#store, this.#domain);
    return this.#opened;
  }
}

/** Whether earlier checkpoints hold a part of its state. */
function hasDeltas(metadata: Partial<CheckpointMetadata>): boolean {
  const { counters_since_delta_snapshot: counters } = metadata;
  return counters !== undefined && Object.keys(counters).length > 0;
}
