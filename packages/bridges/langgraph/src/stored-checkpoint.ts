import type { Range } from "@store/core";
import {
  betweenOf,
  type CheckpointKey,
  type CheckpointRecord,
  type CheckpointTables,
  type NamespaceKey,
  type WritesRecord,
} from "./checkpoint-tables.js";

/** A checkpoint, with what tasks have written that is to go into the next one. */
export interface StoredCheckpoint {
  readonly record: CheckpointRecord;
  readonly writes: readonly WritesRecord[];
}

type Step = CheckpointRecord | WritesRecord;

/** Most threads rest at a checkpoint without writes, or with those of few tasks: a server needn't send more. */
const FEW = 8;

/** One range. */
export async function storedOf(
  { steps }: CheckpointTables,
  key: CheckpointKey,
): Promise<StoredCheckpoint | undefined> {
  const [first, ...rest] = (await allOf(steps.records({ prefix: key }))) as Step[];
  if (first === undefined || !isCheckpoint(first)) return undefined;
  return { record: first, writes: rest as WritesRecord[] };
}

/** The last checkpoint of a namespace: one range, or two if many tasks wrote to it. */
export async function lastOf(
  tables: CheckpointTables,
  namespace: NamespaceKey,
): Promise<StoredCheckpoint | undefined> {
  const few = tables.steps.records({
    gt: namespace,
    lt: betweenOf(namespace),
    reverse: true,
    limit: FEW,
  });
  const { checkpoint, seen } = await firstOf(few as AsyncIterable<Step>);
  if (checkpoint !== undefined || seen < FEW) return checkpoint;
  for await (const found of storedIn(tables, rangeOf(namespace))) return found;
  return undefined;
}

/** The checkpoints in a range from the newest to the oldest. */
export async function* storedIn(
  { steps }: CheckpointTables,
  range: Range<CheckpointKey>,
): AsyncGenerator<StoredCheckpoint> {
  const grouping = new Grouping();
  for await (const step of steps.records(range)) {
    const checkpoint = grouping.add(step as Step);
    if (checkpoint !== undefined) yield checkpoint;
  }
}

/** The checkpoints of a namespace and their writes, the newest first. */
export function rangeOf(namespace: NamespaceKey, before?: string): Range<CheckpointKey> {
  const lt = before === undefined ? betweenOf(namespace) : ([...namespace, before] as const);
  return { gt: namespace, lt, reverse: true };
}

/** What an iterator of a store of either mode comes by: that of a sync one at once, without a turn for each. */
export function allOf<T>(found: AsyncIterable<T>): T[] | Promise<T[]> {
  return isSync(found) ? [...found] : collect(found);
}

async function collect<T>(found: AsyncIterable<T>): Promise<T[]> {
  const all: T[] = [];
  for await (const each of found) all.push(each);
  return all;
}

/** Puts checkpoints together with their writes, which come before them where the newest comes first. */
class Grouping {
  seen = 0;
  #writes: WritesRecord[] = [];

  /** The checkpoint that a record completes, if it does. Writes of none are passed over. */
  add(step: Step): StoredCheckpoint | undefined {
    this.seen++;
    if (!isCheckpoint(step)) {
      this.#writes.push(step);
      return undefined;
    }
    const [[, , id]] = step;
    const writes = this.#writes.filter(([key]) => key[2] === id);
    this.#writes = [];
    return { record: step, writes };
  }
}

/** The first checkpoint, and how many records were seen. */
interface First {
  readonly checkpoint: StoredCheckpoint | undefined;
  readonly seen: number;
}

function firstOf(found: AsyncIterable<Step>): First | Promise<First> {
  if (!isSync(found)) return firstLater(found);
  const grouping = new Grouping();
  for (const step of found) {
    const checkpoint = grouping.add(step);
    if (checkpoint !== undefined) return { checkpoint, seen: grouping.seen };
  }
  return { checkpoint: undefined, seen: grouping.seen };
}

async function firstLater(found: AsyncIterable<Step>): Promise<First> {
  const grouping = new Grouping();
  for await (const step of found) {
    const checkpoint = grouping.add(step);
    if (checkpoint !== undefined) return { checkpoint, seen: grouping.seen };
  }
  return { checkpoint: undefined, seen: grouping.seen };
}

/** Tables of a sync store are typed as those of an async one. */
function isSync<T>(found: AsyncIterable<T>): found is AsyncIterable<T> & Iterable<T> {
  return !(Symbol.asyncIterator in found);
}

function isCheckpoint(step: Step): step is CheckpointRecord {
  return step[0].length === 3;
}
