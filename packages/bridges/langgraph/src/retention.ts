import { type Batch, type Range, StoreError } from "@store/core";
import {
  betweenOf,
  type CheckpointTables,
  endOf,
  type NamespaceKey,
  namespacesOf,
  type ValueKey,
  type ValueReference,
} from "./checkpoint-tables.js";
import { rangeOf, storedIn } from "./stored-checkpoint.js";

/** What a saver forgets by itself. Default: nothing. */
export interface StoreSaverOptions {
  /**
   * How many of the newest checkpoints stay of each namespace of a thread, at least 1: each `put` removes those before,
   * with their writes. Threads that use a `DeltaChannel` keep all: it is made of what earlier checkpoints hold.
   */
  readonly keepLast?: number | undefined;
  /**
   * How long a checkpoint or a write lives after it was stored, in ms. Each checkpoint then holds the values of all of its
   * channels, also of those that haven't changed.
   */
  readonly expireAfter?: number | undefined;
}

export function checkSaverOptions({ keepLast, expireAfter }: StoreSaverOptions): void {
  if (keepLast !== undefined) checkCount("keepLast", keepLast);
  if (expireAfter === undefined || (Number.isFinite(expireAfter) && expireAfter > 0)) return;
  const detail = `expireAfter must be a number of ms above 0; got ${String(expireAfter)}`;
  throw new StoreError("STORE_INVALID_OPTIONS", detail);
}

export function checkCount(name: string, count: number): void {
  if (Number.isSafeInteger(count) && count >= 1) return;
  const detail = `${name} must be an integer >= 1; got ${String(count)}`;
  throw new StoreError("STORE_INVALID_OPTIONS", detail);
}

/** A checkpoint that stays. */
export interface Kept {
  readonly id: string;
  readonly references: readonly ValueReference[];
}

/** The newest checkpoints of a namespace, the newest first. */
export async function newestOf(
  tables: CheckpointTables,
  namespace: NamespaceKey,
  count: number,
): Promise<Kept[]> {
  const kept: Kept[] = [];
  for await (const { record } of storedIn(tables, rangeOf(namespace))) {
    const [[, , id], , , , references] = record;
    if (kept.push({ id, references }) === count) break;
  }
  return kept;
}

/** Adds to a batch what removes all of a namespace before the oldest of those that are kept. */
export async function removeBefore(
  batch: Batch<"async">,
  tables: CheckpointTables,
  [thread, namespace]: NamespaceKey,
  kept: readonly Kept[],
): Promise<void> {
  const oldest = kept.reduce<string | undefined>(
    (least, { id }) => (least === undefined || id < least ? id : least),
    undefined,
  );
  const { checkpoints, values } = tables;
  const gte = [thread, namespace] as const;
  const lt = oldest === undefined ? betweenOf(gte) : ([...gte, oldest] as const);
  const used = new Set(
    kept.flatMap(({ id, references }) =>
      references.map(([name, , owner]) => `${owner ?? id}/${name}`),
    ),
  );
  const unused: ValueKey[] = [];
  const oldValues = oldest === undefined ? endOf(gte) : [...gte, [oldest]];
  const range = { gt: betweenOf(gte), lt: oldValues } as unknown as Range<ValueKey>;
  for await (const key of values.keys(range)) if (!used.has(key[2].join("/"))) unused.push(key);
  batch.deleteRange(checkpoints, { gte, lt }).deleteMany(values, unused);
}

/**
 * Keeps the newest checkpoints of each namespace of a thread. A namespace of one task (`node:task`) goes with the last of
 * the thread's own checkpoints that it belonged to.
 */
export async function pruneThread(
  batch: Batch<"async">,
  tables: CheckpointTables,
  thread: string,
  count: number,
): Promise<void> {
  const own = await newestOf(tables, [thread, ""], count);
  const oldest = own.length < count ? undefined : own.at(-1)?.id;
  for await (const namespace of namespacesOf(tables, thread)) {
    const newest = await newestOf(tables, namespace, count);
    const isOfTask = oldest !== undefined && namespace[1].includes(":");
    const kept = isOfTask ? newest.filter(({ id }) => id > oldest) : newest;
    if (kept.length === count || isOfTask) {
      await removeBefore(batch, tables, namespace, kept);
    }
  }
}
