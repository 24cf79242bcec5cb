import type { RunnableConfig } from "@langchain/core/runnables";
import {
  type Checkpoint,
  type CheckpointMetadata,
  type CheckpointPendingWrite,
  type CheckpointTuple,
  maxChannelVersion,
  TASKS,
} from "@langchain/langgraph-checkpoint";
import { type Range, StoreError } from "@store/core";
import type { ChannelValues } from "./channel-values.js";
import {
  betweenOf,
  type CheckpointKey,
  type CheckpointRecord,
  type CheckpointTables,
  type NamespaceKey,
} from "./checkpoint-tables.js";
import type { Packing } from "./packing.js";
import type { PendingWrites } from "./pending-writes.js";
import { configOf } from "./thread-config.js";
import { setOwn } from "./values/own-property.js";

/** The oldest version of checkpoints that hold by themselves what was sent to them. */
const VERSION_WITH_SENDS = 4;

/** The last checkpoint of a namespace: one step back from its end. */
export async function lastOf(
  { checkpoints }: CheckpointTables,
  namespace: NamespaceKey,
): Promise<CheckpointRecord | undefined> {
  const found = await checkpoints.prevLookup(betweenOf(namespace));
  const record = found?.[1][0] as CheckpointRecord | undefined;
  const [thread, name] = record?.[0] ?? [];
  return thread === namespace[0] && name === namespace[1] ? record : undefined;
}

/** The checkpoints of a namespace, the newest first. */
export function rangeOf(namespace: NamespaceKey, before?: string): Range<CheckpointKey> {
  const lt = before === undefined ? betweenOf(namespace) : ([...namespace, before] as const);
  return { gt: namespace, lt, reverse: true };
}

/** What checkpoints are made of. */
export interface CheckpointParts {
  readonly packing: Packing;
  readonly values: ChannelValues;
  readonly pending: PendingWrites;
}

/**
 * What LangGraph gets of a record; undefined if it was removed meanwhile.
 *
 * @param config as it was asked for; default: that of the checkpoint
 */
export async function tupleOf(
  { packing, values, pending }: CheckpointParts,
  tables: CheckpointTables,
  record: CheckpointRecord,
  config: RunnableConfig = configOf(record[0]),
): Promise<CheckpointTuple | undefined> {
  const [key, parent, packed, packedMetadata, references] = record;
  const [thread, namespace] = key;
  const [packedValues, writes] = await Promise.all([
    values.of(tables, record),
    pending.of(tables, key),
  ]);
  if (packedValues === undefined) {
    if (!(await tables.checkpoints.member(key))) return undefined;
    const detail = `values of checkpoint ${JSON.stringify(key)} aren't there`;
    throw new StoreError("STORE_CORRUPT", detail);
  }
  const packedWrites = writes.map(([, , value]) => value);
  const unpacked = await packing.unpackAll([
    packed,
    packedMetadata,
    ...packedValues,
    ...packedWrites,
  ]);
  const [checkpoint, metadata] = unpacked as [Checkpoint, CheckpointMetadata];
  checkpoint.channel_values = {};
  for (const [index, [channel]] of references.entries()) {
    setOwn(checkpoint.channel_values, channel, unpacked[2 + index]);
  }
  const pendingWrites = writes.map(
    ([[, , , task], channel], index): CheckpointPendingWrite => [
      task,
      channel,
      unpacked[2 + references.length + index],
    ],
  );
  if (parent === null) return { config, checkpoint, metadata, pendingWrites };
  if (checkpoint.v < VERSION_WITH_SENDS) {
    addSends(checkpoint, await pending.sends(tables, [thread, namespace, parent]));
  }
  const parentConfig = configOf([thread, namespace, parent]);
  return { config, checkpoint, metadata, pendingWrites, parentConfig };
}

function addSends(checkpoint: Checkpoint, sends: unknown[]): void {
  checkpoint.channel_values[TASKS] = sends;
  const versions = Object.values(checkpoint.channel_versions);
  const version = versions.length > 0 ? maxChannelVersion(...versions) : 1;
  checkpoint.channel_versions[TASKS] = version;
}
