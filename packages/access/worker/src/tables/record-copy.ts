import { decodeElements, decodeKey, encodeKey, type Key, type StoreRecord } from "@store/codec";
import { countOfCell } from "../memory/cells.js";
import * as block from "../tree/record-block.js";
import { BEYOND, SearchKey, wordsOf } from "../tree/search-key.js";
import type { TreeReader } from "../tree/tree-reader.js";

/** Behind each block there are so many words at least. */
const LONGEST_HEADER = 8;
/** More words than these are copied only after a look whether it is still worth it. */
const MANY = 256;

/** Which record of a key it is, and what it holds, in the copy's own memory. */
interface CopiedRecord {
  readonly start: number;
  readonly length: number;
  readonly moment: number;
  readonly hasMoment: boolean;
}

/**
 * The records of a key, copied out of shared memory as they stand there; whether that was what somebody wrote, only the
 * reader's `isValid` says afterwards. They are decoded then, never before: bytes that change while they are decoded could
 * harm what is native in it.
 */
export class RecordCopy {
  readonly key = new SearchKey();
  /** Of a set nearly always one. */
  readonly #records: CopiedRecord[] = [];
  #words = new Int32Array(256);
  #bytes = new Uint8Array(this.#words.buffer);
  #filled = 0;
  /** Of a counter. */
  #count: number | undefined;
  cell = 0;
  generation = 0;

  /** Copies what stands where the reader does. False: it isn't what was written. */
  load(reader: TreeReader, withKey: boolean): boolean {
    this.#records.length = 0;
    this.#filled = 0;
    this.#count = undefined;
    const { words } = reader.arena;
    const { isBag } = reader.place;
    let record = reader.record;
    if (record + LONGEST_HEADER > words.length) throw BEYOND;
    const flags = words[record + block.KEY_LENGTH] as number;
    if (withKey) {
      const length = flags & block.LENGTH_MASK;
      if (wordsOf(length) > MANY && !reader.isValid()) return false;
      const keyAt = record + block.keyOffset(flags, isBag);
      this.key.load(words, keyAt, length, reader.prefix);
    }
    if (!isBag) return this.#loadRecord(reader, record, flags);
    for (;;) {
      if (record + LONGEST_HEADER > words.length) throw BEYOND;
      if (!this.#loadRecord(reader, record, words[record + block.KEY_LENGTH] as number)) {
        return false;
      }
      record = words[record + block.NEXT_RECORD] as number;
      if (record === 0) return true;
      // Links that were never written could go round in a circle.
      if (this.#records.length % 16 === 0 && !reader.isValid()) return false;
    }
  }

  /** Whether the record that was copied is a counter, whose count anyone may change. */
  get isCounter(): boolean {
    return this.#count !== undefined;
  }

  /** Whether any of the records is there at this time. */
  isAlive(now: () => number): boolean {
    for (const record of this.#records) if (!record.hasMoment || record.moment > now()) return true;
    return this.#count !== undefined;
  }

  /** The records that are there at this time. */
  decode(key: Key, now: () => number): StoreRecord[] {
    if (this.#count !== undefined) return [[key, this.#count]];
    const found: StoreRecord[] = [];
    for (const { start, length, moment, hasMoment } of this.#records) {
      if (hasMoment && moment <= now()) continue;
      // Each record is its reader's own, the key in it as well.
      const own = found.length === 0 ? key : ownKey(key);
      found.push(decodeElements(own, this.#bytes, start, start + length));
    }
    return found;
  }

  /** The moments of the records that {@link decode} returns. */
  moments(now: () => number): (number | undefined)[] {
    if (this.#count !== undefined) return [undefined];
    return this.#records
      .filter(({ hasMoment, moment }) => !hasMoment || moment > now())
      .map(({ hasMoment, moment }) => (hasMoment ? moment : undefined));
  }

  #loadRecord(reader: TreeReader, record: number, flags: number): boolean {
    const { words, cells } = reader.arena;
    if ((flags & block.IS_COUNTER) !== 0) {
      this.cell = words[record + block.CELL] as number;
      this.generation = words[record + block.GENERATION] as number;
      this.#count = countOfCell(cells, this.cell, this.generation);
      return this.#count !== undefined;
    }
    const { isBag } = reader.place;
    const hasMoment = flags < 0;
    const momentAt = record + block.headerWords(flags, isBag);
    const moment = hasMoment ? block.loadMoment(words, momentAt) : 0;
    const length = words[record + block.ELEMENTS_LENGTH] as number;
    const count = wordsOf(length);
    const from = record + block.elementsOffset(flags, isBag);
    if (length < 0 || from + count > words.length) throw BEYOND;
    if (count > MANY && !reader.isValid()) return false;
    const to = this.#reserve(count);
    const mine = this.#words;
    for (let index = 0; index < count; index++) {
      mine[to + index] = words[from + index] as number;
    }
    this.#records.push({ start: 4 * to, length, moment, hasMoment });
    return true;
  }

  #reserve(count: number): number {
    const start = this.#filled;
    this.#filled += count;
    if (this.#filled > this.#words.length) {
      const larger = new Int32Array(2 * this.#filled);
      larger.set(this.#words.subarray(0, start));
      this.#words = larger;
      this.#bytes = new Uint8Array(larger.buffer);
    }
    return start;
  }
}

function ownKey(key: Key): Key {
  return typeof key === "object" && key !== null ? decodeKey(encodeKey(key)) : key;
}
