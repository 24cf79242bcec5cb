import { crc32 } from "node:zlib";

/** Up to so many bytes a loop is faster than zlib, which wants a view of them. */
const SHORT = 192;
const STRIDE = 8;
/** What a byte does to the CRC when so many bytes follow it in a stride, 256 numbers each. */
const TABLES = makeTables();
/** What a byte does to the CRC. */
export const CRC_TABLE: Int32Array = TABLES.subarray(0, 256);
const VIEWS = new WeakMap<Uint8Array, DataView>();
/** A longer array isn't kept from being freed. */
const LONGEST_KEPT = 2 ** 20;
/** The array of the last call: a log is written from one for a while. */
let lastBytes: Uint8Array = new Uint8Array(0);
let lastView = new DataView(lastBytes.buffer);

/** The CRC-32 (that of zlib, gzip, IEEE 802.3) of the bytes from `start` up to `end`, going on from that of others. */
export function checksum(bytes: Uint8Array, start: number, end: number, before = 0): number {
  return end - start > SHORT
    ? crc32(bytes.subarray(start, end), before)
    : shortChecksum(bytes, start, end, before);
}

/**
 * A stride at a time, as in M. E. Kounavis and F. L. Berry, "A Systematic Approach to Building High Performance
 * Software-based CRC Generators", 2005: "slicing-by-8".
 */
function shortChecksum(bytes: Uint8Array, start: number, end: number, before: number): number {
  const tables = TABLES;
  const view = viewOf(bytes);
  let crc = ~before;
  let at = start;
  for (const last = end - STRIDE; at <= last; at += STRIDE) {
    const low = crc ^ view.getInt32(at, true);
    const high = view.getInt32(at + 4, true);
    crc =
      (tables[0x700 + (low & 0xff)] as number) ^
      (tables[0x600 + ((low >>> 8) & 0xff)] as number) ^
      (tables[0x500 + ((low >>> 16) & 0xff)] as number) ^
      (tables[0x400 + (low >>> 24)] as number) ^
      (tables[0x300 + (high & 0xff)] as number) ^
      (tables[0x200 + ((high >>> 8) & 0xff)] as number) ^
      (tables[0x100 + ((high >>> 16) & 0xff)] as number) ^
      (tables[high >>> 24] as number);
  }
  for (; at < end; at++) {
    crc = (crc >>> 8) ^ (tables[(crc ^ (bytes[at] as number)) & 0xff] as number);
  }
  return ~crc >>> 0;
}

/** What a CRC, before its last inversion, becomes when so many bytes of 0 follow. */
export function shiftChecksum(crc: number, bytes: number): number {
  let shifted = crc;
  let rest = bytes;
  for (let power = 0; rest > 0; power++) {
    POWERS[power] ??= power === 0 ? zeroByte() : squared(POWERS[power - 1] as Int32Array);
    if (rest % 2 === 1) shifted = times(POWERS[power] as Int32Array, shifted);
    rest = Math.floor(rest / 2);
  }
  return shifted;
}

/** What each bit of a CRC becomes when 2 to that power bytes of 0 follow. */
const POWERS: Int32Array[] = [];

function zeroByte(): Int32Array {
  return Int32Array.from({ length: 32 }, (_, bit) => {
    const crc = 1 << bit;
    return (crc >>> 8) ^ (CRC_TABLE[crc & 0xff] as number);
  });
}

function squared(matrix: Int32Array): Int32Array {
  return matrix.map((column) => times(matrix, column));
}

function times(matrix: Int32Array, crc: number): number {
  let product = 0;
  for (let bit = 0; bit < 32; bit++) {
    if ((crc & (1 << bit)) !== 0) product ^= matrix[bit] as number;
  }
  return product;
}

/** Reads four bytes at a time. Made once for each array: that takes longer than what it is for. */
function viewOf(bytes: Uint8Array): DataView {
  if (bytes === lastBytes) return lastView;
  let view = VIEWS.get(bytes);
  if (view === undefined) {
    view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
    VIEWS.set(bytes, view);
  }
  if (bytes.length <= LONGEST_KEPT) {
    lastBytes = bytes;
    lastView = view;
  }
  return view;
}

function makeTables(): Int32Array {
  const tables = new Int32Array(STRIDE * 256);
  for (let byte = 0; byte < 256; byte++) {
    let crc = byte;
    for (let bit = 0; bit < 8; bit++) crc = (crc >>> 1) ^ (crc & 1 ? 0xedb88320 : 0);
    tables[byte] = crc;
  }
  for (let entry = 256; entry < tables.length; entry++) {
    const before = tables[entry - 256] as number;
    tables[entry] = (before >>> 8) ^ (tables[before & 0xff] as number);
  }
  return tables;
}
