import type { Store, Table } from "@store/core";
import type { Packed } from "./packing.js";

/** A namespace of a thread. */
export type NamespaceKey = readonly [thread: string, namespace: string];

export type CheckpointKey = [thread: string, namespace: string, checkpoint: string];

/** Where the value is that a channel had in a checkpoint: with the one that wrote it, this or an earlier one; or here. */
export type ValueReference = readonly [
  channel: string,
  version: string | number,
  owner: string,
  /** If it is small. */
  value?: Packed,
];

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

/** The values of a namespace lie behind its checkpoints, in one table: tuples come after texts. */
export type ValueKey = [thread: string, namespace: string, value: [owner: string, channel: string]];

export type ValueRecord = [key: ValueKey, value: Packed];

/** The index is that of the task's writes, below 0 for special ones. */
export type WriteKey = [...CheckpointKey, task: string, index: number];

export type WriteRecord = [key: WriteKey, channel: string, value: Packed, taskPath: string];

export interface CheckpointTables {
  readonly checkpoints: Table<CheckpointRecord, "async">;
  /** The same table. */
  readonly values: Table<ValueRecord, "async">;
  readonly writes: Table<WriteRecord, "async">;
}

/** A store of either mode: awaiting what a sync one returns does no harm. */
export type AnyStore = Store<"sync"> | Store<"async">;

export async function openCheckpointTables(
  store: Store<"async">,
  domain: string,
): Promise<CheckpointTables> {
  const options = { type: "ordered_set" } as const;
  const checkpoints = await store.ensureTable<CheckpointRecord>(domain, "checkpoints", options);
  return {
    checkpoints,
    values: checkpoints as unknown as Table<ValueRecord, "async">,
    writes: await store.ensureTable<WriteRecord>(domain, "checkpoint_writes", options),
  };
}

/** After the checkpoints of a namespace, and before its values. */
export function betweenOf([thread, namespace]: NamespaceKey): CheckpointKey {
  return [thread, namespace, []] as unknown as CheckpointKey;
}

/** After all of a namespace. */
export function endOf([thread, namespace]: NamespaceKey): CheckpointKey {
  return [thread, namespace, [[]]] as unknown as CheckpointKey;
}

/** The namespaces of a thread, or of all: a lookup for each. */
export async function* namespacesOf(
  { checkpoints }: CheckpointTables,
  thread: string | undefined,
): AsyncGenerator<NamespaceKey> {
  let key =
    thread === undefined
      ? await checkpoints.first()
      : await checkpoints.next([thread] as unknown as CheckpointKey);
  while (key !== undefined && (thread === undefined || key[0] === thread)) {
    const namespace: NamespaceKey = [key[0], key[1]];
    yield namespace;
    key = await checkpoints.next(endOf(namespace));
  }
}
