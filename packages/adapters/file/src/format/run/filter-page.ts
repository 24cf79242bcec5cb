import { BLOCK_BYTES } from "./block.js";
import { CHECKSUM_BYTES } from "./run-identity.js";

// The filter of a run says of a key that it isn't there, or that it may be: a Bloom filter whose bits for a key are all in
// one line of 64 bytes. On disk (format 2: never change it, nor how a key is hashed):
//
//   pages, of up to LINES_PER_PAGE lines and a checksum (run-identity.ts): all full but the last
//
// A line is chosen by the hash of the key, PROBES bits in it by a hash of that. A key's suffix (entry.ts) isn't hashed.

export const LINE_BYTES = 64;
export const BITS_PER_KEY = 10;
/** All that go into BLOCK_BYTES, with a checksum. */
export const LINES_PER_PAGE = Math.floor((BLOCK_BYTES - CHECKSUM_BYTES) / LINE_BYTES);
export const PAGE_BYTES = LINES_PER_PAGE * LINE_BYTES + CHECKSUM_BYTES;
const PROBES = 6;
/** 2 ** 32 divided by the golden ratio. */
const GOLDEN = 0x9e3779b1;

/** How many lines a filter of so many keys has. */
export function linesFor(keys: number): number {
  return Math.ceil((keys * BITS_PER_KEY) / (LINE_BYTES * 8));
}

/** Bytes of all pages of a filter. */
export function filterBytes(lines: number): number {
  return lines * LINE_BYTES + Math.ceil(lines / LINES_PER_PAGE) * CHECKSUM_BYTES;
}

/** Bytes of the page that begins so many lines before the end of the filter. */
export function pageBytes(lines: number): number {
  return Math.min(lines, LINES_PER_PAGE) * LINE_BYTES + CHECKSUM_BYTES;
}

/** The hash of a key: 32 bits, as an integer with a sign. */
export function hashKey(bytes: Uint8Array, start: number, end: number): number {
  let hash = end - start;
  let at = start;
  for (const last = end - 4; at <= last; at += 4) {
    const word =
      (bytes[at] as number) |
      ((bytes[at + 1] as number) << 8) |
      ((bytes[at + 2] as number) << 16) |
      ((bytes[at + 3] as number) << 24);
    hash = Math.imul(hash ^ word, 0xcc9e2d51);
    hash ^= hash >>> 15;
  }
  for (; at < end; at++) hash = Math.imul(hash ^ (bytes[at] as number), GOLDEN) ^ (hash >>> 13);
  return mix(hash);
}

/** The line of a hash, of so many. */
export function lineOf(hash: number, lines: number): number {
  return Math.floor(((hash >>> 0) * lines) / 2 ** 32);
}

/** Sets the bits of a hash in the line that begins at `line`. */
export function addToLine(bytes: Uint8Array, line: number, hash: number): void {
  let bits = mix(hash ^ GOLDEN);
  for (let probe = 0; probe < PROBES; probe++) {
    const at = line + (bits >>> 26);
    bytes[at] = (bytes[at] as number) | (1 << ((bits >>> 23) & 7));
    bits = Math.imul(bits, GOLDEN);
  }
}

/** Whether all bits of a hash are set. */
export function isInLine(bytes: Uint8Array, line: number, hash: number): boolean {
  let bits = mix(hash ^ GOLDEN);
  for (let probe = 0; probe < PROBES; probe++) {
    const byte = bytes[line + (bits >>> 26)] as number;
    if ((byte & (1 << ((bits >>> 23) & 7))) === 0) return false;
    bits = Math.imul(bits, GOLDEN);
  }
  return true;
}

/** Spreads each bit over all: the end of MurmurHash3 (A. Appleby, in the public domain). */
function mix(value: number): number {
  let hash = value;
  hash = Math.imul(hash ^ (hash >>> 16), 0x85ebca6b);
  hash = Math.imul(hash ^ (hash >>> 13), 0xc2b2ae35);
  return hash ^ (hash >>> 16);
}
