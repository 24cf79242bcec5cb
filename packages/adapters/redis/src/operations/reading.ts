import { encodeKey } from "@store/codec";
import type { Key, StoreRecord } from "@store/core";
import type { ByteReader } from "../protocol/byte-reader.js";
import { ByteWriter } from "../protocol/byte-writer.js";
import { OPERATION as OP, STATUS } from "../script/codes.js";
import type { Bounds } from "./bounds.js";
import {
  isBag,
  isDone,
  type Make,
  read,
  readCurrent,
  readNumber,
  readValues,
  type Values,
} from "./make.js";
import { comparedBytes } from "./record-bytes.js";

/** The values of each key. */
export const lookup: Make<[keys: readonly Key[]], Values[]> = (table, keys) => {
  const fields = keys.map(encodeKey);
  const answered = (answer: ByteReader) => keys.map(() => readValues(answer));
  if (isBag(table)) return read(table, OP.lookup, fieldsOf(fields), answered);
  return {
    table,
    code: OP.get,
    isWrite: false,
    fields,
    get body() {
      return fieldsOf(fields).finish();
    },
    read: answered,
  };
};

function fieldsOf(fields: readonly Uint8Array[]): ByteWriter {
  const body = new ByteWriter().number(fields.length);
  for (const field of fields) body.text(field);
  return body;
}

export const member: Make<[key: Key], boolean> = (table, key) =>
  read(table, OP.member, new ByteWriter().text(encodeKey(key)), isDone);

export const size: Make<[], number> = (table) => read(table, OP.size, new ByteWriter(), readNumber);

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

export const moments: Make<[key: Key], (number | undefined)[]> = (table, key) =>
  read(table, OP.moments, new ByteWriter().text(encodeKey(key)), (answer) =>
    answer.list(() => {
      const digits = answer.text();
      return digits.length === 0 ? undefined : Number(digits);
    }),
  );

/** Bytes that the table takes in the server. */
export const usage: Make<[], number> = (table) =>
  read(table, OP.usage, new ByteWriter(), (answer) => answer.double());
