// The first byte of each value of a record. They reach disks: never change one. docs/codec.md has the format.

/** The first byte of a record. A reader leaves records with a higher one alone. */
export const VERSION = 1;

/** Plus the integer: 0 to 127. */
export const SMALL = 0x00;
export const SMALL_LIMIT = 0x80;
/** Plus how many code units: up to 63, all of one byte. */
export const SHORT_STRING = 0x80;
export const SHORT_STRING_UNITS = 63;
/** Plus how many elements: up to 15. */
export const SHORT_ARRAY = 0xc0;
export const SHORT_ARRAY_ELEMENTS = 15;

export const NULL = 0xd0;
export const UNDEFINED = 0xd1;
export const FALSE = 0xd2;
export const TRUE = 0xd3;
export const FLOAT64 = 0xd4;
export const BIGINT = 0xd5;
export const MINUS_BIGINT = 0xd6;
export const DATE = 0xd7;
export const BYTES = 0xd8;
export const ARRAY_BUFFER = 0xd9;
export const TYPED_ARRAY = 0xda;
export const LATIN1 = 0xdb;
export const UTF8 = 0xdc;
export const UTF16 = 0xdd;
export const ARRAY = 0xde;
export const MAP = 0xdf;
export const SET = 0xe0;
export const OBJECT = 0xe1;
export const BARE_OBJECT = 0xe2;
/** An object whose names are listed, to be referred to by what comes later in the record. */
export const SHAPE = 0xe3;
/** An object with the names of an earlier one. */
export const SAME_SHAPE = 0xe4;
/** Plus the number of bytes, from 1 to 6: an integer from 0 on. */
export const INTEGER = 0xe7;
/** Plus the number of bytes, from 1 to 6: -1 less an integer from 0 on. */
export const MINUS_INTEGER = 0xef;
export const INTEGER_BYTES = 6;
/** Plus a number up to 7: `SAME_SHAPE` of that one. */
export const NEAR_SHAPE = 0xf8;
export const NEAR_SHAPES = 8;
