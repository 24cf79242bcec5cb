import type { RunnableConfig } from "@langchain/core/runnables";
import { StoreError } from "@store/core";
import type { CheckpointKey } from "./checkpoint-tables.js";

export function threadOf(config: RunnableConfig): string | undefined {
  return textOf(config, "thread_id");
}

export function namespaceOf(config: RunnableConfig): string | undefined {
  return textOf(config, "checkpoint_ns");
}

/** undefined for an empty one as well. */
export function checkpointIdOf(config: RunnableConfig): string | undefined {
  return textOf(config, "checkpoint_id") || undefined;
}

/** The thread, which what is put has to have. */
export function threadToWriteOf(config: RunnableConfig): string {
  const thread = threadOf(config);
  if (thread !== undefined) return thread;
  throw new StoreError(
    "STORE_INVALID_OPERATION",
    'a checkpoint and its writes are put to a thread, and configurable has no "thread_id": invoke the graph with { configurable: { thread_id: "…" } }',
  );
}

export function configOf([thread_id, checkpoint_ns, checkpoint_id]: CheckpointKey): RunnableConfig {
  return { configurable: { thread_id, checkpoint_ns, checkpoint_id } };
}

function textOf({ configurable }: RunnableConfig, name: string): string | undefined {
  const given: unknown = configurable?.[name];
  if (given === undefined || given === null) return undefined;
  if (typeof given === "string") return given;
  throw new StoreError(
    "STORE_INVALID_OPERATION",
    `configurable.${name} must be a string; got ${typeof given}`,
  );
}
