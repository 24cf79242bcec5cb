/** Bytes as a string of one code unit a byte: in the order of the bytes, and a key of a Map. */
export function latin1(buffer: Buffer, start: number, end: number): string {
  return (buffer as Sliceable).latin1Slice(start, end);
}

/** What every runtime's Buffer has, and `toString` calls after it has looked at its arguments. */
type Sliceable = Buffer & { latin1Slice(start: number, end: number): string };

/** The same bytes as a Buffer. */
export function asBuffer(bytes: Uint8Array): Buffer {
  return Buffer.isBuffer(bytes)
    ? bytes
    : Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
}
