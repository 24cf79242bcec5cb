import { encodeKey } from "@store/codec";
import type { Key, Moments, StoreRecord } from "@store/core";
import { ByteWriter } from "../protocol/byte-writer.js";
import { OPERATION as OP, STATUS } from "../script/codes.js";
import { type Bounds, beside } from "./bounds.js";
import {
  isBag,
  isDone,
  keysOf,
  type Make,
  momentText,
  NO_BYTES,
  nothing,
  readCurrent,
  readNumber,
  readValues,
  type Values,
  write,
} from "./make.js";
import { comparedBytes, valueBytes } from "./record-bytes.js";

function recordsOf(records: readonly StoreRecord[], moments: Moments | undefined): ByteWriter {
  const isTimed = moments?.some((moment) => moment !== undefined) === true;
  const body = new ByteWriter().number(records.length).byte(isTimed ? 1 : 0);
  records.forEach((record, index) => {
    body.text(encodeKey(record[0])).text(valueBytes(record));
    if (isTimed) body.text(momentText(moments[index]));
  });
  return body;
}

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

/** How many went; as many as {@link PURGE_STEP}: there may be more. */
export const purge: Make<[], number> = (table) =>
  write(table, OP.purge, new ByteWriter(), readNumber);
