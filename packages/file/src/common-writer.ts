import type { Key, StoreRecord } from "@store/core";
import { utf8Write } from "./utf8.js";
import { isPlainText } from "./value-escape.js";

/** Stands for what isn't written here. */
const OTHER = -1;
const MOST_ELEMENTS = 15;
const LONGEST_TEXT = 2 ** 16 - 1;
/** Up to so many characters a loop is faster than a call of the system's. */
const SHORT_TEXT = 24;
/** The most bytes of a character of a string in UTF-8. */
const BYTES_OF_CHARACTER = 3;

/**
 * Writes the body of a record at `start`: the same as encodeRecord returns, without a copy. Returns where it ends; -1,
 * with anything behind `start`, for a record that has more than 15 elements, or one that isn't a string, a number, a
 * boolean, null or an array of these, or if there may not be enough room.
 */
export function writeCommonRecord(buffer: Buffer, start: number, record: StoreRecord): number {
  const end = writeArray(buffer, start, record);
  return end <= buffer.length ? end : OTHER;
}

/**
 * Writes a key at `start`, as it stands in a record. Returns where it ends; -1, with anything behind `start`, for one of
 * the forms that {@link writeCommonRecord} doesn't write, or if there may not be enough room.
 */
export function writeCommonKey(buffer: Buffer, start: number, key: Key): number {
  const end = write(buffer, start, key);
  return end <= buffer.length ? end : OTHER;
}

function writeArray(buffer: Buffer, at: number, array: readonly unknown[]): number {
  const { length } = array;
  if (length > MOST_ELEMENTS) return OTHER;
  buffer[at] = 0x90 + length;
  let end = at + 1;
  for (let index = 0; index < length; index++) {
    end = write(buffer, end, array[index]);
    if (end === OTHER) return OTHER;
  }
  return end;
}

function write(buffer: Buffer, at: number, value: unknown): number {
  switch (typeof value) {
    case "string":
      return writeText(buffer, at, value);
    case "number":
      return writeNumber(buffer, at, value);
    case "boolean":
      buffer[at] = value ? 0xc3 : 0xc2;
      return at + 1;
    case "object":
      if (Array.isArray(value)) return writeArray(buffer, at, value);
      buffer[at] = 0xc0;
      return value === null ? at + 1 : OTHER;
    default:
      return OTHER;
  }
}

function writeText(buffer: Buffer, at: number, text: string): number {
  const { length } = text;
  const header = headerSize(length);
  const room = buffer.length - at - header;
  if (length > LONGEST_TEXT || room < length * BYTES_OF_CHARACTER) return OTHER;
  let size = length;
  if (length > SHORT_TEXT || !writeAscii(buffer, at + header, text)) {
    size = utf8Write(buffer, text, at + header);
    const isExact = size === length || (headerSize(size) === header && isPlainText(text));
    if (!isExact) return OTHER;
  }
  if (header === 1) {
    buffer[at] = 0xa0 + size;
  } else if (header === 2) {
    buffer[at] = 0xd9;
    buffer[at + 1] = size;
  } else {
    buffer[at] = 0xda;
    buffer.writeUInt16BE(size, at + 1);
  }
  return at + header + size;
}

/** The bytes before a string of that many bytes. */
function headerSize(size: number): number {
  if (size < 0x20) return 1;
  if (size < 0x100) return 2;
  return size <= LONGEST_TEXT ? 3 : 5;
}

/** Returns false if a character isn't ASCII. */
function writeAscii(buffer: Buffer, at: number, text: string): boolean {
  for (let index = 0; index < text.length; index++) {
    const code = text.charCodeAt(index);
    if (code >= 0x80) return false;
    buffer[at + index] = code;
  }
  return true;
}

function writeNumber(buffer: Buffer, at: number, value: number): number {
  if (at + 9 > buffer.length || Object.is(value, -0)) return OTHER;
  if (value >= -0x20 && value < 0x80 && Number.isInteger(value)) {
    buffer[at] = value;
    return at + 1;
  }
  if (value >>> 0 === value) {
    if (value < 0x100) return buffer.writeUInt8(value, token(buffer, at, 0xcc));
    if (value < 0x10000) return buffer.writeUInt16BE(value, token(buffer, at, 0xcd));
    return buffer.writeUInt32BE(value, token(buffer, at, 0xce));
  }
  if ((value | 0) === value) {
    if (value >= -0x80) return buffer.writeInt8(value, token(buffer, at, 0xd0));
    if (value >= -0x8000) return buffer.writeInt16BE(value, token(buffer, at, 0xd1));
    return buffer.writeInt32BE(value, token(buffer, at, 0xd2));
  }
  return buffer.writeDoubleBE(value, token(buffer, at, 0xcb));
}

/** Writes what a number is; returns where the number goes. */
function token(buffer: Buffer, at: number, byte: number): number {
  buffer[at] = byte;
  return at + 1;
}
