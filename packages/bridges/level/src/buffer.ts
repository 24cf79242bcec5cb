/**
 * The same bytes as a Buffer, which is what abstract-level makes the least of: its transcoding to plain `Uint8Array`s loses
 * a byte order mark at the beginning of a text, and takes undefined for an empty one.
 */
export function bufferOf(bytes: Uint8Array): Buffer;
export function bufferOf(bytes: Uint8Array | undefined): Buffer | undefined;
export function bufferOf(bytes: Uint8Array | undefined): Buffer | undefined {
  return bytes && Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
}
