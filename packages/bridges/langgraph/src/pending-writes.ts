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
import { allOf } from "./stored-checkpoint.js";

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
  async sends({ writes: table }: CheckpointTables, checkpoint: CheckpointKey): Promise<unknown[]> {
    const range = { prefix: checkpoint, gt: checkpoint };
    const records = inOrder((await allOf(table.records(range))) as WriteRecord[]);
    const sent = records.filter(([, channel]) => channel === TASKS);
    return this.#packing.unpackAll(sent.map(([, , packed]) => packed));
  }
}

/** In the order in which LangGraph applies them. */
export function inOrder(writes: readonly WriteRecord[]): WriteRecord[] {
  return [...writes].sort((a, b) => compareWritesSortKeys(sortKeyOf(a), sortKeyOf(b)));
}

function sortKeyOf([[, , , task, index], , , path]: WriteRecord): ReturnType<typeof writesSortKey> {
  return writesSortKey(path, task, index);
}
