import type { Key, KeyRecords, Moments, StoreRecord, TableUsage } from "@store/core";
import type { FrameWriter } from "../protocol/frame-writer.js";
import { Kind } from "../protocol/kinds.js";
import { readPattern } from "../protocol/patterns.js";
import type { PayloadReader } from "../protocol/payload-reader.js";
import { readLimit, readRange } from "../protocol/ranges.js";
import {
  type Handler,
  type Handlers,
  nothing,
  onTable,
  writeBoolean,
  writeNothing,
  writeNumber,
} from "./handler.js";
import { mapped } from "./results.js";

const readKey = (input: PayloadReader) => input.key();

const writeKey = (output: FrameWriter, key: Key | undefined) => output.optionalKey(key);
const writeElements = (output: FrameWriter, records: StoreRecord[]) => output.elements(records);
const writeRecords = (output: FrameWriter, records: readonly StoreRecord[]) =>
  output.records(records);

function writeEntry(output: FrameWriter, entry: KeyRecords | undefined): void {
  output.optionalKey(entry?.[0]);
  if (entry !== undefined) output.elements(entry[1]);
}

function writeMoments(output: FrameWriter, moments: Moments): void {
  output.uint32(moments.length);
  for (const moment of moments) output.moment(moment);
}

function writeUsage(output: FrameWriter, usage: TableUsage | undefined): void {
  output.record([null, usage?.memoryBytes, usage?.diskBytes, usage?.details]);
}

/** The requests that read a table, but for scans. */
export const READING: Handlers = new Map<number, Handler<never>>([
  [Kind.LOOKUP, onTable(readKey, ({ methods }, key) => methods.lookup(key), writeElements)],
  [
    Kind.LOOKUP_MANY,
    onTable(
      (input) => input.keys(),
      ({ methods }, keys) => methods.lookupMany(keys),
      (output, found) => {
        for (const records of found) output.elements(records);
      },
    ),
  ],
  [Kind.MEMBER, onTable(readKey, ({ methods }, key) => methods.member(key), writeBoolean)],
  [Kind.SIZE, onTable(nothing, ({ methods }) => methods.size(), writeNumber)],
  [Kind.FIRST, onTable(nothing, ({ methods }) => methods.first(), writeKey)],
  [Kind.LAST, onTable(nothing, ({ methods }) => methods.last(), writeKey)],
  [Kind.NEXT, onTable(readKey, ({ methods }, key) => methods.next(key), writeKey)],
  [Kind.PREV, onTable(readKey, ({ methods }, key) => methods.prev(key), writeKey)],
  [Kind.FIRST_LOOKUP, onTable(nothing, ({ methods }) => methods.firstLookup(), writeEntry)],
  [Kind.LAST_LOOKUP, onTable(nothing, ({ methods }) => methods.lastLookup(), writeEntry)],
  [Kind.NEXT_LOOKUP, onTable(readKey, ({ methods }, key) => methods.nextLookup(key), writeEntry)],
  [Kind.PREV_LOOKUP, onTable(readKey, ({ methods }, key) => methods.prevLookup(key), writeEntry)],
  [Kind.COUNT, onTable(readRange, ({ methods }, range) => methods.count(range), writeNumber)],
  [
    Kind.MATCH,
    onTable(
      (input) => ({ limit: readLimit(input), pattern: readPattern(input) }),
      ({ handle }, { limit, pattern }) =>
        handle.matchObject(
          pattern as never,
          limit === Number.POSITIVE_INFINITY ? undefined : { limit },
        ) as StoreRecord[] | Promise<StoreRecord[]>,
      writeRecords,
    ),
  ],
  [
    Kind.EXPIRES_AT,
    onTable(readKey, ({ methods }, key) => methods.expiresAt?.(key) ?? [], writeMoments),
  ],
  [
    Kind.SYNC,
    onTable(
      nothing,
      ({ methods }) => mapped(methods.settled(), () => methods.sync()),
      writeNothing,
    ),
  ],
  [Kind.FLUSH_COUNTERS, onTable(nothing, ({ methods }) => methods.flushCounters(), writeNothing)],
  [Kind.USAGE, onTable(nothing, ({ methods }) => methods.usage(), writeUsage)],
] as Iterable<[number, Handler<never>]>);
