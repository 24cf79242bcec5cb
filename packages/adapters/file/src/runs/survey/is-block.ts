import { LENGTH_UNIT, PLACE_BYTES, TRAILER_BYTES, WIDE_AT } from "../../format/run/block.js";
import { CHECKSUM_BYTES } from "../../format/run/run-identity.js";
import { MAX_VARINT_BYTES } from "../../format/varint.js";

/**
 * Whether bytes whose checksum is right are a block (format/block.ts): among millions of bytes that are tried, one
 * checksum is right by chance.
 */
export function isBlock(buffer: Buffer, length: number): boolean {
  const trailer = length - CHECKSUM_BYTES - TRAILER_BYTES;
  if (trailer < 0) return false;
  const count = buffer.readUInt16LE(trailer);
  const table = trailer - count * PLACE_BYTES;
  if (count === 0 || table < 0) return false;
  const isWide = buffer[trailer + WIDE_AT] === 1;
  let at = 0;
  for (let entry = 0; entry < count; entry++) {
    const place = table + entry * PLACE_BYTES;
    if ((isWide ? buffer.readUInt32LE(place) : buffer.readUInt16LE(place)) !== at) return false;
    const [keyLength, keyMeta] = varintIn(buffer, at, table);
    const [valueLength, start] = varintIn(buffer, keyMeta, table);
    at = start + keyLength + Math.floor(valueLength / LENGTH_UNIT);
    if (!(at <= table)) return false;
  }
  return at === table;
}

/** A varint, and where it ends; not a number if it doesn't end. */
function varintIn(buffer: Buffer, start: number, end: number): [value: number, end: number] {
  let value = 0;
  let scale = 1;
  for (let at = start; at < Math.min(start + MAX_VARINT_BYTES, end); at++) {
    const byte = buffer[at] as number;
    if (byte < 0x80) return [value + byte * scale, at + 1];
    value += (byte - 0x80) * scale;
    scale *= 0x80;
  }
  return [Number.NaN, Number.NaN];
}
