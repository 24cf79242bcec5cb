import { native } from "./native.js";

// Looked up once: each is called for most strings.
const latin1Slice = native?.latin1Slice;
const ucs2Slice = native?.ucs2Slice;
const utf8Slice = native?.utf8Slice;
const ucs2Write = native?.ucs2Write;
const utf8Write = native?.utf8Write;

const { fromCharCode } = String;

/** The string whose code units are the bytes from `start` up to `end`, which are there. */
export function latin1Text(bytes: Uint8Array, start: number, end: number): string {
  // Up to so many code units as arguments, the engine makes the string itself: several times faster than a call of the
  // system's.
  switch (end - start) {
    case 0:
      return "";
    case 1:
      return fromCharCode(bytes[start] as number);
    case 2:
      return fromCharCode(bytes[start] as number, bytes[start + 1] as number);
    case 3:
      return fromCharCode(
        bytes[start] as number,
        bytes[start + 1] as number,
        bytes[start + 2] as number,
      );
    case 4:
      return fromCharCode(
        bytes[start] as number,
        bytes[start + 1] as number,
        bytes[start + 2] as number,
        bytes[start + 3] as number,
      );
  }
  return end - start <= MOST_ARGUMENTS
    ? mediumText(bytes, start, end)
    : longLatin1Text(bytes, start, end);
}

const MOST_ARGUMENTS = 12;

/** Of 5 to 12 code units. */
function mediumText(bytes: Uint8Array, start: number, end: number): string {
  const a = bytes[start] as number;
  const b = bytes[start + 1] as number;
  const c = bytes[start + 2] as number;
  const d = bytes[start + 3] as number;
  const e = bytes[start + 4] as number;
  if (end === start + 5) return fromCharCode(a, b, c, d, e);
  const f = bytes[start + 5] as number;
  if (end === start + 6) return fromCharCode(a, b, c, d, e, f);
  const g = bytes[start + 6] as number;
  if (end === start + 7) return fromCharCode(a, b, c, d, e, f, g);
  const h = bytes[start + 7] as number;
  if (end === start + 8) return fromCharCode(a, b, c, d, e, f, g, h);
  const i = bytes[start + 8] as number;
  if (end === start + 9) return fromCharCode(a, b, c, d, e, f, g, h, i);
  const j = bytes[start + 9] as number;
  if (end === start + 10) return fromCharCode(a, b, c, d, e, f, g, h, i, j);
  const k = bytes[start + 10] as number;
  if (end === start + 11) return fromCharCode(a, b, c, d, e, f, g, h, i, j, k);
  return fromCharCode(a, b, c, d, e, f, g, h, i, j, k, bytes[start + 11] as number);
}

function longLatin1Text(bytes: Uint8Array, start: number, end: number): string {
  if (latin1Slice !== undefined) return latin1Slice.call(bytes, start, end);
  const units = new UnitCollector();
  for (let at = start; at < end; at++) units.add(bytes[at] as number);
  return units.text();
}

/** The string whose code units are two bytes each, the low one first. */
export function utf16Text(bytes: Uint8Array, start: number, end: number): string {
  if (ucs2Slice !== undefined) return ucs2Slice.call(bytes, start, end);
  const units = new UnitCollector();
  for (let at = start; at < end; at += 2) {
    units.add((bytes[at] as number) | ((bytes[at + 1] as number) << 8));
  }
  return units.text();
}

/** Writes the code units where there is room for them. */
export function writeUtf16(bytes: Uint8Array, text: string, at: number): void {
  if (ucs2Write !== undefined) {
    ucs2Write.call(bytes, text, at, 2 * text.length);
    return;
  }
  for (let index = 0; index < text.length; index++) {
    const unit = text.charCodeAt(index);
    bytes[at + 2 * index] = unit;
    bytes[at + 2 * index + 1] = unit >> 8;
  }
}

/** What the package needs of the Encoding API, which all runtimes have. */
interface Encoding {
  readonly TextEncoder: new () => { encodeInto(text: string, to: Uint8Array): { written: number } };
  readonly TextDecoder: new (
    label: string,
    options: { ignoreBOM: true },
  ) => { decode(bytes: Uint8Array): string };
}

/** The string that these bytes are in UTF-8. What isn't UTF-8 becomes U+FFFD. */
export function utf8Text(bytes: Uint8Array, start: number, end: number): string {
  if (utf8Slice !== undefined) return utf8Slice.call(bytes, start, end);
  const { TextDecoder } = globalThis as unknown as Encoding;
  // A byte order mark is a character as any other.
  return new TextDecoder("utf-8", { ignoreBOM: true }).decode(bytes.slice(start, end));
}

/** Writes a string as UTF-8 where there are three bytes for each of its code units; returns how many it took. */
export function writeUtf8(bytes: Uint8Array, text: string, at: number): number {
  if (utf8Write !== undefined) return utf8Write.call(bytes, text, at, bytes.length - at);
  const { TextEncoder } = globalThis as unknown as Encoding;
  return new TextEncoder().encodeInto(text, bytes.subarray(at)).written;
}

/** Puts a string together from code units, in pieces. */
export class UnitCollector {
  readonly #pieces: string[] = [];
  #units: number[] = [];

  add(unit: number): void {
    if (this.#units.length === PIECE) this.#flush();
    this.#units.push(unit);
  }

  /** All that was added. */
  text(): string {
    this.#flush();
    return this.#pieces.length === 1 ? (this.#pieces[0] as string) : this.#pieces.join("");
  }

  #flush(): void {
    this.#pieces.push(fromCharCode.apply(undefined, this.#units));
    this.#units = [];
  }
}

const PIECE = 2 ** 12;
