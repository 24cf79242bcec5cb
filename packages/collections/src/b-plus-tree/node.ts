/** A total order: negative, zero or positive as `a` comes before, equals or comes after `b`; zero whenever `a === b`. */
export type Compare<K> = (a: K, b: K) => number;

// Elements are read with `as`, not with a check: an index is always the outcome of a search in the same array, or within
// its length by an invariant of the tree.

/**
 * Holds entries: `values[i]` belongs to `keys[i]`. A leaf that has left the tree is empty and points nowhere, so that
 * whoever still remembers it neither finds an entry in it nor keeps one alive.
 */
export class Leaf<K, V> {
  parent: Branch<K, V> | undefined = undefined;
  prev: Leaf<K, V> | undefined = undefined;
  next: Leaf<K, V> | undefined = undefined;

  constructor(
    readonly keys: K[],
    readonly values: V[],
  ) {}

  /** How full it is, as the order of the tree counts. */
  get count(): number {
    return this.keys.length;
  }

  /** How many entries it holds. */
  get size(): number {
    return this.keys.length;
  }

  insertAt(index: number, key: K, value: V): void {
    this.keys.splice(index, 0, key);
    this.values.splice(index, 0, value);
  }

  removeAt(index: number): void {
    this.keys.splice(index, 1);
    this.values.splice(index, 1);
  }

  /** Removes the entries from one index to before another. */
  removeRun(from: number, to: number): void {
    this.keys.splice(from, to - from);
    this.values.splice(from, to - from);
  }

  /** Moves the entries from `index` on to a new leaf, which it links in after this one. */
  split(index: number): Leaf<K, V> {
    const right = new Leaf(this.keys.splice(index), this.values.splice(index));
    right.prev = this;
    right.next = this.next;
    if (this.next !== undefined) this.next.prev = right;
    this.next = right;
    return right;
  }

  /** Takes over the entries of the next leaf, which leaves the tree. */
  merge(right: Leaf<K, V>): void {
    this.keys.push(...right.keys);
    this.values.push(...right.values);
    right.unlink();
  }

  /** Shares all entries evenly with the next leaf. Returns what now separates them. */
  balance(right: Leaf<K, V>): K {
    const surplus = this.count - ((this.count + right.count) >>> 1);
    if (surplus > 0) {
      right.keys.unshift(...this.keys.splice(-surplus));
      right.values.unshift(...this.values.splice(-surplus));
    } else {
      this.keys.push(...right.keys.splice(0, -surplus));
      this.values.push(...right.values.splice(0, -surplus));
    }
    return right.keys[0] as K;
  }

  /** Leaves the chain of leaves. */
  unlink(): void {
    if (this.prev !== undefined) this.prev.next = this.next;
    if (this.next !== undefined) this.next.prev = this.prev;
    this.abandon();
  }

  /** Forgets everything. Its neighbours still point here. */
  abandon(): void {
    this.keys.length = 0;
    this.values.length = 0;
    this.parent = undefined;
    this.prev = undefined;
    this.next = undefined;
  }
}

/** Holds children, all of one kind, and between each two of them a separator. */
export class Branch<K, V> {
  parent: Branch<K, V> | undefined = undefined;
  /** How many entries are below it. Whoever adds or removes one sees to it, for all branches above. */
  size: number;

  constructor(
    /** The separators: `keys[i]` stands between `children[i]` and `children[i + 1]`. */
    readonly keys: K[],
    readonly children: Node<K, V>[],
  ) {
    this.size = this.#adopt(children);
  }

  get count(): number {
    return this.children.length;
  }

  /** Puts `right`, all of whose keys are at or after `separator`, behind the child `left`. */
  insertAfter(left: Node<K, V>, separator: K, right: Node<K, V>): void {
    const index = this.children.indexOf(left);
    this.keys.splice(index, 0, separator);
    this.children.splice(index + 1, 0, right);
    right.parent = this;
  }

  /** Removes children, each with the separator before it; the first child with the one after it. */
  removeChildren(index: number, count: number): void {
    this.children.splice(index, count);
    this.keys.splice(Math.max(index - 1, 0), count);
  }

  /** How many entries are below the first `count` children. It adds up those children or the others, the fewer. */
  sizeBefore(count: number): number {
    const { children } = this;
    if (count * 2 <= children.length) return sizeOf(children, 0, count);
    return this.size - sizeOf(children, count, children.length);
  }

  /** Moves the children from `index` on to a new branch. Returns that, and what separates it from this one. */
  split(index: number): { separator: K; right: Branch<K, V> } {
    const right = new Branch(this.keys.splice(index), this.children.splice(index));
    this.size -= right.size;
    return { separator: this.keys.pop() as K, right };
  }

  /** Takes over the children of the next branch. */
  merge(right: Branch<K, V>, separator: K): void {
    this.keys.push(separator, ...right.keys);
    this.children.push(...right.children);
    this.size += this.#adopt(right.children);
  }

  /** Shares all children evenly with the next branch. Returns what now separates them. */
  balance(right: Branch<K, V>, separator: K): K {
    const surplus = this.count - ((this.count + right.count) >>> 1);
    if (surplus > 0) {
      const moved = this.children.splice(-surplus);
      right.children.unshift(...moved);
      right.keys.unshift(...this.keys.splice(-surplus), separator);
      this.#hand(right.#adopt(moved), right);
      return right.keys.shift() as K;
    }
    const moved = right.children.splice(0, -surplus);
    this.children.push(...moved);
    this.keys.push(separator, ...right.keys.splice(0, -surplus));
    right.#hand(this.#adopt(moved), this);
    return this.keys.pop() as K;
  }

  #hand(size: number, other: Branch<K, V>): void {
    this.size -= size;
    other.size += size;
  }

  /** Returns how many entries came with the children. */
  #adopt(children: readonly Node<K, V>[]): number {
    for (const child of children) child.parent = this;
    return sizeOf(children, 0, children.length);
  }
}

export type Node<K, V> = Leaf<K, V> | Branch<K, V>;

function sizeOf<K, V>(nodes: readonly Node<K, V>[], from: number, to: number): number {
  let size = 0;
  for (let index = from; index < to; index++) size += (nodes[index] as Node<K, V>).size;
  return size;
}

/** The index of the first key that isn't before `key`. */
export function lowerBound<K>(keys: readonly K[], key: K, compare: Compare<K>): number {
  let low = 0;
  let high = keys.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if (compare(keys[middle] as K, key) < 0) low = middle + 1;
    else high = middle;
  }
  return low;
}

/** The index of the first key that is after `key`. */
export function upperBound<K>(keys: readonly K[], key: K, compare: Compare<K>): number {
  let low = 0;
  let high = keys.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if (compare(key, keys[middle] as K) < 0) high = middle;
    else low = middle + 1;
  }
  return low;
}

/** The index of `key`; if it isn't there, the complement (`~`) of the index where it belongs. */
export function indexOf<K>(keys: readonly K[], key: K, compare: Compare<K>): number {
  let low = 0;
  let high = keys.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    const order = compare(key, keys[middle] as K);
    if (order < 0) high = middle;
    else if (order > 0) low = middle + 1;
    else return middle;
  }
  return ~low;
}
