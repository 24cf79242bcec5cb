import type { Key, StoreRecord } from "@store/core";
import { isHead, readStandIn } from "./stand-in.js";
import { utf8Slice } from "./utf8.js";

/** Where the next byte is. */
let at = 0;

/**
 * Reads the key at `start`, as all keys but those are that hold long strings, long tuples or many bytes. undefined for
 * these, and for one that doesn't end by `end`. What is read keeps no part of `bytes`.
 */
export function readCommonKey(bytes: Buffer, start: number, end: number): Key | undefined {
  at = start;
  const key = read(bytes, end);
  return at <= end ? (key as Key | undefined) : undefined;
}

/**
 * Reads the record that lies from `start` up to `end`, if it has at most 15 elements, and all of them are of the forms
 * that {@link readCommonKey} reads: several times faster than msgpackr. undefined for others, and for what is no record.
 * @param key that of the record, if it is known: a string isn't read again
 */
export function readCommonRecord(
  bytes: Buffer,
  start: number,
  end: number,
  key?: Key,
): StoreRecord | undefined {
  const token = bytes[start] as number;
  if (token <= 0x90 || token >= 0xa0) return undefined;
  at = start + 1;
  const record = new Array<unknown>(token - 0x90);
  let first = 0;
  if (typeof key === "string" && skipString(bytes)) {
    record[0] = key;
    first = 1;
  }
  return readInto(record, first, bytes, end) && at === end
    ? (record as unknown as StoreRecord)
    : undefined;
}

/** undefined for a value that isn't common. */
function read(bytes: Buffer, end: number): unknown {
  if (at >= end) return undefined;
  const token = bytes[at++] as number;
  if (token < 0x80) return token;
  if (token >= 0xe0) return token - 0x100;
  if (token >= 0xa0 && token < 0xc0) return readString(bytes, token - 0xa0);
  if (token >= 0x90 && token < 0xa0) return readArray(bytes, token - 0x90, end);
  switch (token) {
    case 0xc0:
      return null;
    case 0xc2:
      return false;
    case 0xc3:
      return true;
    case 0xc4:
      return readBin(bytes, bytes.readUInt8(skip(1)));
    case 0xcb:
      return bytes.readDoubleBE(skip(8));
    case 0xcc:
      return bytes.readUInt8(skip(1));
    case 0xcd:
      return bytes.readUInt16BE(skip(2));
    case 0xce:
      return bytes.readUInt32BE(skip(4));
    case 0xcf:
      return bytes.readBigUInt64BE(skip(8));
    case 0xd0:
      return bytes.readInt8(skip(1));
    case 0xd1:
      return bytes.readInt16BE(skip(2));
    case 0xd2:
      return bytes.readInt32BE(skip(4));
    case 0xd3:
      return bytes.readBigInt64BE(skip(8));
    case 0xd9:
      return readString(bytes, bytes.readUInt8(skip(1)));
    default:
      return undefined;
  }
}

/** Goes on by `size` bytes; returns where they begin. */
function skip(size: number): number {
  at += size;
  return at - size;
}

function readString(bytes: Buffer, size: number): string {
  const start = skip(size);
  return utf8Slice(bytes, start, at);
}

function readBin(bytes: Buffer, size: number): unknown {
  const start = skip(size);
  const standIn = bytes.subarray(start, at);
  return isHead(standIn) ? undefined : readStandIn(standIn);
}

/** Goes behind a string of at most 255 bytes; false if none is there. */
function skipString(bytes: Buffer): boolean {
  const token = bytes[at] as number;
  if (token >= 0xa0 && token < 0xc0) at += 1 + token - 0xa0;
  else if (token === 0xd9) at += 2 + (bytes[at + 1] as number);
  else return false;
  return true;
}

function readArray(bytes: Buffer, length: number, end: number): unknown[] | undefined {
  const array = new Array<unknown>(length);
  return readInto(array, 0, bytes, end) ? array : undefined;
}

/** Fills an array with values, from an index on; false if one of them isn't common. */
function readInto(array: unknown[], first: number, bytes: Buffer, end: number): boolean {
  for (let index = first; index < array.length; index++) {
    const value = read(bytes, end);
    if (value === undefined) return false;
    array[index] = value;
  }
  return true;
}
