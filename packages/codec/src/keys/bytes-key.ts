import type { Input } from "../bytes/input.js";
import type { Output } from "../bytes/output.js";
import { END, ESCAPE } from "./key-tags.js";
import { unescaped } from "./string-key.js";

/** So many bytes get their room at a time. */
const PIECE = 2 ** 12;

/** Appends bytes, without an end. */
export function writeBytes(output: Output, source: Uint8Array): void {
  const { length } = source;
  for (let from = 0; from < length; from += PIECE) {
    const to = Math.min(length, from + PIECE);
    output.reserve(2 * (to - from));
    const { bytes } = output;
    let { at } = output;
    for (let index = from; index < to; index++) {
      const byte = source[index] as number;
      if (byte <= ESCAPE) {
        bytes[at++] = ESCAPE;
        bytes[at++] = byte + 1;
      } else {
        bytes[at++] = byte;
      }
    }
    output.at = at;
  }
}

/** Reads bytes up to their end, and goes behind it. */
export function readBytesKey(input: Input): Uint8Array {
  const { bytes, at: start, end } = input;
  let at = start;
  let escapes = 0;
  for (; at < end && bytes[at] !== END; at++) {
    if (bytes[at] !== ESCAPE) continue;
    escapes++;
    at++;
  }
  if (at >= end) throw input.cutOff();
  const result = new Uint8Array(at - start - escapes);
  for (let index = 0; index < result.length; index++) {
    const byte = input.byte();
    result[index] = byte === ESCAPE ? unescaped(input) : byte;
  }
  input.at = at + 1;
  return result;
}
