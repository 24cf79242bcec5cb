import type { Allocator } from "../memory/allocator.js";
import type { Arena } from "../memory/arena.js";
import type { Pool } from "../memory/pool.js";
import * as node from "./node.js";
import type { SearchKey } from "./search-key.js";
import { childIndex } from "./tree-reader.js";

/** Of what a tree is made. */
export interface TreeMemory {
  readonly arena: Arena;
  readonly allocator: Allocator;
  readonly nodes: Pool;
}

/**
 * Changes nodes, in the one thread that owns them: the version of each is made odd before its first change, and all are
 * made even again at the end; what was taken out is given back after that.
 */
export class NodeEditor {
  readonly memory: TreeMemory;
  readonly #locked: number[] = [];
  readonly #retired: number[] = [];
  readonly #retiredSeparators: number[] = [];

  constructor(memory: TreeMemory) {
    this.memory = memory;
  }

  lock(at: number): void {
    const version = this.get(at + node.VERSION);
    if ((version & 1) !== 0) return;
    this.set(at + node.VERSION, (version + 1) | 0);
    this.#locked.push(at);
  }

  finish(): void {
    for (let at = this.#locked.pop(); at !== undefined; at = this.#locked.pop()) {
      this.set(at + node.VERSION, (this.get(at + node.VERSION) + 1) | 0);
    }
    for (let at = this.#retired.pop(); at !== undefined; at = this.#retired.pop()) {
      this.memory.nodes.give(at);
    }
    for (
      let separator = this.#retiredSeparators.pop();
      separator !== undefined;
      separator = this.#retiredSeparators.pop()
    ) {
      this.memory.allocator.free(separator);
    }
  }

  /** Gives a node back when the change is done. */
  retire(at: number): void {
    this.#retired.push(at);
  }

  /** The same of a separator; 0 is none. */
  retireSeparator(separator: number): void {
    if (separator !== 0) this.#retiredSeparators.push(separator);
  }

  freeSeparator(separator: number): void {
    if (separator !== 0) this.memory.allocator.free(separator);
  }

  isFull(at: number): boolean {
    const shape = this.get(at + node.SHAPE);
    const capacity = node.levelOf(shape) === 0 ? node.LEAF_CAPACITY : node.BRANCH_CAPACITY;
    return node.countOf(shape) === capacity;
  }

  indexIn(branch: number, key: SearchKey): number {
    const count = node.countOf(this.get(branch + node.SHAPE));
    return childIndex(this.memory.arena.words, branch, count, key);
  }

  child(branch: number, index: number): number {
    return this.get(branch + node.FIRST_CHILD + node.BRANCH_ENTRY * index);
  }

  /** Everything but the version. */
  copyNode(from: number, to: number): void {
    this.move(from + node.SHAPE, to + node.SHAPE, node.NODE_WORDS - node.SHAPE);
  }

  move(from: number, to: number, count: number): void {
    const { words } = this.memory.arena;
    if (from < to) {
      for (let index = count - 1; index >= 0; index--) {
        Atomics.store(words, to + index, words[from + index] as number);
      }
      return;
    }
    for (let index = 0; index < count; index++) {
      Atomics.store(words, to + index, words[from + index] as number);
    }
  }

  /** Only this thread writes: what it reads needs no care. */
  get(at: number): number {
    return this.memory.arena.words[at] as number;
  }

  set(at: number, value: number): void {
    Atomics.store(this.memory.arena.words, at, value);
  }
}
