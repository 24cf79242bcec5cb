import {
  compareWritesSortKeys,
  type PendingWrite,
  TASKS,
  WRITES_IDX_MAP,
  writesSortKey,
} from "@langchain/langgraph-checkpoint";
import type { Store, WriteOptions } from "@store/core";
import type { CheckpointKey, CheckpointTables, WriteRecord } from "./checkpoint-tables.js";
import type { Packing } from "./packing.js";

/** The writes of a task. */
export interface TaskWrites {
  readonly writes: readonly PendingWrite[];
  readonly task: string;
  readonly path: string;
}

/** What tasks have written that is to go into the next checkpoint. */
export class PendingWrites {
  readonly #store: Store<"async">;
  readonly #packing: Packing;

  constructor(store: Store<"async">, packing: Packing) {
    this.#store = store;
    this.#packing = packing;
  }

  /** Special writes replace those that are there, others leave them: all in one step. */
  async add(
    { writes: table }: CheckpointTables,
    checkpoint: CheckpointKey,
    { writes, task, path }: TaskWrites,
    options: WriteOptions | undefined,
  ): Promise<void> {
    const special: WriteRecord[] = [];
    let added: WriteRecord[] = [];
    for (const [position, [channel, value]] of writes.entries()) {
      const index = WRITES_IDX_MAP[channel] ?? position;
      const packed = await this.#packing.pack(value);
      const record: WriteRecord = [[...checkpoint, task, index], channel, packed, path];
      (index < 0 ? special : added).push(record);
    }
    if (added.length === 0) return table.insertMany(special, options);
    for (;;) {
      const isDone =
        special.length === 0
          ? await table.insertNewMany(added, options)
          : await this.#store
              .batch()
              .insertNewMany(table, added, options)
              .insertMany(table, special, options)
              .commit();
      if (isDone) return;
      const found = await table.lookupMany(added.map(([key]) => key));
      added = added.filter((_, position) => found[position]?.length === 0);
    }
  }

  /** What tasks sent to others. */
  async sends(tables: CheckpointTables, checkpoint: CheckpointKey): Promise<unknown[]> {
    const records = await this.of(tables, checkpoint);
    const sent = records.filter(([, channel]) => channel === TASKS);
    return this.#packing.unpackAll(sent.map(([, , packed]) => packed));
  }

  /** In the order in which LangGraph applies them. */
  async of({ writes: table }: CheckpointTables, checkpoint: CheckpointKey): Promise<WriteRecord[]> {
    const keyed: { record: WriteRecord; sortKey: ReturnType<typeof writesSortKey> }[] = [];
    for await (const record of table.records({ prefix: checkpoint })) {
      const [[, , , task, index], , , path] = record;
      keyed.push({ record: record as WriteRecord, sortKey: writesSortKey(path, task, index) });
    }
    keyed.sort((a, b) => compareWritesSortKeys(a.sortKey, b.sortKey));
    return keyed.map(({ record }) => record);
  }
}
