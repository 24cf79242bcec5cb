import {
  type CounterStep,
  type Integer,
  type Key,
  type Moments,
  type StoreRecord,
  toolkit,
} from "@store/core";
import { readPrefix } from "../protocol/batch-operations.js";
import { readStep } from "../protocol/counter-steps.js";
import type { FrameWriter } from "../protocol/frame-writer.js";
import { Kind } from "../protocol/kinds.js";
import { Malformed } from "../protocol/malformed.js";
import { readPattern } from "../protocol/patterns.js";
import type { PayloadReader } from "../protocol/payload-reader.js";
import { readRange } from "../protocol/ranges.js";
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
import type { ServedTable } from "./served-store.js";

/** How often a counter begins anew because its key came and went meanwhile. */
const TRIES = 1_000;

const readKey = (input: PayloadReader) => input.key();

function readOne(input: PayloadReader) {
  return { record: input.record(), moment: input.moment() };
}

function readMany(input: PayloadReader) {
  const records = input.records();
  if (records.length === 0) throw new Malformed("no records to insert");
  return { records, moments: input.moments(records.length) };
}

/** The requests that write a table, but for batches. */
export const WRITING: Handlers = new Map<number, Handler<never>>([
  [
    Kind.INSERT,
    onTable(
      readOne,
      (table, { record, moment }) => {
        checkMoments(table, moment === undefined ? undefined : [moment]);
        const owned = table.own(record);
        return moment === undefined
          ? table.methods.insert(owned)
          : table.methods.insert(owned, moment);
      },
      writeNothing,
    ),
  ],
  [
    Kind.INSERT_MANY,
    onTable(
      readMany,
      (table, { records, moments }) => {
        checkMoments(table, moments);
        return table.methods.insertMany(records.map(table.own), moments);
      },
      writeNothing,
    ),
  ],
  [
    Kind.INSERT_NEW,
    onTable(
      readMany,
      (table, { records, moments }) => {
        checkMoments(table, moments);
        return table.methods.insertNew(records.map(table.own), moments);
      },
      writeBoolean,
    ),
  ],
  [
    Kind.TAKE,
    onTable(
      readKey,
      ({ methods }, key) => methods.take(key),
      (output: FrameWriter, records: StoreRecord[]) => output.elements(records),
    ),
  ],
  [Kind.DELETE, onTable(readKey, ({ methods }, key) => methods.delete(key), writeNothing)],
  [
    Kind.DELETE_MANY,
    onTable(
      (input) => input.keys(),
      ({ methods }, keys) => methods.deleteMany(keys),
      writeNumber,
    ),
  ],
  [
    Kind.DELETE_OBJECTS,
    onTable(
      (input) => input.records(),
      ({ methods, copy }, records) => methods.deleteObjects(records.map(copy)),
      writeNumber,
    ),
  ],
  [Kind.DELETE_ALL, onTable(nothing, ({ methods }) => methods.deleteAllObjects(), writeNothing)],
  [
    Kind.SWAP,
    onTable(
      (input) => ({ expected: input.record(), record: input.record() }),
      (table, { expected, record }) => swap(table, expected, record),
      writeSwapped,
    ),
  ],
  [
    Kind.REPLACE,
    onTable(
      (input) => ({ expected: input.record(), ...readOne(input) }),
      (table, { expected, record, moment }) => {
        checkMoments(table, moment === undefined ? undefined : [moment]);
        return table.methods.replace(table.copy(expected), table.own(record), moment);
      },
      writeBoolean,
    ),
  ],
  [
    Kind.COUNTER,
    onTable(
      (input) => ({
        key: input.key(),
        step: readStep(input),
        initial: input.optionalRecord(),
        moment: input.moment(),
      }),
      count,
      (output: FrameWriter, value: Integer | undefined) => output.optionalKey(value),
    ),
  ],
  [
    Kind.APPEND,
    onTable(
      (input) => {
        const prefix = readPrefix(input);
        const [, ...elements] = input.record();
        return { prefix, elements, expiresAt: input.moment() };
      },
      (table, { prefix, elements, expiresAt }) => {
        checkMoments(table, expiresAt === undefined ? undefined : [expiresAt]);
        const [, ...owned] = table.copy([null, ...elements]);
        return table.methods.append({ prefix, elements: owned, expiresAt, revise: table.revise });
      },
      (output: FrameWriter, key: Key) => output.key(key),
    ),
  ],
  [
    Kind.DELETE_RANGE,
    onTable(readRange, ({ methods }, range) => methods.deleteRange(range), writeNumber),
  ],
  [
    Kind.MATCH_DELETE,
    onTable(
      readPattern,
      ({ handle }, pattern) => handle.matchDelete(pattern as never),
      writeNumber,
    ),
  ],
  [
    Kind.EXPIRE,
    onTable(
      (input) => ({ key: input.key(), at: input.moment() }),
      (table, { key, at }) => {
        checkExpiry(table);
        return table.methods.expire?.(key, at) ?? false;
      },
      writeBoolean,
    ),
  ],
] as Iterable<[number, Handler<never>]>);

/** Refuses moments where the served table has none. */
export function checkMoments(table: ServedTable, moments: Moments | undefined): void {
  if (moments?.some((moment) => moment !== undefined)) checkExpiry(table);
}

function checkExpiry({ methods }: ServedTable): void {
  if (methods.expire !== undefined) return;
  throw toolkit.error("STORE_NOT_SUPPORTED", "what is served has no expiry");
}

/** What a swap found: the record that is stored instead, or none. */
type Swapped = "swapped" | { readonly current: StoreRecord | undefined };

/** Puts a record in the place of an equal one of its key, which keeps its moment. */
function swap(
  table: ServedTable,
  expected: StoreRecord,
  given: StoreRecord,
): Swapped | Promise<Swapped> {
  const record = revised(table, table.copy(given));
  let current: StoreRecord | undefined;
  const change = (stored: StoreRecord): StoreRecord => {
    current = toolkit.equalRecords(stored, expected) ? undefined : stored;
    return current ?? record;
  };
  return mapped<StoreRecord | undefined, Swapped>(
    table.methods.update(expected[0], change),
    (found) => (found === undefined || current !== undefined ? { current } : "swapped"),
  );
}

function writeSwapped(output: FrameWriter, swapped: Swapped): void {
  output.boolean(swapped === "swapped");
  if (swapped !== "swapped") output.optionalRecord(swapped.current);
}

interface Counting {
  readonly key: Key;
  readonly step: CounterStep;
  /** Counted already. */
  readonly initial: StoreRecord | undefined;
  readonly moment: number | undefined;
}

function count(
  table: ServedTable,
  counting: Counting,
): Integer | undefined | Promise<Integer | undefined> {
  const { initial, moment } = counting;
  checkMoments(table, moment === undefined ? undefined : [moment]);
  return counted(table, { ...counting, initial: initial && table.own(initial) }, TRIES);
}

/** Counts, or inserts the initial record; again where one came, and another went, in between. */
function counted(
  table: ServedTable,
  counting: Counting,
  tries: number,
): Integer | undefined | Promise<Integer | undefined> {
  const { step, initial, moment } = counting;
  return mapped<Integer | undefined, Integer | undefined>(stepped(table, counting), (value) => {
    if (value !== undefined || initial === undefined) return value;
    const inserted = table.methods.insertNew(
      [initial],
      moment === undefined ? undefined : [moment],
    );
    return mapped<boolean, Integer | undefined>(inserted, (isNew) => {
      if (isNew) return initial[step.position - 1] as Integer;
      if (tries > 0) return counted(table, counting, tries - 1);
      throw toolkit.error("STORE_INVALID_ADAPTER", "the key is neither there nor not there");
    });
  });
}

function stepped(
  { methods, revise }: ServedTable,
  { key, step, initial, moment }: Counting,
): Integer | undefined | Promise<Integer | undefined> {
  if (revise === undefined) return methods.updateCounter(key, step, initial, moment);
  return mapped<StoreRecord | undefined, Integer | undefined>(
    methods.update(key, (stored) => revise(toolkit.counted(stored, step))),
    (record) => record?.[step.position - 1] as Integer | undefined,
  );
}

function revised({ revise }: ServedTable, record: StoreRecord): StoreRecord {
  return revise === undefined ? record : revise(record);
}
