import { decodeKey, encodeKey } from "@store/codec";
import type { Key, KeyRecords, TableType } from "@store/core";
import { beside, besideKeyOfBag, FROM_START, TO_END } from "../operations/bounds.js";
import { step, type Walk } from "../operations/reading.js";
import { recordOf } from "../operations/record-bytes.js";
import type { Dispatcher } from "../protocol/dispatcher.js";
import type { TableNames } from "../protocol/operation.js";

const NO_ANCHOR = Buffer.alloc(0);

/** A walk from the first key, or the last. */
export function walkFromEnd(reverse: boolean): Walk {
  return { bound: reverse ? TO_END : FROM_START, anchor: NO_ANCHOR, reverse };
}

/** A walk from the neighbour of a key, which has to be there where there is no order. */
export function walkFrom(type: TableType, key: Key, reverse: boolean): Walk {
  const bytes = encodeKey(key);
  const isBag = type === "bag" || type === "duplicate_bag";
  return {
    bound: isBag && !reverse ? besideKeyOfBag(bytes) : beside(bytes),
    anchor: type === "ordered_set" ? NO_ANCHOR : bytes,
    reverse,
  };
}

/** The first key of a walk, with its records if they are wanted. Over many expired ones it takes several steps. */
export async function walking(
  dispatcher: Dispatcher,
  table: TableNames,
  start: Walk,
  withRecords: boolean,
): Promise<KeyRecords | undefined> {
  let walk = start;
  for (;;) {
    const found = await dispatcher.send(step(table, walk, withRecords));
    if (found === undefined) return undefined;
    if ("key" in found) {
      const key = decodeKey(found.key);
      return [key, found.values.map((value) => recordOf(key, found.key, value))];
    }
    walk = { bound: found.bound, anchor: NO_ANCHOR, reverse: start.reverse };
  }
}
