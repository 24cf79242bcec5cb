import { CodecError, type CodecErrorCode } from "../codec-error.js";
import { MAX_ENCODED_BYTES } from "../limits.js";

/** Thrown, and caught again, where a buffer that can't grow is full. Made once: it needs no stack. */
const noRoom = new Error("no room");

const NOTHING = new Uint8Array(0);
const INITIAL_BYTES = 2 ** 13;
/** A buffer that has grown above this isn't kept. */
const KEPT_BYTES = 2 ** 20;

/**
 * Bytes that are being written. Whoever writes asks for room first, with {@link reserve}, and then writes to `bytes` at
 * `at`; both are read again after each `reserve`.
 */
export class Output {
  bytes: Uint8Array = NOTHING;
  at = 0;
  /** Whether `bytes` is the caller's, and can't grow. */
  isFixed = false;
  /** That of the error where it would be longer than the limit. */
  readonly code: CodecErrorCode;

  constructor(code: CodecErrorCode) {
    this.code = code;
  }

  /** Makes sure that `size` bytes can be written. */
  reserve(size: number): void {
    if (this.at + size > this.bytes.length) this.#grow(size);
  }

  /** Appends a byte. */
  byte(value: number): void {
    if (this.at === this.bytes.length) this.#grow(1);
    this.bytes[this.at++] = value;
  }

  /** Appends bytes. */
  append(source: Uint8Array): void {
    this.reserve(source.length);
    this.bytes.set(source, this.at);
    this.at += source.length;
  }

  /** Appends a varint: seven bits of `value` a byte, the lowest first, with 0x80 added where more follow (LEB128). */
  varint(value: number): void {
    if (value < 0x80) {
      this.byte(value);
      return;
    }
    this.reserve(MAX_VARINT_BYTES);
    let rest = value;
    while (rest >= 0x80) {
      this.bytes[this.at++] = 0x80 + (rest % 0x80);
      rest = Math.floor(rest / 0x80);
    }
    this.bytes[this.at++] = rest;
  }

  #grow(size: number): void {
    if (this.isFixed) throw noRoom;
    const needed = this.at + size;
    if (needed > MAX_ENCODED_BYTES) {
      const what = this.code === "STORE_INVALID_KEY" ? "key" : "record";
      throw new CodecError(
        this.code,
        `the ${what} takes more than ${MAX_ENCODED_BYTES} bytes when it is encoded`,
      );
    }
    const larger = new Uint8Array(
      Math.min(Math.max(needed, 2 * this.bytes.length, INITIAL_BYTES), MAX_ENCODED_BYTES),
    );
    larger.set(this.bytes.subarray(0, this.at));
    this.bytes = larger;
  }
}

/** Of lengths, which are below 2^32. */
const MAX_VARINT_BYTES = 5;

/** How many bytes `Output.varint` writes. */
export function varintBytes(value: number): number {
  if (value < 2 ** 7) return 1;
  if (value < 2 ** 14) return 2;
  if (value < 2 ** 21) return 3;
  return value < 2 ** 28 ? 4 : 5;
}

/**
 * Encodes values by `write`, over one output that is kept from one to the next. A call from within a call (of a getter, or
 * a Proxy) gets another.
 */
export class Encoder<T, O extends Output> {
  readonly #make: () => O;
  readonly #write: (output: O, value: T) => void;
  /** With a buffer that grows. */
  #growing: O | undefined;
  /** Without a buffer. */
  #fixed: O | undefined;

  constructor(make: () => O, write: (output: O, value: T) => void) {
    this.#make = make;
    this.#write = write;
  }

  /** What is written of `value`, in an array of its own. */
  encode(value: T): Uint8Array {
    const output = this.#growing ?? this.#make();
    this.#growing = undefined;
    output.at = 0;
    this.#write(output, value);
    const encoded = output.bytes.slice(0, output.at);
    if (output.bytes.length <= KEPT_BYTES) this.#growing = output;
    return encoded;
  }

  /** Writes to `target` from `at` on. Returns where it ends; -1, with anything behind `at`, if there isn't enough room. */
  encodeInto(value: T, target: Uint8Array, at: number): number {
    const output = this.#fixed ?? this.#make();
    this.#fixed = undefined;
    output.isFixed = true;
    output.bytes = target;
    output.at = at;
    try {
      this.#write(output, value);
    } catch (error) {
      if (error === noRoom) return -1;
      throw error;
    }
    output.bytes = NOTHING;
    this.#fixed = output;
    return output.at;
  }
}
