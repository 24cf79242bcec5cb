import type { ChannelVersions, Checkpoint } from "@langchain/langgraph-checkpoint";
import type { ReadRecord } from "@store/core";
import type {
  CheckpointKey,
  CheckpointRecord,
  CheckpointTables,
  ValueKey,
  ValueRecord,
  ValueReference,
} from "./checkpoint-tables.js";
import type { Packed, Packing } from "./packing.js";
import { isSmall } from "./small-values.js";

/** A checkpoint that is about to be put. */
export interface NewCheckpoint {
  readonly key: CheckpointKey;
  readonly checkpoint: Checkpoint;
  readonly newVersions: ChannelVersions;
  /** Whose values it may refer to; null: there is none, undefined: none that is stored for good. */
  readonly parent: CheckpointRecord | null | undefined;
  /** Whether it has to hold all of its values by itself. */
  readonly isWhole: boolean;
}

/** The values of a checkpoint's channels: what has changed is stored with it, the rest is where an ancestor stored it. */
export class ChannelValues {
  readonly #packing: Packing;

  constructor(packing: Packing) {
    this.#packing = packing;
  }

  async plan(
    given: NewCheckpoint,
  ): Promise<{ records: ValueRecord[]; references: ValueReference[] }> {
    const { key, checkpoint } = given;
    const records: ValueRecord[] = [];
    const references: ValueReference[] = [];
    for (const [channel, value] of Object.entries(checkpoint.channel_values)) {
      const version = checkpoint.channel_versions[channel] ?? 0;
      const found = given.parent?.[4].find(
        ([name, theirs]) => name === channel && theirs === version,
      );
      const isNew = Object.hasOwn(given.newVersions, channel);
      if (!isNew && !given.isWhole && found !== undefined) {
        references.push(inherited(found, given.parent as CheckpointRecord));
      }
      // Without a parent, only what is new counts: that is LangGraph's contract.
      else if (isNew || given.isWhole || given.parent !== null) {
        const [thread, namespace, id] = key;
        const packed = await this.#packing.pack(value);
        if (isSmall(packed)) references.push([channel, version, null, packed]);
        else {
          records.push([[thread, namespace, [id, channel]], packed]);
          references.push([channel, version, null]);
        }
      }
    }
    return { records, references };
  }

  /** In the order of the references; undefined if one of them isn't there. */
  of(
    { values }: CheckpointTables,
    [[thread, namespace, id], , , , references]: CheckpointRecord,
  ): readonly Packed[] | Promise<readonly Packed[] | undefined> {
    const small: Packed[] = [];
    const keys: ValueKey[] = [];
    for (const [channel, , owner, value] of references) {
      if (value === undefined) keys.push([thread, namespace, [owner ?? id, channel]]);
      else small.push(value);
    }
    return keys.length === 0 ? small : withLarge(references, values.lookupMany(keys));
  }
}

async function withLarge(
  references: readonly ValueReference[],
  lookup: Promise<readonly (readonly ReadRecord<ValueRecord>[])[]>,
): Promise<readonly Packed[] | undefined> {
  const found = (await lookup).flat().values();
  const all: Packed[] = [];
  for (const [, , , small] of references) {
    const packed = small ?? found.next().value?.[1];
    if (packed === undefined) return undefined;
    all.push(packed as Packed);
  }
  return all;
}

/** The reference of a child to what its parent refers to. */
function inherited(reference: ValueReference, [[, , parent]]: CheckpointRecord): ValueReference {
  const [channel, version, owner, value] = reference;
  return value === undefined ? [channel, version, owner ?? parent] : reference;
}
