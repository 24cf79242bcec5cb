import { arrayTag, typedArrayName } from "./binary-tags.js";
import { ESCAPE, isTag } from "./tags.js";

const FIRST_BYTES = 2 ** 17;
/** Up to so many code units a loop is faster than a native call. */
const SHORT = 48;
/** Names of object keys come again and again; more than this aren't kept. */
const MOST_NAMES = 4_096;
const LONGEST_NAME = 64;
/** A code unit takes at most so many bytes: `\ud800`. */
const BYTES_PER_UNIT = 6;

const COMMA = 0x2c;
const QUOTE = 0x22;
const BACKSLASH = 0x5c;
const ZERO = 0x30;
const MINUS = 0x2d;
/** Integers from here on are split before their digits are made: the rest is done in 32 bits. */
const SPLIT_FROM = 1e9;
const SPLIT_BY = 1e4;

/** Writes values in the text form, as UTF-8, one behind the other into a buffer that grows. */
export class TextWriter {
  buffer: Buffer = Buffer.allocUnsafeSlow(FIRST_BYTES);
  /** How many bytes are written. */
  length = 0;
  readonly #names = new Map<string, Buffer>();

  /** Forgets what was written. */
  clear(): void {
    this.length = 0;
  }

  /** ASCII, as it is. */
  ascii(text: string): void {
    this.#reserve(text.length);
    for (let at = 0; at < text.length; at++) this.buffer[this.length++] = text.charCodeAt(at);
  }

  /** Throws a `TypeError` for what no record may hold. */
  value(value: unknown): void {
    switch (typeof value) {
      case "string":
        this.#string(value);
        break;
      case "number":
        this.#number(value);
        break;
      case "boolean":
        this.ascii(value ? "true" : "false");
        break;
      case "bigint":
        this.ascii(`{"$bigint":"${value}"}`);
        break;
      case "undefined":
        this.ascii('{"$undefined":true}');
        break;
      case "object":
        if (value === null) this.ascii("null");
        else if (Array.isArray(value)) this.#array(value);
        else this.#object(value);
        break;
      default:
        throw new TypeError(`a ${typeof value} has no text form`);
    }
  }

  #array(values: readonly unknown[]): void {
    this.#byte(0x5b);
    for (let index = 0; index < values.length; index++) {
      if (index > 0) this.#byte(COMMA);
      this.value(values[index]);
    }
    this.#byte(0x5d);
  }

  #object(object: object): void {
    const prototype: unknown = Object.getPrototypeOf(object);
    if (prototype !== Object.prototype && prototype !== null) {
      this.#tagged(object);
      return;
    }
    const keys = Object.keys(object);
    this.#byte(0x7b);
    if (keys.length === 1 && isTag(keys[0] as string)) {
      this.#member(object, keys[0] as string, ESCAPE);
    } else {
      for (let index = 0; index < keys.length; index++) {
        if (index > 0) this.#byte(COMMA);
        this.#member(object, keys[index] as string, "");
      }
    }
    this.#byte(0x7d);
  }

  #member(object: object, key: string, before: string): void {
    const name = this.#nameOf(before + key);
    const { length } = name;
    this.#reserve(length);
    const { buffer } = this;
    let at = this.length;
    for (let index = 0; index < length; index++) buffer[at++] = name[index] as number;
    this.length = at;
    this.value((object as Record<string, unknown>)[key]);
  }

  /** A key with its quotes and the colon. */
  #nameOf(key: string): Buffer {
    const known = this.#names.get(key);
    if (known !== undefined) return known;
    const name = Buffer.from(`${JSON.stringify(key)}:`);
    if (this.#names.size < MOST_NAMES && key.length <= LONGEST_NAME) this.#names.set(key, name);
    return name;
  }

  #tagged(object: object): void {
    const arrayName = typedArrayName(object);
    if (arrayName !== undefined) {
      const { buffer, byteOffset, byteLength } = object as Uint8Array;
      this.#bytes(arrayTag(arrayName), Buffer.from(buffer, byteOffset, byteLength));
    } else if (object instanceof ArrayBuffer) {
      this.#bytes("$arraybuffer", Buffer.from(object));
    } else if (object instanceof Date) {
      const time = object.getTime();
      this.ascii(`{"$date":${Number.isNaN(time) ? "null" : `"${object.toISOString()}"`}}`);
    } else if (object instanceof Map) {
      this.ascii('{"$map":');
      this.#array([...object]);
      this.#byte(0x7d);
    } else if (object instanceof Set) {
      this.ascii('{"$set":');
      this.#array([...object]);
      this.#byte(0x7d);
    } else {
      throw new TypeError(`a ${object.constructor?.name ?? "class instance"} has no text form`);
    }
  }

  #bytes(tag: string, bytes: Buffer): void {
    this.ascii(`{"${tag}":"`);
    const text = bytes.toString("base64");
    this.#reserve(text.length);
    this.length += this.buffer.write(text, this.length, "latin1");
    this.ascii('"}');
  }

  #string(text: string): void {
    const { length } = text;
    if (length <= SHORT) {
      this.#reserve(length + 2);
      const { buffer } = this;
      let at = this.length;
      buffer[at++] = QUOTE;
      let index = 0;
      for (; index < length; index++) {
        const unit = text.charCodeAt(index);
        if (unit < 0x20 || unit > 0x7e || unit === QUOTE || unit === BACKSLASH) break;
        buffer[at++] = unit;
      }
      if (index === length) {
        buffer[at++] = QUOTE;
        this.length = at;
        return;
      }
    }
    // Lone surrogates become escapes: no UTF-8 holds them.
    const quoted = JSON.stringify(text);
    this.#reserve(quoted.length * BYTES_PER_UNIT);
    this.length += this.buffer.write(quoted, this.length);
  }

  #number(value: number): void {
    if (Number.isSafeInteger(value) && !Object.is(value, -0)) {
      this.#integer(value);
    } else if (Number.isFinite(value) && value !== 0) {
      // All digits of an integer: those that tell it from its neighbours alone would be those of another.
      const isLong = Number.isInteger(value) && Math.abs(value) < 1e21;
      this.ascii(String(isLong ? BigInt(value) : value));
    } else {
      this.ascii(`{"$number":"${Object.is(value, -0) ? "-0" : value}"}`);
    }
  }

  /** Faster than the text of a number, which isn't kept. */
  #integer(value: number): void {
    this.#reserve(20);
    let rest = value;
    if (rest < 0) {
      this.buffer[this.length++] = MINUS;
      rest = -rest;
    }
    let digits = 1;
    for (let power = 10; digits < 16 && rest >= power; power *= 10) digits++;
    const { buffer } = this;
    let at = this.length + digits;
    this.length = at;
    while (rest >= SPLIT_FROM) {
      const high = Math.floor(rest / SPLIT_BY);
      let low = (rest - high * SPLIT_BY) | 0;
      for (let count = 0; count < 4; count++) {
        const shorter = (low / 10) | 0;
        buffer[--at] = ZERO + low - shorter * 10;
        low = shorter;
      }
      rest = high;
    }
    let small = rest | 0;
    do {
      const shorter = (small / 10) | 0;
      buffer[--at] = ZERO + small - shorter * 10;
      small = shorter;
    } while (small > 0);
  }

  #byte(byte: number): void {
    if (this.length === this.buffer.length) this.#reserve(1);
    this.buffer[this.length++] = byte;
  }

  #reserve(bytes: number): void {
    if (this.length + bytes <= this.buffer.length) return;
    const grown = Buffer.allocUnsafeSlow(Math.max(2 * this.buffer.length, this.length + bytes));
    this.buffer.copy(grown, 0, 0, this.length);
    this.buffer = grown;
  }
}
