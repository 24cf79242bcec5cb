import type { Key } from "@store/core";

/** A record of the tests. */
export interface Item {
  /** The number of its key. */
  readonly key: number;
  /** In a set, what replaces a record has the same one. */
  readonly identity: number;
  readonly content: number;
  /** That of its frame. */
  readonly length: number;
}

/** Keys of all kinds, by number, below 2^16; tuples and bytes are other objects each time. */
export function keyOf(number: number): Key {
  const bytes = Uint8Array.of(number >> 8, number & 255);
  return [number, `${number}`, [number], ["run", BigInt(number)], bytes][number % 5] as Key;
}

export function numberOf(key: Key): number {
  if (key instanceof Uint8Array) return (key[0] as number) * 256 + (key[1] as number);
  return Number(Array.isArray(key) ? key.at(-1) : key);
}

const FILE_SIZE = 2 ** 20;

/**
 * Stands for the log: files one after another, in which a position names an item. A compaction writes the items of all
 * of them into one more, which stands before or after the old ones until these are dropped.
 */
export class FakeLog {
  /** In the order of the log. */
  #files = [1];
  #created = 1;
  #end = 0;
  readonly #items = new Map<number, Item>();

  append(item: Item): number {
    const position = (this.#files.at(-1) as number) * FILE_SIZE + this.#end++;
    this.#items.set(position, item);
    return position;
  }

  itemAt(position: number): Item {
    this.#rankOf(position);
    return this.#items.get(position) as Item;
  }

  /** Throws at a position in a file that was dropped. */
  readonly comparePositions = (a: number, b: number): number =>
    this.#rankOf(a) - this.#rankOf(b) || a - b;

  /** All positions in files that weren't dropped, with what is there. */
  *positions(): IterableIterator<[position: number, item: Item]> {
    for (const entry of this.#items) if (this.#has(entry[0])) yield entry;
  }

  /** What is appended from now on isn't part of it. */
  compact(isBefore: boolean): FakeCompaction {
    const old = this.#files;
    const base = ++this.#created;
    this.#files = isBefore ? [base, ...old, ++this.#created] : [...old, base, ++this.#created];
    const moved = new Map<number, number>();
    const ordered = [...this.positions()].sort(([a], [b]) => this.comparePositions(a, b));
    for (const [from, item] of ordered) {
      const to = base * FILE_SIZE + moved.size;
      moved.set(from, to);
      this.#items.set(to, item);
    }
    return {
      move: (position) => moved.get(position) ?? position,
      end: () => {
        this.#files = this.#files.filter((file) => !old.includes(file));
        for (const position of moved.keys()) this.#items.delete(position);
      },
    };
  }

  #has(position: number): boolean {
    return this.#files.includes(fileOf(position));
  }

  #rankOf(position: number): number {
    const rank = this.#files.indexOf(fileOf(position));
    if (rank < 0) throw new Error(`${position} is in a file that was dropped`);
    return rank;
  }
}

export interface FakeCompaction {
  /** Where what is at a position was copied to; the same for what wasn't. */
  move(this: void, position: number): number;
  /** Drops the old files. */
  end(this: void): void;
}

function fileOf(position: number): number {
  return Math.floor(position / FILE_SIZE);
}
