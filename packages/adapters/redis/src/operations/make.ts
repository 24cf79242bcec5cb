import { encodeKey } from "@store/codec";
import type { Key } from "@store/core";
import type { ByteReader } from "../protocol/byte-reader.js";
import { ByteWriter } from "../protocol/byte-writer.js";
import type { Operation, TableNames } from "../protocol/operation.js";
import { STATUS, TYPE } from "../script/codes.js";

/** Values of records as the script answers them. */
export type Values = Buffer[];

/** What makes an operation of a table. */
export type Make<A extends unknown[], T> = (table: TableNames, ...args: A) => Operation<T>;

export const nothing = () => undefined;
export const isDone = (_answer: ByteReader, status: number) => status === STATUS.done;
export const readNumber = (answer: ByteReader) => answer.number();
export const readValues = (answer: ByteReader): Values => answer.list(() => answer.text());

/** What is stored where an operation needs JavaScript. */
export const readCurrent = (answer: ByteReader) =>
  answer.byte() === 1 ? answer.text() : undefined;

export function read<T>(
  table: TableNames,
  code: number,
  body: ByteWriter,
  reading: Operation<T>["read"],
): Operation<T> {
  return { table, code, isWrite: false, body: body.finish(), read: reading };
}

export function write<T>(...args: Parameters<typeof read<T>>): Operation<T> {
  return { ...read(...args), isWrite: true };
}

export function isBag({ type }: TableNames): boolean {
  return type >= TYPE.bag;
}

export function momentText(moment: number | undefined): string {
  return moment === undefined ? "" : String(moment);
}

export function keysOf(keys: readonly Key[]): ByteWriter {
  const body = new ByteWriter().number(keys.length);
  for (const key of keys) body.text(encodeKey(key));
  return body;
}

export const NO_BYTES = Buffer.alloc(0);
