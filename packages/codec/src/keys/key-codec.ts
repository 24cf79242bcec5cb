import { Input } from "../bytes/input.js";
import { Encoder, Output } from "../bytes/output.js";
import { corrupt } from "../codec-error.js";
import type { Key } from "../types.js";
import { readKey } from "./key-reader.js";
import { END, ESCAPE, STRING } from "./key-tags.js";
import { writeKey } from "./key-writer.js";

/** A longer string isn't worth a look whether all of it is ASCII. */
const SHORT = 64;

const encoder = new Encoder<Key, Output>(() => new Output("STORE_INVALID_KEY"), writeKey);

/**
 * The key as bytes. Compared byte by byte, a shorter beginning first, they have the order of keys: `null < false < true <
 * numbers and bigints by value (a number before its equal bigint) < strings by UTF-16 code unit < Uint8Arrays by byte <
 * tuples element by element, a shorter prefix first`. No key's bytes begin with those of another.
 *
 * Throws a `CodecError`, `STORE_INVALID_KEY`, for what is no key, and for one of more than 2,147,483,647 bytes.
 */
export function encodeKey(key: Key): Uint8Array {
  if (typeof key === "string" && key.length <= SHORT) {
    const encoded = encodeAscii(key);
    if (encoded !== undefined) return encoded;
  }
  return encoder.encode(key);
}

/** Undefined for a string with other characters. */
function encodeAscii(text: string): Uint8Array | undefined {
  const { length } = text;
  const encoded = new Uint8Array(length + 2);
  encoded[0] = STRING;
  for (let index = 0; index < length; index++) {
    const unit = text.charCodeAt(index);
    if (unit >= 0x80 || unit <= ESCAPE) return undefined;
    encoded[index + 1] = unit;
  }
  encoded[length + 1] = END;
  return encoded;
}

/**
 * Writes what {@link encodeKey} returns into `target` from `at` on. Returns where it ends; -1, with anything behind `at`,
 * where there may not be enough room.
 */
export function encodeKeyInto(key: Key, target: Uint8Array, at: number): number {
  return encoder.encodeInto(key, target, at);
}

/**
 * The key whose bytes are those from `start` up to `end`; it shares nothing with them. Throws a `CodecError`,
 * `STORE_CORRUPT`, for all that {@link encodeKey} doesn't return.
 */
export function decodeKey(bytes: Uint8Array, start = 0, end: number = bytes.length): Key {
  const input = new Input(bytes, start, end);
  const key = readKey(input);
  if (input.at !== end) throw corrupt("a key is followed by other bytes", input.at);
  return key;
}
