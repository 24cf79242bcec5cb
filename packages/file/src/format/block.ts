// A block, of data or of the index, on disk (format 2: never change it):
//
//   entries, in the order of their keys, one behind the other, each:
//     varint  bytes of the key
//     varint  bytes of the value * 4, + 1 for a tombstone, + 2 for a key with a suffix (entry.ts)
//     key
//     value
//   table of where each entry begins, from the block's begin: u16 LE each; u32 LE if the entries are 64 KiB or longer
//   u32 LE  how many entries: never none; the highest bit says that the table has numbers of 32 bits
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

export const COUNT_BYTES = 4;
/** In the count of the entries: the table has numbers of 32 bits. */
export const WIDE = 0x80000000;
/** From so many bytes of entries on. */
export const WIDE_FROM = 2 ** 16;

export const LOCATION_BYTES = 10;
/** Where the length is in a location; before it is the offset. */
export const LENGTH_IN_LOCATION = 6;
