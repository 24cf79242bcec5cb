// The same types as in `@store/core`, to which they are assignable both ways: by structure, so that whoever only reads or
// writes bytes needs no other package.

/** What identifies a record. Numbers but NaN; `-0` is `0`; tuples nest at most 1,000 deep. */
export type Key = string | number | bigint | boolean | null | Uint8Array | readonly Key[];

/** A key and what belongs to it. */
export type StoreRecord = readonly [key: Key, ...elements: unknown[]];
