import { encodeKey } from "@store/codec";
import type { CounterStep, Key, Moments, StoreRecord } from "@store/core";
import type { ByteReader } from "../protocol/byte-reader.js";
import { ByteWriter } from "../protocol/byte-writer.js";
import type { Operation, TableNames } from "../protocol/operation.js";
import { OPERATION as OP, STATUS, TYPE } from "../script/codes.js";
import { type Bounds, beside } from "./bounds.js";
import { comparedBytes, valueBytes } from "./record-bytes.js";

/** Values of records as the script answers them. */
export type Values = Buffer[];

/** What makes an operation of a table. */
type Make<A extends unknown[], T> = (table: TableNames, ...args: A) => Operation<T>;

const nothing = () => undefined;
const isDone = (_answer: ByteReader, status: number) => status === STATUS.done;
const readNumber = (answer: ByteReader) => answer.number();
const readValues = (answer: ByteReader): Values => answer.list(() => answer.text());

/** What is stored where an operation needs JavaScript. */
export const readCurrent = (answer: ByteReader) =>
  answer.byte() === 1 ? answer.text() : undefined;

function read<T>(
  table: TableNames,
  code: number,
  body: ByteWriter,
  reading: Operation<T>["read"],
): Operation<T> {
  return { table, code, isWrite: false, body: body.finish(), read: reading };
}

function write<T>(...args: Parameters<typeof read<T>>): Operation<T> {
  return { ...read(...args), isWrite: true };
}

function isBag({ type }: TableNames): boolean {
  return type >= TYPE.bag;
}

function momentText(moment: number | undefined): string {
  return moment === undefined ? "" : String(moment);
}

function keysOf(keys: readonly Key[]): ByteWriter {
  const body = new ByteWriter().number(keys.length);
  for (const key of keys) body.text(encodeKey(key));
  return body;
}

function recordsOf(records: readonly StoreRecord[], moments: Moments | undefined): ByteWriter {
  const isTimed = moments?.some((moment) => moment !== undefined) === true;
  const body = new ByteWriter().number(records.length).byte(isTimed ? 1 : 0);
  records.forEach((record, index) => {
    body.text(encodeKey(record[0])).text(valueBytes(record));
    if (isTimed) body.text(momentText(moments[index]));
  });
  return body;
}

/** The values of each key. */
export const lookup: Make<[keys: readonly Key[]], Values[]> = (table, keys) => {
  const fields = keys.map(encodeKey);
  const body = new ByteWriter().number(fields.length);
  for (const field of fields) body.text(field);
  const answered = (answer: ByteReader) => keys.map(() => readValues(answer));
  return isBag(table)
    ? read(table, OP.lookup, body, answered)
    : { ...read(table, OP.get, body, answered), fields };
};

export const member: Make<[key: Key], boolean> = (table, key) =>
  read(table, OP.member, new ByteWriter().text(encodeKey(key)), isDone);

export const insert: Make<[records: readonly StoreRecord[], moments?: Moments], void> = (
  table,
  records,
  moments,
) => write(table, isBag(table) ? OP.add : OP.put, recordsOf(records, moments), nothing);

export const insertNew: Make<[records: readonly StoreRecord[], moments?: Moments], boolean> = (
  table,
  records,
  moments,
) => write(table, OP.insertNew, recordsOf(records, moments), isDone);

export const take: Make<[key: Key], Values> = (table, key) =>
  write(table, OP.take, new ByteWriter().text(encodeKey(key)), readValues);

/** How many records went. */
export const remove: Make<[keys: readonly Key[]], number> = (table, keys) =>
  write(table, OP.remove, keysOf(keys), readNumber);

/** How many records went. */
export const removeObjects: Make<[records: readonly StoreRecord[]], number> = (table, records) => {
  const body = new ByteWriter().number(records.length);
  for (const record of records) body.text(encodeKey(record[0])).text(comparedBytes(record));
  return write(table, OP.removeObjects, body, readNumber);
};

export const clear: Make<[], void> = (table) => write(table, OP.clear, new ByteWriter(), nothing);

export const size: Make<[], number> = (table) => read(table, OP.size, new ByteWriter(), readNumber);

export const replace: Make<
  [expected: StoreRecord, record: StoreRecord, moment: number | undefined],
  boolean
> = (table, expected, record, moment) => {
  const body = new ByteWriter()
    .text(encodeKey(record[0]))
    .text(comparedBytes(expected))
    .text(valueBytes(record))
    .text(momentText(moment));
  return write(table, OP.replace, body, isDone);
};

/** Whether the stored record equals `expected`; undefined: there is none. */
export const check: Make<[key: Key, expected: StoreRecord | undefined], boolean> = (
  table,
  key,
  expected,
) => {
  const body = new ByteWriter().text(encodeKey(key)).byte(expected === undefined ? 0 : 1);
  if (expected !== undefined) body.text(comparedBytes(expected));
  return read(table, OP.check, body, isDone);
};

const NO_BYTES = Buffer.alloc(0);

/** Whether it was swapped, and if not, what is stored. */
export type Swapped = { readonly current: Buffer | undefined } | undefined;

/**
 * Puts a record where `expected` is, which keeps its moment; undefined: where there is none. Without a record nothing is
 * changed.
 */
export const swap: Make<
  [key: Key, expected: Buffer | undefined, record?: StoreRecord, moment?: number],
  Swapped
> = (table, key, expected, record, moment) => {
  const body = new ByteWriter().text(encodeKey(key)).byte(expected === undefined ? 0 : 1);
  if (expected !== undefined) body.text(expected);
  body.text(record === undefined ? NO_BYTES : valueBytes(record)).text(momentText(moment));
  return write(table, OP.swap, body, (answer, status) =>
    status === STATUS.needed ? { current: readCurrent(answer) } : undefined,
  );
};

/** What a counter begins with. */
export interface Initial {
  readonly record: StoreRecord;
  readonly moment: number | undefined;
  /** It is what is stored, and counts no more. */
  readonly isCounted: boolean;
}

/** The new values; or what is stored, where the script can't count it. */
export type Counted = { readonly values: number[] } | { readonly current: Buffer | undefined };

/** Whether the script can count by a step: its numbers have to be exact as doubles, and -0 has bytes of its own. */
export function isSimple({ increment, bound }: CounterStep): boolean {
  return [increment, bound?.threshold ?? 0, bound?.setValue ?? 0].every(
    (operand) => typeof operand === "number" && !Object.is(operand, -0),
  );
}

/** @param steps simple ones */
export const count: Make<
  [key: Key, steps: readonly CounterStep[], initial: Initial | undefined],
  Counted
> = (table, key, steps, initial) => {
  const body = new ByteWriter().text(encodeKey(key));
  if (initial === undefined) body.byte(0);
  else {
    body.byte(initial.isCounted ? 2 : 1);
    body.text(valueBytes(initial.record)).text(momentText(initial.moment));
  }
  body.number(steps.length);
  for (const { position, increment, bound } of steps) {
    body
      .number(position)
      .byte(bound === undefined ? 0 : 1)
      .double(Number(increment));
    if (bound !== undefined) body.double(Number(bound.threshold)).double(Number(bound.setValue));
  }
  return write(table, OP.count, body, (answer, status) =>
    status === STATUS.needed
      ? { current: readCurrent(answer) }
      : { values: answer.list(() => answer.double()) },
  );
};

const LAST_NUMBER = BigInt(Number.MAX_SAFE_INTEGER);
const END = Buffer.of(0);
const ANY_NUMBER = -1;

/** The number that the record got; in a batch only `expected`, if that is given, else the batch needs to know the number. */
export const append: Make<
  [
    prefix: readonly Key[] | null,
    elements: readonly unknown[],
    moment: number | undefined,
    expected?: number,
  ],
  number
> = (table, prefix, elements, moment, expected = ANY_NUMBER) => {
  const isNumber = prefix === null;
  const body = new ByteWriter()
    .text(isNumber ? NO_BYTES : encodeKey(prefix).subarray(0, -1))
    .text(isNumber ? NO_BYTES : END)
    .text(beside(encodeKey(isNumber ? LAST_NUMBER : [...prefix, LAST_NUMBER])))
    .double(expected)
    .text(valueBytes([null, ...elements]))
    .text(momentText(moment));
  return write(table, OP.append, body, (answer) => answer.double());
};

/** A key with its values, or where to go on; undefined at the end. */
export type Step = { readonly key: Buffer; readonly values: Values } | { readonly bound: Buffer };

/** Where a walk goes: from a bound, and only if the table has the key `anchor`. */
export interface Walk {
  readonly bound: Buffer;
  readonly anchor: Uint8Array;
  readonly reverse: boolean;
}

export const step: Make<[walk: Walk, withValues: boolean], Step | undefined> = (
  table,
  { bound, anchor, reverse },
  withValues,
) => {
  const body = new ByteWriter().byte(reverse ? 1 : 0).byte(withValues ? 1 : 0);
  return read(table, OP.step, body.text(anchor).text(bound), (answer, status) => {
    if (status === STATUS.failed) return undefined;
    if (status === STATUS.needed) return { bound: readCurrent(answer) as Buffer };
    return { key: answer.text(), values: withValues ? readValues(answer) : [] };
  });
};

/** What a page has of each entry. */
export const PAGE = { entries: 0, values: 1 } as const;

export interface Page {
  readonly items: readonly { readonly entry: Buffer; readonly value: Buffer | undefined }[];
  /** Where to go on; empty at the end. */
  readonly last: Buffer;
}

export const page: Make<
  [bounds: Bounds, options: { reverse: boolean; limit: number; what: number }],
  Page
> = (table, { lower, upper }, { reverse, limit, what }) => {
  const body = new ByteWriter()
    .text(lower)
    .text(upper)
    .byte(reverse ? 1 : 0);
  return read(table, OP.page, body.number(limit).byte(what), (answer) => ({
    items: answer.list(() => ({
      entry: answer.text(),
      value: what === PAGE.entries ? undefined : answer.text(),
    })),
    last: answer.text(),
  }));
};

export const countRange: Make<[bounds: Bounds], number> = (table, { lower, upper }) =>
  read(table, OP.countRange, new ByteWriter().text(lower).text(upper), readNumber);

const MOST = 2 ** 32 - 1;

export const removeRange: Make<
  [bounds: Bounds, options: { reverse: boolean; limit: number }],
  number
> = (table, { lower, upper }, { reverse, limit }) => {
  const body = new ByteWriter()
    .text(lower)
    .text(upper)
    .byte(reverse ? 1 : 0);
  return write(table, OP.removeRange, body.number(Math.min(limit, MOST)), readNumber);
};

/** What the script compares of records: how many elements they have, and the bytes of some. */
export interface Parts {
  readonly length: number;
  readonly elements: readonly { readonly position: number; readonly bytes: Uint8Array }[];
}

/** How many records went; undefined if there are too many in the range to look at them in one step. */
export const removeMatches: Make<[bounds: Bounds, parts: Parts], number | undefined> = (
  table,
  { lower, upper },
  { length, elements },
) => {
  const body = new ByteWriter().text(lower).text(upper).number(length).number(elements.length);
  for (const { position, bytes } of elements) body.number(position).text(bytes);
  return write(table, OP.removeMatches, body, (answer, status) => {
    if (status === STATUS.done) return answer.number();
    readCurrent(answer);
    return undefined;
  });
};

export const expire: Make<[key: Key, moment: number | undefined], boolean> = (table, key, moment) =>
  write(table, OP.expire, new ByteWriter().text(encodeKey(key)).text(momentText(moment)), isDone);

export const moments: Make<[key: Key], (number | undefined)[]> = (table, key) =>
  read(table, OP.moments, new ByteWriter().text(encodeKey(key)), (answer) =>
    answer.list(() => {
      const digits = answer.text();
      return digits.length === 0 ? undefined : Number(digits);
    }),
  );

/** How many went; as many as {@link PURGE_STEP}: there may be more. */
export const purge: Make<[], number> = (table) =>
  write(table, OP.purge, new ByteWriter(), readNumber);

/** Bytes that the table takes in the server. */
export const usage: Make<[], number> = (table) =>
  read(table, OP.usage, new ByteWriter(), (answer) => answer.double());

/** What the catalogue says of a table, which it has from now on. */
export const openTable: Make<[], { readonly format: number; readonly type: number }> = (table) =>
  write(table, OP.openTable, new ByteWriter().byte(table.type), (answer) => ({
    format: Number(answer.text()),
    type: Number(answer.text()),
  }));

export const dropTable: Make<[], boolean> = (table) =>
  write(table, OP.dropTable, new ByteWriter(), isDone);

/** The fields of a catalogue: names of tables, and what else it has. */
export const listTables: Make<[], [name: string, value: string][]> = (table) =>
  read(table, OP.listTables, new ByteWriter(), (answer) =>
    answer.list(() => [answer.text().toString(), answer.text().toString()]),
  );
