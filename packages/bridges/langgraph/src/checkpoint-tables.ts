import type { Store, Table } from "@store/core";
import type { Packed } from "./packing.js";

/** A namespace of a thread. */
export type NamespaceKey = readonly [thread: string, namespace: string];

export type CheckpointKey = [thread: string, namespace: string, checkpoint: string];

/** Where the value is that a channel had in a checkpoint. */
export type ValueReference = readonly [
  channel: string,
  version: string | number,
  /** The earlier checkpoint that it is stored with; null: with this one, or here. */
  owner: string | null,
  /** If it is small. */
  value?: Packed,
];

export type CheckpointRecord = [
  key: CheckpointKey,
  parent: string | null,
  /** Without its id and the values of its channels. */
  checkpoint: Packed,
  metadata: Packed,
  values: readonly ValueReference[],
  /** Whether it was written to expire: then no other refers to its values. */
  expires: boolean,
];

/** The writes of a task lie right behind their checkpoint: a range has both. */
export type WritesKey = [...CheckpointKey, task: string];

export type WritesRecord = [key: WritesKey, taskPath: string, writes: readonly StoredWrite[]];

/** The index is that among the task's writes, below 0 for special ones. */
export type StoredWrite = readonly [index: number, channel: string, value: Packed];

/** The values of a namespace lie behind all of its checkpoints: tuples come after texts. */
export type ValueKey = [thread: string, namespace: string, value: [owner: string, channel: string]];

export type ValueRecord = [key: ValueKey, value: Packed];

/** One table, by what is looked for in it. */
export interface CheckpointTables {
  readonly checkpoints: Table<CheckpointRecord, "async">;
  readonly writes: Table<WritesRecord, "async">;
  /** A range of checkpoints is in it with their writes. */
  readonly steps: Table<CheckpointRecord | WritesRecord, "async">;
  readonly values: Table<ValueRecord, "async">;
}

/** A store of either mode: awaiting what a sync one returns does no harm. */
export type AnyStore = Store<"sync"> | Store<"async">;

export async function openCheckpointTables(
  store: Store<"async">,
  domain: string,
): Promise<CheckpointTables> {
  const table: unknown = await store.ensureTable(domain, "checkpoints", { type: "ordered_set" });
  return {
    checkpoints: table as CheckpointTables["checkpoints"],
    writes: table as CheckpointTables["writes"],
    steps: table as CheckpointTables["steps"],
    values: table as CheckpointTables["values"],
  };
}

/** After the checkpoints of a namespace and their writes, and before its values. */
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
