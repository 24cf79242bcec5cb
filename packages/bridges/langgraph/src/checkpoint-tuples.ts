import type { RunnableConfig } from "@langchain/core/runnables";
import {
  type Checkpoint,
  type CheckpointMetadata,
  type CheckpointPendingWrite,
  type CheckpointTuple,
  maxChannelVersion,
  TASKS,
} from "@langchain/langgraph-checkpoint";
import { StoreError } from "@store/core";
import type { ChannelValues } from "./channel-values.js";
import type { CheckpointTables } from "./checkpoint-tables.js";
import type { Packing } from "./packing.js";
import { inOrder, type PendingWrites } from "./pending-writes.js";
import type { StoredCheckpoint } from "./stored-checkpoint.js";
import { configOf } from "./thread-config.js";
import { setOwn } from "./values/own-property.js";

/** The oldest version of checkpoints that hold by themselves what was sent to them. */
const VERSION_WITH_SENDS = 4;

/** What checkpoints are made of. */
export interface CheckpointParts {
  readonly packing: Packing;
  readonly values: ChannelValues;
  readonly pending: PendingWrites;
}

/**
 * What LangGraph gets of a checkpoint; undefined if it was removed meanwhile.
 *
 * @param config as it was asked for; default: that of the checkpoint
 */
export async function tupleOf(
  { packing, values, pending }: CheckpointParts,
  tables: CheckpointTables,
  { record, writes }: StoredCheckpoint,
  config: RunnableConfig = configOf(record[0]),
): Promise<CheckpointTuple | undefined> {
  const [key, parent, packed, packedMetadata, references] = record;
  const [thread, namespace] = key;
  const packedValues = await values.of(tables, record);
  if (packedValues === undefined) {
    if (!(await tables.checkpoints.member(key))) return undefined;
    const detail = `values of checkpoint ${JSON.stringify(key)} aren't there`;
    throw new StoreError("STORE_CORRUPT", detail);
  }
  const sorted = inOrder(writes);
  const unpacked = await packing.unpackAll([
    packed,
    packedMetadata,
    ...packedValues,
    ...sorted.map(({ value }) => value),
  ]);
  const [checkpoint, metadata] = unpacked as [Checkpoint, CheckpointMetadata];
  checkpoint.id = key[2];
  checkpoint.channel_values = {};
  for (const [index, [channel]] of references.entries()) {
    setOwn(checkpoint.channel_values, channel, unpacked[2 + index]);
  }
  const pendingWrites = sorted.map(
    ({ task, channel }, index): CheckpointPendingWrite => [
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
