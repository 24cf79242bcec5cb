import { filterBytes } from "./filter-page.js";
import { HEADER_BYTES } from "./run-header.js";
import { CHECKSUM_BYTES, indexSalt, isPieceIntact, sealPiece } from "./run-identity.js";

// A run, on disk (format 2: never change it):
//
//   header         run-header.ts
//   blocks         of data, in the order of their keys; each of the index (block.ts) behind those that it leads to
//   filter         filter-page.ts
//   footer:
//     smallest key, largest key
//     tail, LE:
//       u48  entries           u48  bytes of all keys         u48  begin of the root block
//       u48  tombstones        u48  bytes of all values       u32  bytes of the root block
//       u8   levels of the index above the data: 0, where the root is the only block of data
//       u48  begin of the filter                              u32  lines of the filter
//       u32  bytes of the smallest key                        u32  bytes of the largest key
//     u32  checksum of the footer (run-identity.ts)
//
// In a run without entries, all is 0 but the begin of the filter, which is where the footer begins.

/** Bytes of the footer from its tail on. */
export const TAIL_BYTES = 6 * 4 + 6 + 4 + 1 + 6 + 4 + 4 + 4 + CHECKSUM_BYTES;

/** Where a block is. */
export interface BlockLocation {
  readonly offset: number;
  readonly length: number;
}

/** What is in a run. */
export interface RunSummary {
  /** Tombstones, too. */
  readonly entries: number;
  readonly tombstones: number;
  /** Of all entries, in bytes. */
  readonly keyBytes: number;
  readonly valueBytes: number;
  /** Bytes of the file. */
  readonly fileBytes: number;
  /** Empty without entries. */
  readonly smallestKey: Buffer;
  readonly largestKey: Buffer;
}

/** What a reader begins with. */
export interface RunFooter {
  readonly summary: RunSummary;
  readonly root: BlockLocation;
  readonly levels: number;
  /** Where the filter begins. */
  readonly filterOffset: number;
  readonly filterLines: number;
}

/** The footer, which begins in the run at `offset`; it tells all but the size of the file. */
export function encodeFooter(
  footer: Omit<RunFooter, "summary"> & { readonly summary: Omit<RunSummary, "fileBytes"> },
  salt: number,
  offset: number,
): Buffer {
  const { summary, root } = footer;
  const { smallestKey, largestKey } = summary;
  const keys = smallestKey.length + largestKey.length;
  const bytes = Buffer.concat([smallestKey, largestKey], keys + TAIL_BYTES);
  let at = keys;
  at = bytes.writeUIntLE(summary.entries, at, 6);
  at = bytes.writeUIntLE(summary.tombstones, at, 6);
  at = bytes.writeUIntLE(summary.keyBytes, at, 6);
  at = bytes.writeUIntLE(summary.valueBytes, at, 6);
  at = bytes.writeUIntLE(root.offset, at, 6);
  at = bytes.writeUInt32LE(root.length, at);
  at = bytes.writeUInt8(footer.levels, at);
  at = bytes.writeUIntLE(footer.filterOffset, at, 6);
  at = bytes.writeUInt32LE(footer.filterLines, at);
  at = bytes.writeUInt32LE(smallestKey.length, at);
  at = bytes.writeUInt32LE(largestKey.length, at);
  sealPiece(bytes, 0, at, indexSalt(salt), offset);
  return bytes;
}

/**
 * Where the footer begins in a run of `size` bytes that ends with `tail`, {@link TAIL_BYTES} long; undefined if it says
 * what can't be. Its checksum isn't compared yet.
 */
export function footerStart(tail: Buffer, size: number): number | undefined {
  const end = TAIL_BYTES - CHECKSUM_BYTES;
  const start = size - TAIL_BYTES - tail.readUInt32LE(end - 4) - tail.readUInt32LE(end - 8);
  const filterEnd = tail.readUIntLE(end - 18, 6) + filterBytes(tail.readUInt32LE(end - 12));
  return start >= HEADER_BYTES && filterEnd === start ? start : undefined;
}

/** Reads a footer, which begins in the run at `offset`; undefined if it isn't what was written there. */
export function decodeFooter(bytes: Buffer, salt: number, offset: number): RunFooter | undefined {
  if (!isPieceIntact(bytes, 0, bytes.length, indexSalt(salt), offset)) return undefined;
  let at = bytes.length - TAIL_BYTES;
  const next = (length: number): number => {
    at += length;
    return bytes.readUIntLE(at - length, length);
  };
  const entries = next(6);
  const tombstones = next(6);
  const keyBytes = next(6);
  const valueBytes = next(6);
  const root = { offset: next(6), length: next(4) };
  const levels = next(1);
  const filterOffset = next(6);
  const filterLines = next(4);
  const smallestEnd = next(4);
  const smallestKey = bytes.subarray(0, smallestEnd);
  const largestKey = bytes.subarray(smallestEnd, smallestEnd + next(4));
  const fileBytes = offset + bytes.length;
  return {
    summary: { entries, tombstones, keyBytes, valueBytes, fileBytes, smallestKey, largestKey },
    root,
    levels,
    filterOffset,
    filterLines,
  };
}
