import { closeSync, existsSync, fdatasyncSync, openSync, readSync, writeSync } from "node:fs";
import { join } from "node:path";
import { pack } from "msgpackr";
import type { Engine, Setup } from "../engine.js";
import type { Records } from "../records.js";

/** So much is read at once when all is read. */
const READ_AHEAD = 2 ** 16;
/** No encoded record is longer. */
const LONGEST = 256;

/**
 * The calls to the system that nobody gets around: what is written is encoded beforehand, what is read isn't decoded, and
 * where it stands is known.
 */
class BaselineEngine implements Engine {
  readonly #file: number;
  readonly #waitsForDisk: boolean;
  #bytes = Buffer.alloc(0);
  /** Of the encoded records, in the order of keys. */
  #inOrder: Layout = { offsets: [], lengths: [] };
  #shuffled: Layout = { offsets: [], lengths: [] };

  constructor(path: string, waitsForDisk: boolean) {
    this.#file = openSync(path, existsSync(path) ? "r+" : "w+");
    this.#waitsForDisk = waitsForDisk;
  }

  prepare({ keys, values, shuffled }: Records): void {
    const encoded = keys.map((key, index) => pack([key, values[index]]));
    this.#bytes = Buffer.concat(encoded);
    const lengths = encoded.map(({ length }) => length);
    const offsets: number[] = [];
    let end = 0;
    for (const length of lengths) {
      offsets.push(end);
      end += length;
    }
    this.#inOrder = { offsets, lengths };
    const indexes = new Map(keys.map((key, index) => [key, index]));
    const indexOf = (key: string) => indexes.get(key) as number;
    this.#shuffled = {
      offsets: shuffled.map((key) => offsets[indexOf(key)] as number),
      lengths: shuffled.map((key) => lengths[indexOf(key)] as number),
    };
  }

  insert(): void {
    this.#write(this.#inOrder);
  }

  insertBatches(_records: Records, size: number): void {
    const { offsets } = this.#inOrder;
    for (let from = 0; from < offsets.length; from += size) {
      const at = offsets[from] as number;
      const end = offsets[from + size] ?? this.#bytes.length;
      writeSync(this.#file, this.#bytes, at, end - at, at);
    }
  }

  lookup(keys: readonly string[]): number {
    const { offsets, lengths } = this.#shuffled;
    const file = this.#file;
    const buffer = Buffer.alloc(LONGEST);
    let sum = 0;
    for (let index = 0; index < keys.length; index++) {
      sum += readSync(file, buffer, 0, lengths[index] as number, offsets[index] as number);
    }
    return sum;
  }

  /** A counter is a write, of a whole record. */
  count(keys: readonly string[]): number {
    this.#write(this.#inOrder);
    return keys.length;
  }

  #write({ offsets, lengths }: Layout): void {
    const file = this.#file;
    const bytes = this.#bytes;
    for (let index = 0; index < offsets.length; index++) {
      const at = offsets[index] as number;
      writeSync(file, bytes, at, lengths[index] as number, at);
      if (this.#waitsForDisk) fdatasyncSync(file);
    }
  }

  fold(): number {
    const buffer = Buffer.alloc(READ_AHEAD);
    let at = 0;
    for (let got = -1; got !== 0; at += got) got = readSync(this.#file, buffer, 0, READ_AHEAD, at);
    return at;
  }

  settle(): void {
    fdatasyncSync(this.#file);
  }

  close(): void {
    closeSync(this.#file);
  }
}

interface Layout {
  readonly offsets: readonly number[];
  readonly lengths: readonly number[];
}

function setup(title: string, acknowledged: Setup["acknowledged"], waitsForDisk: boolean): Setup {
  return {
    title,
    acknowledged,
    open: ({ directory }) => new BaselineEngine(join(directory, "baseline"), waitsForDisk),
  };
}

export const baseline = setup("baseline: write, read", "in the OS", false);
export const baselineSync = setup("baseline: write + fdatasync", "on disk", true);
