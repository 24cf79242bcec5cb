import { types } from "node:util";
import { canonicalRecord, decodeKey, decodeRecord, encodeRecord } from "@store/codec";
import type { Key, StoreRecord } from "@store/core";

/** Version, number of elements and key of the record of one element that {@link elementBytes} is cut from. */
const HEAD_BYTES = 3;

/** The first byte of a value of two forms. No version of the codec begins with it. */
const TWO_FORMS = 0;
/** It, and the length of the first form. */
const TWO_FORMS_BYTES = 5;

/** What records are compared by, beside their keys: equal bytes for equal elements. The key in them is null. */
export function comparedBytes(record: StoreRecord): Uint8Array {
  return canonicalRecord(withoutKey(record));
}

/**
 * What is stored of a record beside its key: {@link comparedBytes}. These don't say which objects have no prototype: where
 * there are any, a second form that does comes behind them.
 */
export function valueBytes(record: StoreRecord): Uint8Array {
  const compared = comparedBytes(record);
  if (!record.some(hasBareObject)) return compared;
  const exact = encodeRecord(withoutKey(record));
  const value = Buffer.allocUnsafe(TWO_FORMS_BYTES + compared.length + exact.length);
  value.writeUInt8(TWO_FORMS, 0);
  value.writeUInt32BE(compared.length, 1);
  value.set(compared, TWO_FORMS_BYTES);
  value.set(exact, TWO_FORMS_BYTES + compared.length);
  return value;
}

/** The part of {@link comparedBytes} that an element is; undefined for what no record can hold, such as a wildcard. */
export function elementBytes(element: unknown): Uint8Array | undefined {
  try {
    return canonicalRecord([null, element]).subarray(HEAD_BYTES);
  } catch {
    return undefined;
  }
}

/** A new record of a key whose bytes are known as well. */
export function recordOf(key: Key, keyBytes: Uint8Array, value: Buffer): StoreRecord {
  const start = value[0] === TWO_FORMS ? TWO_FORMS_BYTES + value.readUInt32BE(1) : 0;
  const record = decodeRecord(value, start) as unknown as [Key, ...unknown[]];
  record[0] = typeof key === "object" && key !== null ? decodeKey(keyBytes) : key;
  return record;
}

function withoutKey(record: StoreRecord): StoreRecord {
  return [null, ...record.slice(1)];
}

function hasBareObject(value: unknown): boolean {
  if (typeof value !== "object" || value === null || ArrayBuffer.isView(value)) return false;
  if (Array.isArray(value)) return value.some(hasBareObject);
  if (types.isMap(value)) return [...value].some(hasBareObject);
  if (types.isSet(value)) return [...value].some(hasBareObject);
  return Object.getPrototypeOf(value) === null || Object.values(value).some(hasBareObject);
}
