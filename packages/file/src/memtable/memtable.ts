import { createHash } from "node:crypto";
import { BPlusTree } from "@store/collections";
import type { LogBuffer } from "../log/log-buffer.js";
import { MemtableCursor } from "./memtable-cursor.js";

/** V8 hashes a longer string by its length alone. */
const LONGEST_NAME = 4_096;

/** What an entry takes beside its bytes in the log buffer: a string, its places in the map and, perhaps, the order. */
const ENTRY_BYTES = 120;

/**
 * The changes since the last flush, of all tables: the last one of each entry, deletions included. A key is the bytes of
 * an entry's key as a string of one byte a code unit, whose order is that of the bytes. A change is known by its position
 * in the log buffer.
 *
 * The order of the keys is only made when someone asks for it: what is only put and looked up costs a Map.
 */
export class Memtable {
  readonly buffer: LogBuffer;
  readonly #positions = new Map<string, number>();
  readonly #order = new BPlusTree<string, true>(compare);
  /** Keys that aren't in the order yet. */
  #unordered: string[] = [];
  #keyBytes = 0;
  /** Another one after each change. */
  version = 0;

  constructor(buffer: LogBuffer) {
    this.buffer = buffer;
  }

  /** How many entries there are. */
  get size(): number {
    return this.#positions.size;
  }

  get memoryBytes(): number {
    return this.buffer.memoryBytes + this.#keyBytes + this.size * ENTRY_BYTES;
  }

  /** The position of the last change of an entry; -1 if there is none. */
  get(key: string): number {
    return this.#positions.get(nameOf(key)) ?? -1;
  }

  /** Takes in a change. Returns the position of the one before, -1 if there was none. */
  set(key: string, position: number): number {
    const name = nameOf(key);
    this.version++;
    const before = this.#positions.get(name);
    this.#positions.set(name, position);
    if (before !== undefined) return before;
    this.#unordered.push(key);
    this.#keyBytes += key.length;
    return -1;
  }

  /** Takes the last {@link set} of a key back. */
  restore(key: string, before: number): void {
    const name = nameOf(key);
    this.version++;
    if (before >= 0) {
      this.#positions.set(name, before);
      return;
    }
    this.#positions.delete(name);
    this.#keyBytes -= key.length;
    if (this.#unordered.at(-1) === key) this.#unordered.pop();
    else this.orderedKeys().delete(key);
  }

  cursor(): MemtableCursor {
    return new MemtableCursor(this);
  }

  /** The keys in their order. */
  orderedKeys(): BPlusTree<string, true> {
    const unordered = this.#unordered;
    if (unordered.length > 0) {
      this.#unordered = [];
      if (unordered.length > 1) unordered.sort(compare);
      for (const key of unordered) this.#order.set(key, true);
    }
    return this.#order;
  }
}

function compare(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}

/** What the map knows a key by. */
function nameOf(key: string): string {
  if (key.length <= LONGEST_NAME) return key;
  // Behind the first byte of a storage id that nobody has.
  return `\xff\xff\xff\xff${createHash("sha256").update(key, "latin1").digest("base64")}`;
}
