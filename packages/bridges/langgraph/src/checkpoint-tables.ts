import type { Key, Store, Table } from "@store/core";
import type { Packed } from "./packing.js";

/** A namespace of a thread. */
export type NamespaceKey = readonly [thread: string, namespace: string];

export type CheckpointKey = [thread: string, namespace: string, checkpoint: string];

/** Where the value is that a channel had in a checkpoint: with that checkpoint, or an earlier one that wrote it. */
export type ValueReference = readonly [channel: string, version: string | number, owner: string];

export type CheckpointRecord = [
  key: CheckpointKey,
  parent: string | null,
  /** Without the values of its channels. */
  checkpoint: Packed,
  metadata: Packed,
  values: readonly ValueReference[],
  /** Whether it was written to expire: then no other refers to its values. */
  expires: boolean,
];

export type ValueKey = [...CheckpointKey, channel: string];

export type ValueRecord = [key: ValueKey, value: Packed];

/** The index is that of the task's writes, below 0 for special ones. */
export type WriteKey = [...CheckpointKey, task: string, index: number];

export type WriteRecord = [key: WriteKey, channel: string, value: Packed, taskPath: string];

export interface CheckpointTables {
  readonly checkpoints: Table<CheckpointRecord, "async">;
  readonly values: Table<ValueRecord, "async">;
  readonly writes: Table<WriteRecord, "async">;
}

/** A store of either mode: awaiting what a sync one returns does no harm. */
export type AnyStore = Store<"sync"> | Store<"async">;

export async function openCheckpointTables(
  store: Store<"async">,
  domain: string,
): Promise<CheckpointTables> {
  const type = "ordered_set";
  return {
    checkpoints: await store.ensureTable<CheckpointRecord>(domain, "checkpoints", { type }),
    values: await store.ensureTable<ValueRecord>(domain, "checkpoint_values", { type }),
    writes: await store.ensureTable<WriteRecord>(domain, "checkpoint_writes", { type }),
  };
}

/** After every key that begins with these: tuples come after texts. */
export function afterAll(prefix: readonly Key[]): Key[] {
  return [...prefix, []];
}
