/**
 * The value of an entry of a user's table:
 *
 *     flags u8 | in a value with a moment: float64, little-endian, ms since 1970 | encodeElements(record)
 *
 * These numbers are on disk. Never change one.
 */
const HAS_MOMENT = 0x01;
const MOMENT_BYTES = 8;

/** How many bytes come before the elements. */
export function valueHeaderBytes(moment: number | undefined): number {
  return moment === undefined ? 1 : 1 + MOMENT_BYTES;
}

/** Writes what comes before the elements. */
export function putValueHeader(buffer: Buffer, at: number, moment: number | undefined): void {
  if (moment === undefined) {
    buffer[at] = 0;
    return;
  }
  buffer[at] = HAS_MOMENT;
  buffer.writeDoubleLE(moment, at + 1);
}

/** The moment from which the record is no longer there; `Infinity`: it has none. */
export function momentOf(buffer: Buffer, at: number): number {
  return buffer[at] === 0 ? Number.POSITIVE_INFINITY : buffer.readDoubleLE(at + 1);
}

/** Where the elements begin. */
export function elementsStart(buffer: Buffer, at: number): number {
  return buffer[at] === 0 ? at + 1 : at + 1 + MOMENT_BYTES;
}
