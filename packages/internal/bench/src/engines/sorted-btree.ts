import type { Engine, Setup } from "../engine.js";
import { requirePeer } from "../peer.js";
import { type Records, sizeOf, type Value } from "../records.js";

interface BTree {
  set(key: string, record: readonly [string, Value]): boolean;
  get(key: string): readonly [string, Value] | undefined;
  minKey(): string | undefined;
  nextHigherKey(key: string): string | undefined;
  clear(): void;
}

class SortedBTreeEngine implements Engine {
  readonly #tree: BTree;

  constructor(tree: BTree) {
    this.#tree = tree;
  }

  insert({ keys, values }: Records): void {
    const tree = this.#tree;
    for (let index = 0; index < keys.length; index++) {
      const key = keys[index] as string;
      tree.set(key, [key, values[index] as Value]);
    }
  }

  lookup(keys: readonly string[]): number {
    const tree = this.#tree;
    let sum = 0;
    for (const key of keys) sum += sizeOf(tree.get(key)?.[1]);
    return sum;
  }

  walk(): number {
    const tree = this.#tree;
    let count = 0;
    for (let key = tree.minKey(); key !== undefined; key = tree.nextHigherKey(key)) count++;
    return count;
  }

  close(): void {
    this.#tree.clear();
  }
}

/** With its own order of keys. */
export const sortedBTree: Setup = {
  title: "sorted-btree",
  acknowledged: "in memory",
  open() {
    const { default: BTree } = requirePeer<{ default: new () => BTree }>("sorted-btree");
    return new SortedBTreeEngine(new BTree());
  },
};
