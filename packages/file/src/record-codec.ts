import type { Key, StoreRecord } from "@store/core";
import { readCommonKey, readCommonRecord } from "./common-reader.js";
import { Packr, RESET_BUFFER_MODE } from "./message-pack.js";
import { escapeValue, isPlain, isRestored, restoreElements, restoreValue } from "./value-escape.js";

// A record's body is a MessagePack array of its elements, with nothing to look up outside of it.
const packr = new Packr({
  // msgpackr's records are described once, and then only referred to.
  useRecords: false,
  structuredClone: false,
  useToJSON: false,
  // Objects of more than 65,535 members, too; and each in as few bytes as it needs.
  variableMapSize: true,
});

/** The buffer for packing grows with the largest record. One above this isn't kept. */
const KEPT_BYTES = 1 << 20;

/** A record's body. The array is a view that holds until the next call of this or of {@link encodeKey}. */
export function encodeRecord(record: StoreRecord): Uint8Array {
  return pack(isPlain(record) ? record : record.map(escapeValue));
}

/** The body of a record that has no elements but its key: that of a tombstone. The rest as {@link encodeRecord}. */
export function encodeKey(key: Key): Uint8Array {
  return pack([escapeValue(key)]);
}

function pack(elements: readonly unknown[]): Uint8Array {
  const packed = packr.pack(elements, RESET_BUFFER_MODE);
  if (packed.buffer.byteLength > KEPT_BYTES) packr.useBuffer(Buffer.allocUnsafeSlow(8_192));
  return packed;
}

/**
 * The record whose body lies in `bytes` from `start` up to `end`: a new one, which shares nothing with them. Throws an
 * Error where they are no body.
 * @param key that of the record, if it is known: faster
 */
export function decodeRecord(bytes: Buffer, start: number, end: number, key?: Key): StoreRecord {
  checkBounds(bytes, start, end);
  return readCommonRecord(bytes, start, end, key) ?? readAnyRecord(bytes, start, end);
}

const bounds = { start: 0, end: 0 };

function readAnyRecord(bytes: Buffer, start: number, end: number): StoreRecord {
  bounds.start = start;
  bounds.end = end;
  const record: unknown = packr.unpack(bytes, bounds);
  if (!Array.isArray(record) || record.length === 0) {
    throw new Error("the body of a record is no array of elements");
  }
  if (!isRestored(record)) restoreElements(record, 0);
  return record as unknown as StoreRecord;
}

/**
 * The key of the record whose body that is, without looking at its other elements. Throws an Error where there is none.
 */
export function decodeKey(bytes: Buffer, start: number, end: number): Key {
  checkBounds(bytes, start, end);
  const first = start + headerSize(bytes, start);
  const key = readCommonKey(bytes, first, end);
  return key === undefined ? readAnyKey(bytes, first, end) : key;
}

function readAnyKey(bytes: Buffer, start: number, end: number): Key {
  let key: unknown;
  packr.unpackMultiple(bytes.subarray(start, end), (value) => {
    key = value;
    return false;
  });
  return restoreValue(key) as Key;
}

/** The bytes that say how many elements there are. */
function headerSize(bytes: Buffer, start: number): number {
  const token = bytes[start] as number;
  if (token > 0x90 && token <= 0x9f) return 1;
  if (token === 0xdc) return 3;
  if (token === 0xdd) return 5;
  throw new Error("the body of a record is no array of elements");
}

function checkBounds(bytes: Buffer, start: number, end: number): void {
  if (start < 0 || start >= end || end > bytes.length) {
    throw new RangeError(`no body at ${start} to ${end} of ${bytes.length} bytes`);
  }
}
