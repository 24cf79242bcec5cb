import { decodeElements, decodeKey, decodeRecord } from "@store/codec";
import type { Key, StoreRecord } from "@store/core";
import { LONG } from "./frame-writer.js";
import { Malformed } from "./malformed.js";

/** Reads the payload of a frame. Throws {@link Malformed} for what no writer has written. */
export class PayloadReader {
  readonly #bytes: Uint8Array;
  readonly #view: DataView;
  readonly #end: number;
  #at: number;

  constructor(bytes: Uint8Array, start: number, end: number) {
    this.#bytes = bytes;
    this.#view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
    this.#at = start;
    this.#end = end;
  }

  /** Refuses a payload that goes on. */
  finish(): void {
    if (this.#at !== this.#end) throw new Malformed(`${this.#end - this.#at} bytes too many`);
  }

  byte(): number {
    return this.#view.getUint8(this.#take(1));
  }

  boolean(): boolean {
    const value = this.byte();
    if (value > 1) throw new Malformed(`${value} is no boolean`);
    return value === 1;
  }

  uint32(): number {
    return this.#view.getUint32(this.#take(4), true);
  }

  float(): number {
    return this.#view.getFloat64(this.#take(8), true);
  }

  bytes(size: number): Uint8Array {
    const start = this.#take(size);
    return this.#bytes.slice(start, start + size);
  }

  key(): Key {
    const size = this.#size();
    const start = this.#take(size);
    return decoded(() => decodeKey(this.#bytes, start, start + size));
  }

  /** A key that is a string. */
  text(): string {
    const key = this.key();
    if (typeof key !== "string") throw new Malformed("a string was expected");
    return key;
  }

  /** A key that is an integer. */
  integer(): number | bigint {
    const key = this.key();
    if (typeof key === "bigint" || Number.isSafeInteger(key)) return key as number | bigint;
    throw new Malformed("an integer was expected");
  }

  optionalKey(): Key | undefined {
    return this.boolean() ? this.key() : undefined;
  }

  record(): StoreRecord {
    const size = this.#size();
    const start = this.#take(size);
    return decoded(() => decodeRecord(this.#bytes, start, start + size));
  }

  optionalRecord(): StoreRecord | undefined {
    return this.boolean() ? this.record() : undefined;
  }

  records(): StoreRecord[] {
    return this.list(() => this.record());
  }

  keys(): Key[] {
    return this.list(() => this.key());
  }

  /** Records of `key`, each with a key of its own. */
  elements(key: Key): StoreRecord[] {
    const count = this.#count();
    const records = new Array<StoreRecord>(count);
    for (let index = 0; index < count; index++) {
      const size = this.#size();
      const start = this.#take(size);
      try {
        records[index] = decodeElements(copyKey(key), this.#bytes, start, start + size);
      } catch (error) {
        throw undecodable(error);
      }
    }
    return records;
  }

  moment(): number | undefined {
    const moment = this.float();
    if (Number.isNaN(moment)) return undefined;
    if (Number.isFinite(moment)) return moment;
    throw new Malformed(`${moment} is no moment`);
  }

  /** Those of so many records. */
  moments(count: number): (number | undefined)[] | undefined {
    return this.boolean() ? Array.from({ length: count }, () => this.moment()) : undefined;
  }

  /** As many as it says there are. */
  list<T>(read: () => T): T[] {
    const items: T[] = [];
    for (let left = this.#count(); left > 0; left--) items.push(read());
    return items;
  }

  /** No more than there are bytes: whatever is counted takes one. */
  #count(): number {
    const count = this.uint32();
    if (count > this.#end - this.#at) throw new Malformed("more items than bytes");
    return count;
  }

  #size(): number {
    const size = this.byte();
    return size === LONG ? this.uint32() : size;
  }

  #take(size: number): number {
    const start = this.#at;
    if (size > this.#end - start) throw new Malformed("a payload ends too early");
    this.#at = start + size;
    return start;
  }
}

function decoded<T>(decode: () => T): T {
  try {
    return decode();
  } catch (error) {
    throw undecodable(error);
  }
}

function undecodable(error: unknown): Malformed {
  return new Malformed(error instanceof Error ? error.message : String(error), { cause: error });
}

/** Nobody else holds what a reader gets. */
function copyKey(key: Key): Key {
  if (typeof key !== "object" || key === null) return key;
  return key instanceof Uint8Array ? key.slice() : (key as readonly Key[]).map(copyKey);
}
