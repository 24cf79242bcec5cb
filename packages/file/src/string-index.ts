/** A cell has two numbers: the hash of its key, and its slot plus 1; 0 there says that it is empty. */
const CELL = 2;
const SMALLEST = 16 * CELL;
/** Of the cells, so many may be taken. */
const MOST_TAKEN = 5 / 8;
/** With fewer, half of the cells will do. */
const LEAST_TAKEN = 1 / 8;

/** Other numbers in each process: whoever chooses keys doesn't know which share a hash. */
const SEED = randomInteger();
const FACTOR = randomInteger() | 1;

/**
 * Says in which slot of a row of keys a string is. It is about twice as fast as a Map where keys come and many are there: it
 * looks for a key once to add it, and at the characters of hardly any other.
 *
 * 1. An open hash table: a key is in the cell that its hash names, or else in the next one after it that is free. There
 *    is none that is free between the two.
 * 2. There is always a free one.
 */
export class StringIndex {
  readonly #keys: readonly unknown[];
  readonly #hashOf: (key: string) => number;
  #cells = new Int32Array(SMALLEST);
  #count = 0;

  /** @param keys by slot; has a key for as long as that is here, but for one that is just being added or moved */
  constructor(keys: readonly unknown[], hashOf: (key: string) => number = hashString) {
    this.#keys = keys;
    this.#hashOf = hashOf;
  }

  /** Bytes that its keys take here. */
  get bytes(): number {
    return this.#count === 0 ? 0 : this.#cells.byteLength;
  }

  /** The slot of a key; -1 if it isn't here. */
  find(key: string): number {
    return this.#slotAt(this.#search(key, this.#hashOf(key)));
  }

  /** The slot of a key; -1 if it wasn't here, and is at `slot` from now on. */
  findOrAdd(key: string, slot: number): number {
    const hash = this.#hashOf(key);
    const cell = this.#search(key, hash);
    const found = this.#slotAt(cell);
    if (found >= 0) return found;
    this.#cells[cell] = hash;
    this.#cells[cell + 1] = slot + 1;
    this.#count++;
    if (this.#count * CELL > this.#cells.length * MOST_TAKEN) this.#resize(2);
    return -1;
  }

  /** A key that is here has another slot. */
  move(key: string, from: number, to: number): void {
    const cells = this.#cells;
    let cell = homeOf(cells, this.#hashOf(key));
    while (this.#slotAt(cell) !== from) cell = next(cells, cell);
    cells[cell + 1] = to + 1;
  }

  /** Lets go of a key that is here. */
  remove(key: string): void {
    const cells = this.#cells;
    let free = this.#search(key, this.#hashOf(key));
    for (let cell = next(cells, free); cells[cell + 1] !== 0; cell = next(cells, cell)) {
      // It moves up, unless the cell that it should be in comes after the free one.
      const home = homeOf(cells, cells[cell] as number);
      if (distance(cells, home, cell) < distance(cells, free, cell)) continue;
      cells.copyWithin(free, cell, cell + CELL);
      free = cell;
    }
    cells[free + 1] = 0;
    this.#count--;
    const isRoomy = this.#count * CELL < cells.length * LEAST_TAKEN;
    if (isRoomy && cells.length > SMALLEST) this.#resize(1 / 2);
  }

  clear(): void {
    this.#cells = new Int32Array(SMALLEST);
    this.#count = 0;
  }

  #slotAt(cell: number): number {
    return (this.#cells[cell + 1] as number) - 1;
  }

  /** The cell of a key, or the free one that it would be in. */
  #search(key: string, hash: number): number {
    const cells = this.#cells;
    const keys = this.#keys;
    let cell = homeOf(cells, hash);
    for (;;) {
      const slot = (cells[cell + 1] as number) - 1;
      if (slot < 0 || (cells[cell] === hash && keys[slot] === key)) return cell;
      cell = next(cells, cell);
    }
  }

  #resize(factor: number): void {
    const before = this.#cells;
    const cells = new Int32Array(before.length * factor);
    for (let from = 0; from < before.length; from += CELL) {
      if (before[from + 1] === 0) continue;
      const hash = before[from] as number;
      let to = homeOf(cells, hash);
      while (cells[to + 1] !== 0) to = next(cells, to);
      cells[to] = hash;
      cells[to + 1] = before[from + 1] as number;
    }
    this.#cells = cells;
  }
}

/** The cell that a hash names. There are as many as a power of two. */
function homeOf(cells: Int32Array, hash: number): number {
  return (hash * CELL) & (cells.length - CELL);
}

function next(cells: Int32Array, cell: number): number {
  return (cell + CELL) & (cells.length - CELL);
}

/** How far it is from one cell on to another. */
function distance(cells: Int32Array, from: number, to: number): number {
  return (to - from) & (cells.length - CELL);
}

function hashString(key: string): number {
  let hash = SEED;
  for (let index = 0; index < key.length; index++) {
    hash = Math.imul(hash ^ key.charCodeAt(index), FACTOR);
    hash ^= hash >>> 15;
  }
  return hash;
}

function randomInteger(): number {
  return (Math.random() * 2 ** 32) | 0;
}
