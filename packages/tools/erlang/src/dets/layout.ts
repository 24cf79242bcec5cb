/**
 * A dets file of version 9, all numbers with their most significant byte first:
 *
 * ```
 *    0  header of 188 bytes, 124 reserved
 *  312  256 pointers to parts of the segment array
 * 1336  parts (512 pointers to segments), segments (256 slots), and collections: what is in a slot
 *       free lists
 *       the file's size, 4 bytes
 * ```
 */
export const HEADER_BYTES = 188;
export const PARTS_START = 312;
export const PARTS = 256;
/** Where everything is allocated from, in steps of 16 bytes. */
export const BASE = PARTS_START + 4 * PARTS;
export const STEP = 16;

export const SEGMENTS_OF_PART = 512;
export const SLOTS_OF_SEGMENT = 256;
/** A slot holds the size of its collection, and where it is. */
export const SLOT_BYTES = 8;
export const MAX_SLOTS = PARTS * SEGMENTS_OF_PART * SLOTS_OF_SEGMENT;

/** A collection begins with its size and its status. */
export const COLLECTION_HEAD_BYTES = 8;
export const ACTIVE = 0x12_34_56_78;
export const FREE = 0x03_ab_cd_ef;

export const COOKIE = 0x00_ab_cd_ef;
export const VERSION = 9;

/** What is allocated for so many bytes: the next power of two. */
export function allocated(bytes: number): number {
  return 2 ** Math.ceil(Math.log2(Math.max(bytes, STEP)));
}
