// A block, of data or of the index, on disk (format 2: never change it):
//
//   entries, in the order of their keys, one behind the other, each:
//     varint  bytes of the key
//     varint  bytes of the value * 4, + 1 for a tombstone, + 2 for a key with a suffix (entry.ts)
//     key
//     value
//   table of entries, each:
//     u16 LE  where it begins, from the block's begin; u32 LE if the entries are WIDE_FROM bytes or more
//     u16 LE  the two bytes of its key behind the prefix (below), the first one the higher, 0 for those that aren't there:
//             what a search compares first; not there if the entries are WIDE_FROM bytes or more, 0 for the first entry
//   u16 LE  how many entries: never none
//   u8      bytes of the prefix, which all keys but the first one begin with: as many as they share, up to LONGEST_PREFIX
//   u8      1 if the entries are WIDE_FROM bytes or more
//   u32 LE  checksum (run-identity.ts)
//
// Entries share a block up to BLOCK_BYTES; a longer one has a block of its own.
//
// In a block of the index, an entry is a block of the level below. Its key is the shortest one that is not above the
// block's first key and is above all keys before the block, empty for the first block; its value is:
//
//   u48 LE  where that block begins in the run
//   u32 LE  its bytes, checksum included
//
// Blocks of the index are longer where BLOCK_BYTES hold fewer than LEAST_FAN_OUT entries.

export const BLOCK_BYTES = 4096;
export const LEAST_FAN_OUT = 4;

export const TOMBSTONE = 1;
export const WITH_SUFFIX = 2;
/** A value's length in an entry is multiplied by this, to leave room for the two. */
export const LENGTH_UNIT = 4;

/** Of the table, for each entry. */
export const PLACE_BYTES = 4;
/** Behind the table, up to the checksum. */
export const TRAILER_BYTES = 4;
export const PREFIX_AT = 2;
export const WIDE_AT = 3;
export const LONGEST_PREFIX = 255;
export const WIDE_FROM = 2 ** 16;

export const LOCATION_BYTES = 10;
/** Where the length is in a location; before it is the offset. */
export const LENGTH_IN_LOCATION = 6;
