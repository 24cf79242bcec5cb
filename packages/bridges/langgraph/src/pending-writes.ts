import {
  compareWritesSortKeys,
  type PendingWrite,
  TASKS,
  WRITES_IDX_MAP,
  writesSortKey,
} from "@langchain/langgraph-checkpoint";
import type { WriteOptions } from "@store/core";
import type {
  CheckpointKey,
  CheckpointTables,
  StoredWrite,
  WritesKey,
  WritesRecord,
} from "./checkpoint-tables.js";
import type { Packed, Packing } from "./packing.js";
import { allOf } from "./stored-checkpoint.js";

/** The writes of a task. */
export interface TaskWrites {
  readonly writes: readonly PendingWrite[];
  readonly task: string;
  readonly path: string;
}

/** What tasks have written that is to go into the next checkpoint. */
export class PendingWrites {
  readonly #packing: Packing;

  constructor(packing: Packing) {
    this.#packing = packing;
  }

  /** Special writes replace those that are there, others leave them: all in one step. */
  async add(
    { writes: table }: CheckpointTables,
    checkpoint: CheckpointKey,
    { writes, task, path }: TaskWrites,
    options: WriteOptions | undefined,
  ): Promise<void> {
    const given = new Map<number, StoredWrite>();
    for (const [position, [channel, value]] of writes.entries()) {
      const index = WRITES_IDX_MAP[channel] ?? position;
      given.set(index, [index, channel, await this.#packing.pack(value)]);
    }
    const key: WritesKey = [...checkpoint, task];
    for (;;) {
      if (await table.insertNew([key, path, [...given.values()]], options)) return;
      const [found] = await table.lookup(key);
      if (found === undefined) continue;
      const merged = merge(found as WritesRecord, given);
      if (await table.replace(found, [key, path, merged], options)) return;
    }
  }

  /** What tasks sent to others. */
  async sends({ writes: table }: CheckpointTables, checkpoint: CheckpointKey): Promise<unknown[]> {
    const range = { prefix: checkpoint, gt: checkpoint };
    const writes = inOrder((await allOf(table.records(range))) as WritesRecord[]);
    const sent = writes.filter(({ channel }) => channel === TASKS);
    return this.#packing.unpackAll(sent.map(({ value }) => value));
  }
}

function merge([, , found]: WritesRecord, given: ReadonlyMap<number, StoredWrite>): StoredWrite[] {
  const merged = new Map(found.map((write) => [write[0], write]));
  for (const [index, write] of given) if (index < 0 || !merged.has(index)) merged.set(index, write);
  return [...merged.values()];
}

/** A write, and what its place among others depends on. */
interface PlacedWrite {
  readonly task: string;
  readonly channel: string;
  readonly value: Packed;
  readonly sortKey: ReturnType<typeof writesSortKey>;
}

/** In the order in which LangGraph applies them. */
export function inOrder(records: readonly WritesRecord[]): PlacedWrite[] {
  const placed: PlacedWrite[] = [];
  for (const [[, , , task], path, writes] of records) {
    for (const [index, channel, value] of writes) {
      placed.push({ task, channel, value, sortKey: writesSortKey(path, task, index) });
    }
  }
  return placed.sort((a, b) => compareWritesSortKeys(a.sortKey, b.sortKey));
}
