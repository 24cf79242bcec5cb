import { Input } from "../bytes/input.js";
import { Encoder } from "../bytes/output.js";
import { CodecError, corrupt } from "../codec-error.js";
import type { Key, StoreRecord } from "../types.js";
import { isKey, writeKeyValue } from "./key-value.js";
import { RecordOutput } from "./record-output.js";
import { SHORT_ARRAY, SHORT_STRING, VERSION } from "./record-tags.js";
import { type ReadingContext, readValue } from "./value-reader.js";
import { writeValue } from "./value-writer.js";

function write(output: RecordOutput, record: StoreRecord): void {
  begin(output, record, record.length);
  writeKeyValue(output, record[0], 0);
  writeElementsOf(output, record);
}

function writeElements(output: RecordOutput, record: StoreRecord): void {
  begin(output, record, record.length - 1);
  writeElementsOf(output, record);
}

function begin(output: RecordOutput, { length }: StoreRecord, count: number): void {
  if (!(length > 0)) throw new CodecError("STORE_INVALID_RECORD", "a record has a key at least");
  output.stamp = 0;
  output.reserve(2);
  output.bytes[output.at++] = VERSION;
  output.varint(count);
}

/** Those behind the key. */
function writeElementsOf(output: RecordOutput, record: StoreRecord): void {
  const { length } = record;
  for (let index = 1; index < length; index++) {
    const element = record[index];
    if (element === undefined && !(index in record)) {
      throw new CodecError("STORE_INVALID_RECORD", "a record has no holes");
    }
    writeValue(output, element, 0);
  }
}

const encoder = new Encoder(() => new RecordOutput(false), write);
const canonicalEncoder = new Encoder(() => new RecordOutput(true), write);
const elementsEncoder = new Encoder(() => new RecordOutput(false), writeElements);

/**
 * The record as bytes: exact for every value that a record can hold, whatever realm it is of. Equal records may have
 * different ones; see {@link canonicalRecord}.
 *
 * Throws a `CodecError`: `STORE_INVALID_RECORD` for what is no record, or takes more than 2,147,483,647 bytes;
 * `STORE_INVALID_KEY` where its first element is no key.
 */
export function encodeRecord(record: StoreRecord): Uint8Array {
  return encoder.encode(record);
}

/**
 * Bytes that are equal exactly for equal records: the order of an object's keys, a Map's entries and a Set's members
 * doesn't matter, nor whether an object has a prototype; `NaN` equals `NaN`, 0 and -0 differ (but in a key), and so do a
 * property that is undefined and a missing one. {@link decodeRecord} makes an equal record of them. Throws as
 * {@link encodeRecord} does.
 */
export function canonicalRecord(record: StoreRecord): Uint8Array {
  return canonicalEncoder.encode(record);
}

/**
 * Writes what {@link encodeRecord} returns into `target` from `at` on. Returns where it ends; -1, with anything behind
 * `at`, where there may not be enough room.
 */
export function encodeRecordInto(record: StoreRecord, target: Uint8Array, at: number): number {
  return encoder.encodeInto(record, target, at);
}

/**
 * The elements behind the key as bytes, for a store that keeps the key beside them, by {@link encodeKey}, say: what
 * {@link decodeElements} makes a record of again. The rest as {@link encodeRecord}; the key isn't looked at.
 */
export function encodeElements(record: StoreRecord): Uint8Array {
  return elementsEncoder.encode(record);
}

/** Writes what {@link encodeElements} returns, as {@link encodeRecordInto} does. */
export function encodeElementsInto(record: StoreRecord, target: Uint8Array, at: number): number {
  return elementsEncoder.encodeInto(record, target, at);
}

/**
 * The record of `key` whose other elements are the bytes from `start` up to `end`; the rest as {@link decodeRecord}.
 * @param key becomes the first element, as it is
 */
export function decodeElements(
  key: Key,
  bytes: Uint8Array,
  start = 0,
  end: number = bytes.length,
): StoreRecord {
  return readElementsOf(key, new Input(bytes, start, end), { shapes: undefined, isView: false });
}

/**
 * The same, for a look: a `Uint8Array` in it is a view of `bytes`, not a copy, and changes with them. Comparing a record
 * needs no more.
 */
export function viewElements(
  key: Key,
  bytes: Uint8Array,
  start = 0,
  end: number = bytes.length,
): StoreRecord {
  return readElementsOf(key, new Input(bytes, start, end), { shapes: undefined, isView: true });
}

function readElementsOf(key: Key, input: Input, context: ReadingContext): StoreRecord {
  const record = new Array<unknown>(1 + readCount(input));
  record[0] = key;
  readElements(input, record, context);
  return record as unknown as StoreRecord;
}

/**
 * The record whose bytes are those from `start` up to `end`: a new one, which shares nothing with them. Throws a
 * `CodecError`, `STORE_CORRUPT`, for what can't have been encoded. Bytes that were changed may also give another record:
 * whoever keeps them has a checksum.
 * @param key that of the record, if it is known: a string isn't read again
 */
export function decodeRecord(
  bytes: Uint8Array,
  start = 0,
  end: number = bytes.length,
  key?: Key,
): StoreRecord {
  const input = new Input(bytes, start, end);
  const record = new Array<unknown>(readHeader(input));
  const context: ReadingContext = { shapes: undefined, isView: false };
  record[0] = typeof key === "string" && skipString(input) ? key : readRecordKey(input, context);
  readElements(input, record, context);
  return record as unknown as StoreRecord;
}

/** Fills in the elements behind the key. */
function readElements(input: Input, record: unknown[], context: ReadingContext): void {
  for (let index = 1; index < record.length; index++) {
    record[index] = readValue(input, context, 0);
  }
  if (input.at !== input.end) throw corrupt("a record is followed by other bytes", input.at);
}

/** The key of the record whose bytes begin at `start` and end by `end`, without a look at its other elements. */
export function decodeRecordKey(bytes: Uint8Array, start = 0, end: number = bytes.length): Key {
  const input = new Input(bytes, start, end);
  readHeader(input);
  return readRecordKey(input, { shapes: undefined, isView: false });
}

/** Reads how many elements there are, and that is at least one. */
function readHeader(input: Input): number {
  const length = readCount(input);
  if (length === 0) throw corrupt("a record without a key", input.at - 1);
  return length;
}

function readCount(input: Input): number {
  const version = input.byte();
  if (version !== VERSION) {
    throw corrupt(`a record of version ${version}, not ${VERSION},`, input.at - 1);
  }
  return input.count(1);
}

function readRecordKey(input: Input, context: ReadingContext): Key {
  const { at } = input;
  const key = readValue(input, context, 0);
  if (typeof key !== "string" && !isKey(key)) throw corrupt("a record whose key is none", at);
  return key;
}

/** Goes behind a string of up to 63 code units; false if none is there. */
function skipString(input: Input): boolean {
  if (input.at >= input.end) return false;
  const first = input.bytes[input.at] as number;
  if (first < SHORT_STRING || first >= SHORT_ARRAY) return false;
  input.take(1 + first - SHORT_STRING);
  return true;
}
