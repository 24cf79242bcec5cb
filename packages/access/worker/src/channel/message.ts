import { pack, unpack } from "./packing.js";

/** What a call asks for: its name, then its arguments. */
export type Request = readonly [call: string, ...args: unknown[]];

/** What comes back: a value; or the code and the words of an error. */
export type Answer =
  | readonly [status: 0, value: unknown]
  | readonly [status: 1, code: string, message: string];

export function encodeMessage(message: Request | Answer): Uint8Array {
  return pack(message);
}

export function decodeMessage<T extends Request | Answer>(bytes: Uint8Array): T {
  return unpack(bytes) as T;
}

/** Bytes to shared words: nobody else looks at them meanwhile. */
export function writeBytes(words: Int32Array, at: number, bytes: Uint8Array): void {
  new Uint8Array(words.buffer, words.byteOffset + 4 * at, bytes.length).set(bytes);
}

/** The counterpart of {@link writeBytes}: a copy. */
export function readBytes(words: Int32Array, at: number, length: number): Uint8Array {
  const bytes = new Uint8Array(length);
  bytes.set(new Uint8Array(words.buffer, words.byteOffset + 4 * at, length));
  return bytes;
}

/** Asks for a block of so many bytes, for a request that a slot can't hold. */
export const ROOM = "room";
