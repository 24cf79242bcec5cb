import { encodeKey } from "@store/codec";
import type { BatchOperation, Key, StoreRecord, Toolkit } from "@store/core";
import { recordOf } from "../operations/record-bytes.js";
import * as writing from "../operations/writing.js";
import type { TableNames } from "../protocol/operation.js";
import type { RedisTable } from "../tables/redis-table.js";
import { keyOf, type Sent, sentAs } from "./sent.js";

/** The operations that the script may ask about. */
export type Resolving = Extract<
  BatchOperation<"async">,
  { kind: "updateElement" | "updateCounter" | "append" }
>;

/**
 * How an operation is sent when it is known what it finds: it stores what that comes to, if it finds the same again.
 * Throws what is wrong with it.
 * @param current what is stored, or the number that `append` takes; undefined: the key isn't there
 */
export function resolved(given: Resolving, current: Buffer | undefined, toolkit: Toolkit): Sent {
  const { names } = given.table as unknown as RedisTable;
  switch (given.kind) {
    case "updateElement":
      return resolvedElement(names, given, current, toolkit);
    case "updateCounter":
      return resolvedCounter(names, given, current, toolkit);
    case "append":
      return resolvedAppend(names, given, (current as Buffer).readDoubleBE(0));
  }
}

function resolvedElement(
  names: TableNames,
  given: Extract<Resolving, { kind: "updateElement" }>,
  current: Buffer | undefined,
  { error }: Toolkit,
): Sent {
  const { key, changes, initial, initialExpiresAt, revise } = given;
  const stored = storedOf(key, current) ?? initial;
  // Nothing happens, if there is still none.
  if (stored === undefined) return sentAs(writing.swap(names, key, undefined), () => false);
  let record: StoreRecord = stored;
  for (const { position, value } of changes) {
    if (position > record.length) {
      throw error(
        "STORE_INVALID_OPERATION",
        `position ${position} isn't there: the record has ${record.length} elements`,
      );
    }
    record = record.with(position - 1, value) as unknown as StoreRecord;
  }
  const changed = revise === undefined ? record : revise(record);
  return sentAs(
    writing.swap(names, key, current, changed, initialExpiresAt),
    () => current !== undefined,
  );
}

function resolvedCounter(
  names: TableNames,
  given: Extract<Resolving, { kind: "updateCounter" }>,
  current: Buffer | undefined,
  toolkit: Toolkit,
): Sent {
  const { key, steps, initial, initialExpiresAt, revise } = given;
  let record = storedOf(key, current) ?? initial;
  if (record === undefined) {
    throw toolkit.error(
      "STORE_KEY_NOT_FOUND",
      "the key of a counter isn't in the table, and no default record was given",
    );
  }
  const values: unknown[] = [];
  for (const step of steps) {
    record = toolkit.counted(record, step);
    values.push(record[step.position - 1]);
  }
  const changed = revise === undefined ? record : revise(record);
  return sentAs(writing.swap(names, key, current, changed, initialExpiresAt), () => values);
}

function resolvedAppend(
  names: TableNames,
  { prefix, elements, expiresAt, revise }: Extract<Resolving, { kind: "append" }>,
  number: number,
): Sent {
  const key = keyOf(prefix, number);
  const given: StoreRecord = [key, ...elements];
  // Without a schema the script needs nobody to append.
  const [, ...revised] = (revise as NonNullable<typeof revise>)(given);
  return sentAs(writing.append(names, prefix, revised, expiresAt, number), () => key);
}

function storedOf(key: Key, current: Buffer | undefined): StoreRecord | undefined {
  return current && recordOf(key, encodeKey(key), current);
}
