/**
 * Arrays as PostgreSQL writes them, in one text: drivers take them for the element type of the parameter, and don't agree
 * on how they would write an array of bytes themselves.
 */

/** A parameter of type `bytea[]`. */
export function bytesArray(values: readonly Uint8Array[]): string {
  return `{${values.map((value) => `"\\\\x${hex(value)}"`).join(",")}}`;
}

/** A parameter of type `float8[]`; null is NULL. */
export function numbersArray(values: readonly (number | null)[]): string {
  return `{${values.map((value) => value ?? "NULL").join(",")}}`;
}

/** Bytes in hexadecimal. */
export function hex(bytes: Uint8Array): string {
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString("hex");
}
