import { createHash } from "node:crypto";
import { canonicalRecord, decodeRecord, encodeRecord } from "@store/codec";
import type { Key, StoreRecord } from "@store/core";

/**
 * What is stored of a record beside its key. The format reaches the disk:
 *
 * | bytes | |
 * |---|---|
 * | 1 | how many slots there are, up to 255 |
 * | 8 each | a slot for each element from the second on: its value if that is a safe integer, most significant byte first; else `80 00 00 00 00 00 00 00` |
 * | 1 | how many bytes follow as the canonical form, up to 32; `ff`: its SHA-256 follows |
 * | up to 32 | the canonical form: `canonicalRecord` of the elements, null in the place of the key, 0 in that of what is in a slot |
 * | the rest | `encodeRecord` of the same; nothing, where that is the canonical form |
 *
 * There are as many slots as up to the last integer that has one. So the database counts in place, without knowing the
 * format of records. All but the rest is the *fingerprint*: equal exactly for equal elements, and as long as its first
 * bytes say, so that a body begins with it only if it is its own.
 */
export function encodeBody(record: StoreRecord): Uint8Array {
  const elements = withoutSlots(record);
  const canonical = canonicalRecord(elements);
  const exact = encodeRecord(elements);
  const isInline = canonical.length <= DIGEST_BYTES && Buffer.compare(canonical, exact) === 0;
  return Buffer.concat([fingerprintOf(record, canonical), isInline ? NOTHING : exact]);
}

/** What the bodies of all records begin with that equal this one, and of no others. */
export function encodeFingerprint(record: StoreRecord): Uint8Array {
  return fingerprintOf(record, canonicalRecord(withoutSlots(record)));
}

/** The fingerprint that a body begins with. */
export function fingerprintIn(body: Uint8Array): Uint8Array {
  return body.subarray(0, endOfFingerprint(body));
}

/** The record of a key for a body. */
export function decodeBody(key: Key, body: Uint8Array): StoreRecord {
  const count = body[0] as number;
  const start = endOfFingerprint(body);
  const canonical = 2 + count * SLOT_BYTES;
  const record = (start < body.length
    ? decodeRecord(body, start)
    : decodeRecord(body, canonical)) as unknown as unknown[];
  record[0] = key;
  for (let slot = 0; slot < count; slot++) {
    const number = readSlot(body, 1 + slot * SLOT_BYTES);
    if (number !== undefined) record[slot + 1] = number;
  }
  return record as unknown as StoreRecord;
}

const SLOT_BYTES = 8;
const MAX_SLOTS = 255;
const EMPTY = -(2n ** 63n);
const DIGEST_BYTES = 32;
const DIGEST = 0xff;
const NOTHING = new Uint8Array();

/** The last position whose element may have a slot. */
export const MAX_SLOT_POSITION = MAX_SLOTS + 1;

/** The number in the 8 bytes of a slot; undefined where it holds none. */
export function readSlot(bytes: Uint8Array, at: number): number | undefined {
  const view = new DataView(bytes.buffer, bytes.byteOffset + at, SLOT_BYTES);
  const number = view.getBigInt64(0);
  return number === EMPTY ? undefined : Number(number);
}

function fingerprintOf(record: StoreRecord, canonical: Uint8Array): Buffer {
  const count = slotsOf(record);
  const isInline = canonical.length <= DIGEST_BYTES;
  const part = isInline ? canonical : createHash("sha256").update(canonical).digest();
  const bytes = Buffer.alloc(2 + count * SLOT_BYTES + part.length);
  bytes[0] = count;
  for (let slot = 0; slot < count; slot++) {
    const element = record[slot + 1];
    const number = isCountable(element) ? BigInt(element) : EMPTY;
    bytes.writeBigInt64BE(number, 1 + slot * SLOT_BYTES);
  }
  bytes[1 + count * SLOT_BYTES] = isInline ? part.length : DIGEST;
  bytes.set(part, 2 + count * SLOT_BYTES);
  return bytes;
}

function endOfFingerprint(body: Uint8Array): number {
  const at = 1 + (body[0] as number) * SLOT_BYTES;
  const length = body[at] as number;
  return at + 1 + (length === DIGEST ? DIGEST_BYTES : length);
}

/** The elements without those that are in slots, and without the key. */
function withoutSlots(record: StoreRecord): StoreRecord {
  const count = slotsOf(record);
  const elements = record.map((element, index) =>
    index <= count && isCountable(element) ? 0 : element,
  );
  elements[0] = null;
  return elements as unknown as StoreRecord;
}

/** How many slots the record has: up to its last element that needs one. */
function slotsOf(record: StoreRecord): number {
  let slots = Math.min(record.length - 1, MAX_SLOTS);
  while (slots > 0 && !isCountable(record[slots])) slots--;
  return slots;
}

function isCountable(element: unknown): element is number {
  return Number.isSafeInteger(element) && !Object.is(element, -0);
}
