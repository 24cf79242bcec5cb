// The first byte of each part of a key, in the order of keys. They reach disks: never change one. Gaps are for what may
// come. docs/codec.md has the format.

/** Ends a tuple, a string and bytes: below all that can stand in its place. */
export const END = 0x00;
/** In strings and bytes: what follows, less 1, stands for itself. So neither has an `END` before its end. */
export const ESCAPE = 0x01;

export const NULL = 0x10;
export const FALSE = 0x12;
export const TRUE = 0x14;

export const MINUS_INFINITY = 0x20;
export const MINUS_LARGE = 0x21;
/** Less the number of bytes, from 1 to 9: integer parts below 0. */
export const MINUS_INTEGER = 0x2b;
export const MINUS_FRACTION = 0x2b;
export const ZERO = 0x2c;
export const BIG_ZERO = 0x2d;
export const FRACTION = 0x2e;
/** Plus the number of bytes, from 1 to 9: integer parts above 0. */
export const INTEGER = 0x2e;
export const LARGE = 0x38;
export const INFINITY = 0x39;

export const STRING = 0x40;
export const BYTES = 0x50;
export const TUPLE = 0x60;

/** The most bytes behind `INTEGER`. A larger integer is `LARGE`. */
export const INTEGER_BYTES = 9;

/** What stands behind the magnitude of a number: which of those with that integer part it is, in their order. */
export interface Suffixes {
  /** The number that is this integer. */
  readonly number: number;
  /** The bigint that is this integer. */
  readonly bigint: number;
  /** What is farther from 0: the fraction of a number, or the rest of a bigint, follows. */
  readonly more: number;
}

// The bytes of what is below 0 are written inverted, these among them. A number comes before its equal bigint.
export const SUFFIXES: Suffixes = { number: 0, bigint: 1, more: 2 };
export const MINUS_SUFFIXES: Suffixes = { number: 1, bigint: 0, more: 2 };
