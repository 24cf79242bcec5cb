/** How deep a key's tuples, and the objects in an element of a record, may nest: as in `@store/core`. */
export const MAX_DEPTH = 1_000;

/** The most bytes of an encoded key or record: offsets stay 32-bit integers, and files and buffers of any system hold it. */
export const MAX_ENCODED_BYTES = 2 ** 31 - 1;
