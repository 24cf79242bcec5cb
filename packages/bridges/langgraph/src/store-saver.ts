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
import { type CheckpointParts, tupleOf } from "./checkpoint-tuples.js";
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
import { lastOf, rangeOf, storedIn, storedOf } from "./stored-checkpoint.js";
import {
  checkpointIdOf,
  configOf,
  namespaceOf,
  threadOf,
  threadToWriteOf,
} from "./thread-config.js";

/**
 * A checkpoint saver over a table of a domain, `checkpoints`.
 *
 * Without a `serde` values stay what they are: also bigints, -0, NaN, Dates, Maps, Sets and bytes, and LangChain's own
 * objects. A function, a symbol, or an object of LangChain's that isn't serializable is `STORE_INVALID_RECORD`; objects of
 * other classes become plain ones, as in JSON. What the store throws is a `StoreError`.
 */
export class StoreSaver extends BaseCheckpointSaver {
  readonly #store: Store<"async">;
  readonly #domain: string;
  readonly #options: StoreSaverOptions;
  readonly #serde: SerializerProtocol | undefined;
  #opened: Opened | undefined;

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
    this.#serde = serde;
  }

  /** One range has the checkpoint, by its id or as the last one, and its writes; one lookup all values that aren't small. */
  async getTuple(config: RunnableConfig): Promise<CheckpointTuple | undefined> {
    const thread = threadOf(config);
    if (thread === undefined) return undefined;
    const { tables, parts } = await this.#open();
    const namespace = namespaceOf(config) ?? "";
    const id = getCheckpointId(config);
    if (id === "") {
      const last = await lastOf(tables, [thread, namespace]);
      return last && tupleOf(parts, tables, last);
    }
    const stored = await storedOf(tables, [thread, namespace, id]);
    return stored && tupleOf(parts, tables, stored, config);
  }

  /** From the newest to the oldest of each namespace; a filter's values are compared deeply. */
  async *list(
    config: RunnableConfig,
    { before, limit = Number.POSITIVE_INFINITY, filter = {} }: CheckpointListOptions = {},
  ): AsyncGenerator<CheckpointTuple> {
    const [thread, namespace, id] = [threadOf(config), namespaceOf(config), checkpointIdOf(config)];
    const beforeId = before && checkpointIdOf(before);
    const { tables, parts } = await this.#open();
    const namespaces =
      thread === undefined || namespace === undefined
        ? namespacesOf(tables, thread)
        : [[thread, namespace] as const];
    let left = limit;
    for await (const each of namespaces) {
      if (namespace !== undefined && each[1] !== namespace) continue;
      for await (const stored of storedIn(tables, rangeOf(each, beforeId))) {
        if (left <= 0) return;
        const [key, , , packed] = stored.record;
        if (id !== undefined && key[2] !== id) continue;
        const metadata = (await parts.packing.unpack(packed)) as Record<string, unknown>;
        if (Object.entries(filter).some(([name, value]) => !isEqual(metadata[name], value))) {
          continue;
        }
        const tuple = await tupleOf(parts, tables, stored);
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
    const { channel_values, id, ...rest } = copyCheckpoint(given);
    const key: CheckpointKey = [thread, namespace, id];
    const parentId = checkpointIdOf(config) ?? null;
    const { tables, parts } = await this.#open();
    const { packing, values } = parts;
    const { expireAfter } = this.#options;
    const { records, references } = await values.plan({
      key,
      checkpoint: { channel_values, id, ...rest },
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
    const { tables, parts } = await this.#open();
    await parts.pending.add(tables, key, task, this.#lifetime);
  }

  /** A range, in one step of the store. */
  async deleteThread(threadId: string): Promise<void> {
    const { tables } = await this.#open();
    await tables.checkpoints.deleteRange({ prefix: [threadId] });
  }

  /**
   * Keeps the newest checkpoints of each namespace of a thread, and removes those before with their writes, in one step.
   * A thread that uses a `DeltaChannel` keeps all.
   *
   * @param keepLast an integer >= 1
   */
  async pruneThread(threadId: string, keepLast: number): Promise<void> {
    checkCount("keepLast", keepLast);
    const { tables, parts } = await this.#open();
    const last = await lastOf(tables, [threadId, ""]);
    const metadata = last && (await parts.packing.unpack(last.record[3]));
    if (metadata !== undefined && hasDeltas(metadata as object)) return;
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

  async #open(): Promise<Opened> {
    this.#opened ??= await this.#openTables();
    return this.#opened;
  }

  async #openTables(): Promise<Opened> {
    const tables = await openCheckpointTables(this.#store, this.#domain);
    const { capabilities } = await this.#store.adapterModule(this.#domain);
    const packing = new Packing(this.#serde, capabilities.serializes);
    const values = new ChannelValues(packing);
    return { tables, parts: { packing, values, pending: new PendingWrites(packing) } };
  }
}

/** What there is once the tables are open. */
interface Opened {
  readonly tables: CheckpointTables;
  readonly parts: CheckpointParts;
}

/** Whether earlier checkpoints hold a part of its state. */
function hasDeltas(metadata: Partial<CheckpointMetadata>): boolean {
  const { counters_since_delta_snapshot: counters } = metadata;
  return counters !== undefined && Object.keys(counters).length > 0;
}
