import type { Input } from "../bytes/input.js";
import type { Output } from "../bytes/output.js";
import { latin1Text, UnitCollector } from "../bytes/text.js";
import { corrupt } from "../codec-error.js";
import { END, ESCAPE } from "./key-tags.js";

// The code units of a string one after another, each in 1 to 3 bytes as UTF-8 has them (a surrogate for itself, as in
// CESU-8). So the bytes are in the order of the code units, and any string has them.

/** So many code units get their room at a time. */
const PIECE = 2 ** 12;
const MOST_BYTES = 3;

/** Appends the code units of a string, without an end. */
export function writeUnits(output: Output, text: string): void {
  for (let from = 0; from < text.length; from += PIECE) {
    writePiece(output, text, from, Math.min(text.length, from + PIECE));
  }
}

function writePiece(output: Output, text: string, from: number, to: number): void {
  output.reserve((to - from) * MOST_BYTES);
  const { bytes } = output;
  let { at } = output;
  for (let index = from; index < to; index++) {
    const unit = text.charCodeAt(index);
    if (unit < 0x80) {
      if (unit <= ESCAPE) {
        bytes[at++] = ESCAPE;
        bytes[at++] = unit + 1;
      } else {
        bytes[at++] = unit;
      }
    } else if (unit < 0x800) {
      bytes[at++] = 0xc0 | (unit >> 6);
      bytes[at++] = 0x80 | (unit & 0x3f);
    } else {
      bytes[at++] = 0xe0 | (unit >> 12);
      bytes[at++] = 0x80 | ((unit >> 6) & 0x3f);
      bytes[at++] = 0x80 | (unit & 0x3f);
    }
  }
  output.at = at;
}

/** Reads code units up to their end, and goes behind it. */
export function readStringKey(input: Input): string {
  const { bytes, at: start, end } = input;
  let at = start;
  while (at < end && isPlain(bytes[at] as number)) at++;
  if (at >= end) throw input.cutOff();
  if (bytes[at] !== END) return readAnyString(input);
  input.at = at + 1;
  return latin1Text(bytes, start, at);
}

function isPlain(byte: number): boolean {
  return byte > ESCAPE && byte < 0x80;
}

function readAnyString(input: Input): string {
  const units = new UnitCollector();
  for (;;) {
    const byte = input.byte();
    if (byte === END) return units.text();
    units.add(readUnit(input, byte));
  }
}

function readUnit(input: Input, first: number): number {
  if (first === ESCAPE) return unescaped(input);
  if (first < 0x80) return first;
  if (first >= 0xc2 && first < 0xe0) return ((first & 0x1f) << 6) | tail(input);
  if (first >= 0xe0 && first < 0xf0) {
    const unit = ((first & 0xf) << 12) | (tail(input) << 6) | tail(input);
    if (unit >= 0x800) return unit;
  }
  throw corrupt("a string of a key has a byte that no string has", input.at - 1);
}

function tail(input: Input): number {
  const byte = input.byte();
  if ((byte & 0xc0) !== 0x80) {
    throw corrupt("a string of a key has a byte that no string has", input.at - 1);
  }
  return byte & 0x3f;
}

/** What stands behind an `ESCAPE`. */
export function unescaped(input: Input): number {
  const byte = input.byte() - 1;
  if (byte !== END && byte !== ESCAPE) {
    throw corrupt("a key has an escape that stands for nothing", input.at - 1);
  }
  return byte;
}
