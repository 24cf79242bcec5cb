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

/** Fewer bytes are copied sooner one by one than by views that are made for it. */
const FEW = 512;

/** Bytes to where a word is: nobody else looks at them meanwhile. */
export function writeBytes(to: Uint8Array, word: number, bytes: Uint8Array): void {
  const start = 4 * word;
  if (bytes.length > FEW) {
    to.set(bytes, start);
    return;
  }
  for (let index = 0; index < bytes.length; index++) to[start + index] = bytes[index] as number;
}

/** The counterpart of {@link writeBytes}: a copy. */
export function readBytes(from: Uint8Array, word: number, length: number): Uint8Array {
  const start = 4 * word;
  const bytes = new Uint8Array(length);
  if (length > FEW) bytes.set(from.subarray(start, start + length));
  else for (let index = 0; index < length; index++) bytes[index] = from[start + index] as number;
  return bytes;
}

/** Asks for a block of so many bytes, for a request that a slot can't hold. */
export const ROOM = "room";
