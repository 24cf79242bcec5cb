import { arrayTag, typedArrayName } from "./binary-tags.js";
import { DIGIT_PAIRS, digitsOf, SPLIT_BY, SPLIT_DIGITS } from "./digits.js";
import { ESCAPE, isTag } from "./tags.js";
import {
  FALSE,
  LAST_PLACE,
  type LastNames,
  lastNames,
  NULL,
  PART_BYTES,
  TRUE,
  type Word,
  wordOf,
} from "./word.js";

const FIRST_BYTES = 2 ** 17;
/** Up to so many code units a loop is faster than a native call. */
const SHORT = 48;
/** Names of object keys come again and again; more than this aren't kept. */
const MOST_NAMES = 4_096;
const LONGEST_NAME = 64;
/** A code unit takes at most so many bytes: `\ud800`. */
const BYTES_PER_UNIT = 6;

const NEWLINE = 0x0a;
const QUOTE = 0x22;
const COMMA = 0x2c;
const MINUS = 0x2d;
const ZERO = 0x30;
const LAST_ASCII = 0x7f;
/** 1 for what stands in a string as it is. */
const PLAIN = Uint8Array.from({ length: LAST_ASCII + 1 }, (_, unit) => {
  const text = String.fromCharCode(unit);
  return JSON.stringify(text) === `"${text}"` && unit !== LAST_ASCII ? 1 : 0;
});
const OPEN_ARRAY = 0x5b;
const CLOSE_ARRAY = 0x5d;
const CLOSE_OBJECT = 0x7d;
const OPEN = "{";

/** An integer takes at most so many bytes, its sign included. */
const INTEGER_BYTES = 17;
/**
 * Writes values in the text form, as UTF-8, one behind the other into a buffer that grows.
 *
 * Its private methods are handed where they shall write, and return where they have ended: in a register, that is faster
 * than in a field.
 */
export class TextWriter {
  buffer: Buffer = Buffer.allocUnsafeSlow(FIRST_BYTES);
  /** The same bytes, to write several at once. */
  #view = viewOf(this.buffer);
  /** How many bytes are written. */
  length = 0;
  readonly #names = new Map<string, Word>();
  readonly #firsts = lastNames(OPEN);
  readonly #others = lastNames(",");
  /** Of objects within objects. */
  #depth = 0;

  /** Forgets what was written. */
  clear(): void {
    this.length = 0;
  }

  /** Hands out what was written, and goes on at the beginning of another buffer. */
  exchange(buffer: Buffer): Buffer {
    const written = this.buffer.subarray(0, this.length);
    this.buffer = buffer;
    this.#view = viewOf(buffer);
    this.length = 0;
    return written;
  }

  /** ASCII, as it is. */
  ascii(text: string): void {
    this.length = this.#ascii(text, this.length);
  }

  /** Ends a line. */
  newline(): void {
    this.length = this.#byte(NEWLINE, this.length);
  }

  /** Throws a `TypeError` for what no record may hold. */
  value(value: unknown): void {
    this.#depth = 0;
    this.length = this.#value(value, this.length);
  }

  #value(value: unknown, at: number): number {
    switch (typeof value) {
      case "string":
        return this.#string(value, at);
      case "number":
        return this.#number(value, at);
      case "boolean":
        return this.#word(value ? TRUE : FALSE, at);
      case "bigint":
        return this.#ascii(`{"$bigint":"${value}"}`, at);
      case "undefined":
        return this.#ascii('{"$undefined":true}', at);
      case "object":
        if (value === null) return this.#word(NULL, at);
        return Array.isArray(value) ? this.#array(value, at) : this.#object(value, at);
      default:
        throw new TypeError(`a ${typeof value} has no text form`);
    }
  }

  #array(values: readonly unknown[], start: number): number {
    let at = this.#byte(OPEN_ARRAY, start);
    for (let index = 0; index < values.length; index++) {
      if (index > 0) at = this.#byte(COMMA, at);
      at = this.#value(values[index], at);
    }
    return this.#byte(CLOSE_ARRAY, at);
  }

  #object(object: object, start: number): number {
    const prototype: unknown = Object.getPrototypeOf(object);
    if (prototype !== Object.prototype && prototype !== null) return this.#tagged(object, start);
    const keys = Object.keys(object);
    if (keys.length === 0) return this.#ascii("{}", start);
    const members = object as Record<string, unknown>;
    const depth = ++this.#depth << 4;
    const first = keys[0] as string;
    const isEscaped = keys.length === 1 && isTag(first);
    const begin = isEscaped
      ? this.#nameOf(OPEN, ESCAPE + first)
      : this.#nameAt(this.#firsts, depth, first);
    let at = this.#value(members[first], this.#word(begin, start));
    for (let index = 1; index < keys.length; index++) {
      const key = keys[index] as string;
      at = this.#word(this.#nameAt(this.#others, depth + index, key), at);
      at = this.#value(members[key], at);
    }
    this.#depth--;
    return this.#byte(CLOSE_OBJECT, at);
  }

  /** {@link #nameOf}: objects of one kind have their keys at one place, which is looked at first. */
  #nameAt({ before, keys, names }: LastNames, position: number, key: string): Word {
    const place = position & LAST_PLACE;
    if (keys[place] !== key) {
      keys[place] = key;
      names[place] = this.#nameOf(before, key);
    }
    return names[place] as Word;
  }

  /** A key with what comes before it, its quotes, and the colon. */
  #nameOf(before: string, key: string): Word {
    const known = this.#names.get(before + key);
    if (known !== undefined) return known;
    const name = wordOf(`${before}${JSON.stringify(key)}:`);
    const isKept = this.#names.size < MOST_NAMES && key.length <= LONGEST_NAME;
    if (isKept) this.#names.set(before + key, name);
    return name;
  }

  #tagged(object: object, at: number): number {
    const arrayName = typedArrayName(object);
    if (arrayName !== undefined) {
      const { buffer, byteOffset, byteLength } = object as Uint8Array;
      return this.#base64(arrayTag(arrayName), Buffer.from(buffer, byteOffset, byteLength), at);
    }
    if (object instanceof ArrayBuffer) {
      return this.#base64("$arraybuffer", Buffer.from(object), at);
    }
    if (object instanceof Date) {
      const isInvalid = Number.isNaN(object.getTime());
      return this.#ascii(`{"$date":${isInvalid ? "null" : `"${object.toISOString()}"`}}`, at);
    }
    if (object instanceof Map) return this.#list('{"$map":', [...object], at);
    if (object instanceof Set) return this.#list('{"$set":', [...object], at);
    throw new TypeError(`a ${object.constructor?.name ?? "class instance"} has no text form`);
  }

  #list(before: string, values: readonly unknown[], at: number): number {
    return this.#byte(CLOSE_OBJECT, this.#array(values, this.#ascii(before, at)));
  }

  #base64(tag: string, bytes: Buffer, start: number): number {
    const at = this.#ascii(`{"${tag}":"`, start);
    const text = bytes.toString("base64");
    this.#reserve(text.length, at);
    return this.#ascii('"}', at + this.buffer.write(text, at, "latin1"));
  }

  #string(text: string, start: number): number {
    const { length } = text;
    if (length <= SHORT) {
      this.#reserve(length + 2, start);
      const { buffer } = this;
      let at = start;
      buffer[at++] = QUOTE;
      let index = 0;
      for (; index < length; index++) {
        const unit = text.charCodeAt(index);
        if (unit > LAST_ASCII || PLAIN[unit] === 0) break;
        buffer[at++] = unit;
      }
      if (index === length) {
        buffer[at++] = QUOTE;
        return at;
      }
    }
    // Lone surrogates become escapes: no UTF-8 holds them.
    const quoted = JSON.stringify(text);
    this.#reserve(quoted.length * BYTES_PER_UNIT, start);
    return start + this.buffer.write(quoted, start);
  }

  #number(value: number, at: number): number {
    if (Number.isSafeInteger(value)) {
      if (value !== 0 || !Object.is(value, -0)) return this.#integer(value, at);
    } else if (Number.isFinite(value)) {
      // All digits of an integer: those that tell it from its neighbours alone would be those of another.
      const isLong = Number.isInteger(value) && Math.abs(value) < 1e21;
      return this.#ascii(String(isLong ? BigInt(value) : value), at);
    }
    return this.#ascii(`{"$number":"${Object.is(value, -0) ? "-0" : value}"}`, at);
  }

  /** Faster than the text of a number, which isn't kept. */
  #integer(value: number, start: number): number {
    this.#reserve(INTEGER_BYTES, start);
    let first = start;
    let rest = value;
    if (rest < 0) {
      this.buffer[first++] = MINUS;
      rest = -rest;
    }
    if (rest < SPLIT_BY) return this.#digits(rest | 0, first, digitsOf(rest | 0));
    // From here on in 32 bits.
    const high = Math.floor(rest / SPLIT_BY);
    const middle = this.#digits(high | 0, first, digitsOf(high | 0));
    return this.#digits((rest - high * SPLIT_BY) | 0, middle, SPLIT_DIGITS);
  }

  /** So many digits, with zeros before them if need be. */
  #digits(value: number, start: number, count: number): number {
    const view = this.#view;
    const end = start + count;
    let rest = value;
    let at = end;
    while (at - start >= 2) {
      const shorter = (rest / 100) | 0;
      at -= 2;
      view.setUint16(at, DIGIT_PAIRS[rest - shorter * 100] as number);
      rest = shorter;
    }
    if (at > start) view.setUint8(start, ZERO + rest);
    return end;
  }

  #ascii(text: string, start: number): number {
    const { length } = text;
    this.#reserve(length, start);
    const { buffer } = this;
    for (let index = 0; index < length; index++) buffer[start + index] = text.charCodeAt(index);
    return start + length;
  }

  /** Four bytes at a time; what is written behind its end is written over. */
  #word({ parts, length }: Word, start: number): number {
    this.#reserve(length + PART_BYTES, start);
    const view = this.#view;
    let at = start;
    for (let index = 0; index < parts.length; index++) {
      view.setUint32(at, parts[index] as number);
      at += PART_BYTES;
    }
    return start + length;
  }

  #byte(byte: number, at: number): number {
    this.#reserve(1, at);
    this.buffer[at] = byte;
    return at + 1;
  }

  /** Sees to it that so many bytes go behind what is written. */
  #reserve(bytes: number, at: number): void {
    if (at + bytes > this.buffer.length) this.#grow(at + bytes, at);
  }

  #grow(bytes: number, written: number): void {
    const grown = Buffer.allocUnsafeSlow(Math.max(2 * this.buffer.length, bytes));
    this.buffer.copy(grown, 0, 0, written);
    this.buffer = grown;
    this.#view = viewOf(grown);
  }
}

function viewOf({ buffer, byteOffset, byteLength }: Buffer): DataView {
  return new DataView(buffer, byteOffset, byteLength);
}
