import * as node from "./node.js";
import { NodeEditor, type TreeMemory } from "./node-editor.js";
import type { SearchKey } from "./search-key.js";
import { TreeGrowth } from "./tree-growth.js";
import { type TreePlace, TreeReader } from "./tree-reader.js";
import { TreeShrinkage } from "./tree-shrinkage.js";

/** A leaf with fewer entries is merged with a neighbour where they fit. */
const FEW = node.LEAF_CAPACITY / 4;

/** Changes a tree, in the one thread that owns it. */
export class TreeWriter {
  readonly #place: TreePlace;
  /** Where a change is to happen: after `find`, nobody else changes anything. */
  readonly at: TreeReader;
  readonly #nodes: NodeEditor;
  readonly #growth: TreeGrowth;
  readonly #shrinkage: TreeShrinkage;

  constructor(memory: TreeMemory, place: TreePlace) {
    this.#place = place;
    this.at = new TreeReader(memory.arena, place);
    this.#nodes = new NodeEditor(memory);
    this.#growth = new TreeGrowth(this.#nodes, place, this.at);
    this.#shrinkage = new TreeShrinkage(this.#nodes, place);
  }

  /** What stands at the key. 0: nothing. */
  find(key: SearchKey): number {
    this.at.find(key);
    return this.at.isFound ? this.at.record : 0;
  }

  /** Puts another record where one was found. `change` runs while no reader trusts the leaf. */
  change(record: number, change?: () => void): void {
    this.#nodes.lock(this.at.leaf);
    if (change !== undefined) change();
    this.#nodes.set(this.at.leaf + node.ENTRIES + node.LEAF_ENTRY * this.at.index + 1, record);
    this.#nodes.finish();
  }

  /** Adds an entry where `find` has found none. */
  insert(key: SearchKey, record: number): void {
    if (this.at.count === node.LEAF_CAPACITY) this.#growth.makeRoom(key);
    const { leaf, index, count } = this.at;
    this.#nodes.lock(leaf);
    const at = leaf + node.ENTRIES + node.LEAF_ENTRY * index;
    this.#nodes.move(at, at + node.LEAF_ENTRY, node.LEAF_ENTRY * (count - index));
    this.#nodes.set(at, key.prefix);
    this.#nodes.set(at + 1, record);
    this.#nodes.set(leaf + node.SHAPE, node.shapeOf(0, count + 1));
    this.#nodes.finish();
  }

  /** Removes the entry that `find` has found. */
  remove(key: SearchKey): void {
    const { leaf, index, count } = this.at;
    this.#nodes.lock(leaf);
    const at = leaf + node.ENTRIES + node.LEAF_ENTRY * index;
    this.#nodes.move(at + node.LEAF_ENTRY, at, node.LEAF_ENTRY * (count - index - 1));
    this.#nodes.set(leaf + node.SHAPE, node.shapeOf(0, count - 1));
    if (count - 1 < FEW && leaf !== this.#place.root) this.#shrinkage.balance(key);
    this.#nodes.finish();
  }

  /** Takes everything out, and returns a node that has it all, as the root had. */
  detach(): number {
    this.#nodes.memory.nodes.reserve(1);
    const copy = this.#nodes.memory.nodes.take();
    this.#nodes.lock(this.#place.root);
    this.#nodes.lock(copy);
    this.#nodes.copyNode(this.#place.root, copy);
    this.#empty(this.#place.root);
    this.#nodes.finish();
    return copy;
  }

  /** The opposite of {@link detach}, of an empty tree. */
  attach(copy: number): void {
    this.#nodes.lock(this.#place.root);
    this.#nodes.copyNode(copy, this.#place.root);
    this.#nodes.finish();
    this.#nodes.memory.nodes.give(copy);
  }

  /** Gives back what was detached; `freeRecord` is called with each record when no reader trusts it any more. */
  release(top: number, freeRecord: (record: number) => void): void {
    const shape = this.#nodes.get(top + node.SHAPE);
    const count = node.countOf(shape);
    // A reader may stand on it since before it was detached.
    this.#nodes.lock(top);
    this.#nodes.finish();
    if (node.levelOf(shape) === 0) {
      for (let index = 0; index < count; index++) {
        freeRecord(this.#nodes.get(top + node.ENTRIES + node.LEAF_ENTRY * index + 1));
      }
    } else {
      for (let index = 0; index <= count; index++) {
        this.release(this.#nodes.child(top, index), freeRecord);
      }
      for (let index = 0; index < count; index++) {
        this.#nodes.freeSeparator(
          this.#nodes.get(top + node.ENTRIES + node.BRANCH_ENTRY * index + 1),
        );
      }
    }
    this.#nodes.memory.nodes.give(top);
  }

  #empty(at: number): void {
    this.#nodes.set(at + node.SHAPE, node.shapeOf(0, 0));
    this.#nodes.set(at + node.NEXT, 0);
    this.#nodes.set(at + node.PREVIOUS, 0);
  }
}
