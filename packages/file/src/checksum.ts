import { crc32 } from "node:zlib";

/** Up to so many bytes a loop is faster than zlib, which wants a view of them. */
const SHORT = 192;
const STRIDE = 8;
/** What a byte does to the CRC when so many bytes follow it in a stride, 256 numbers each. */
const TABLES = makeTables();

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
  let crc = ~before;
  let at = start;
  for (const last = end - STRIDE; at <= last; at += STRIDE) {
    crc =
      (tables[0x700 + ((crc ^ (bytes[at] as number)) & 0xff)] as number) ^
      (tables[0x600 + (((crc >>> 8) ^ (bytes[at + 1] as number)) & 0xff)] as number) ^
      (tables[0x500 + (((crc >>> 16) ^ (bytes[at + 2] as number)) & 0xff)] as number) ^
      (tables[0x400 + ((crc >>> 24) ^ (bytes[at + 3] as number))] as number) ^
      (tables[0x300 + (bytes[at + 4] as number)] as number) ^
      (tables[0x200 + (bytes[at + 5] as number)] as number) ^
      (tables[0x100 + (bytes[at + 6] as number)] as number) ^
      (tables[bytes[at + 7] as number] as number);
  }
  for (; at < end; at++) {
    crc = (crc >>> 8) ^ (tables[(crc ^ (bytes[at] as number)) & 0xff] as number);
  }
  return ~crc >>> 0;
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
