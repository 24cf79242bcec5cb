import { putUint32, uint32 } from "../uint32.js";

/**
 * A change of an entry, as it stands in a frame of the log:
 *
 *     tag u8 | key length u32 | value length u32 | key | value
 *
 * Little-endian. A change is put where it will be written, its parts encoded in place: so the lengths have a fixed size.
 * These numbers are on disk. Never change one.
 */
export const CHANGE_HEADER_BYTES = 9;
const KEY_LENGTH_AT = 1;
const VALUE_LENGTH_AT = 5;

/** The entry is deleted: there is no value. */
const TOMBSTONE = 0x01;
/** The key ends with a suffix that lookups don't know: the entry is one of a bag. */
const HAS_SUFFIX = 0x02;
/** The table has a record more than before. */
const ADDS = 0x04;
/** The table has a record less. */
const REMOVES = 0x08;
const KNOWN_TAGS = TOMBSTONE | HAS_SUFFIX | ADDS | REMOVES;

/** What a change does to the number of records of its table. */
export type CountDelta = -1 | 0 | 1;

/** Writes the header of a change whose key and value are in place, all but the {@link putCountDelta}. */
export function putChangeHeader(
  buffer: Buffer,
  at: number,
  keyLength: number,
  valueLength: number,
  isTombstone: boolean,
  hasSuffix: boolean,
): void {
  buffer[at] = (isTombstone ? TOMBSTONE : 0) | (hasSuffix ? HAS_SUFFIX : 0);
  putUint32(buffer, at + KEY_LENGTH_AT, keyLength);
  putUint32(buffer, at + VALUE_LENGTH_AT, valueLength);
}

/** Says in the header what the change does to the number of records. */
export function putCountDelta(buffer: Buffer, at: number, delta: CountDelta): void {
  if (delta === 0) return;
  buffer[at] = (buffer[at] as number) | (delta > 0 ? ADDS : REMOVES);
}

export function countDelta(buffer: Buffer, at: number): CountDelta {
  const tag = buffer[at] as number;
  if ((tag & ADDS) !== 0) return 1;
  return (tag & REMOVES) !== 0 ? -1 : 0;
}

export function isTombstone(buffer: Buffer, at: number): boolean {
  return ((buffer[at] as number) & TOMBSTONE) !== 0;
}

export function hasSuffix(buffer: Buffer, at: number): boolean {
  return ((buffer[at] as number) & HAS_SUFFIX) !== 0;
}

/** Whether this version knows what the tag says. */
export function isKnownTag(buffer: Buffer, at: number): boolean {
  return ((buffer[at] as number) & ~KNOWN_TAGS) === 0;
}

export function keyLength(buffer: Buffer, at: number): number {
  return uint32(buffer, at + KEY_LENGTH_AT);
}

export function valueLength(buffer: Buffer, at: number): number {
  return uint32(buffer, at + VALUE_LENGTH_AT);
}
