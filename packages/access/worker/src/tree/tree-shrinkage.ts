import * as node from "./node.js";
import type { NodeEditor } from "./node-editor.js";
import type { SearchKey } from "./search-key.js";
import type { TreePlace } from "./tree-reader.js";

/** How full a node may become by a merge, so that it isn't split again at once. */
const FULL_ENOUGH = 0.75;

/** Merges nodes that have few entries with a neighbour. */
export class TreeShrinkage {
  readonly #nodes: NodeEditor;
  readonly #place: TreePlace;

  constructor(nodes: NodeEditor, place: TreePlace) {
    this.#nodes = nodes;
    this.#place = place;
  }

  /** Merges the leaf of `key`, and what above it has become small, with neighbours. */
  balance(key: SearchKey): void {
    const path: number[] = [];
    let branch = this.#place.root;
    while (node.levelOf(this.#nodes.get(branch + node.SHAPE)) > 0) {
      path.push(branch);
      branch = this.#nodes.child(branch, this.#nodes.indexIn(branch, key));
    }
    for (let parent = path.pop(); parent !== undefined; parent = path.pop()) {
      if (!this.#mergeBelow(parent, this.#nodes.indexIn(parent, key))) return;
      const count = node.countOf(this.#nodes.get(parent + node.SHAPE));
      if (parent === this.#place.root) {
        if (count === 0) this.#shrinkRoot();
        return;
      }
      if (count >= node.BRANCH_CAPACITY / 4) return;
    }
  }

  /** Merges a child with the one to its right or left, if they fit. */
  #mergeBelow(parent: number, index: number): boolean {
    const count = node.countOf(this.#nodes.get(parent + node.SHAPE));
    if (index < count && this.#merge(parent, index)) return true;
    return index > 0 && this.#merge(parent, index - 1);
  }

  #merge(parent: number, index: number): boolean {
    const left = this.#nodes.child(parent, index);
    const right = this.#nodes.child(parent, index + 1);
    const shape = this.#nodes.get(left + node.SHAPE);
    const level = node.levelOf(shape);
    const a = node.countOf(shape);
    const b = node.countOf(this.#nodes.get(right + node.SHAPE));
    if (level === 0) {
      if (a > 0 && b > 0 && a + b > node.LEAF_CAPACITY * FULL_ENOUGH) return false;
    } else if (a + b + 1 > node.BRANCH_CAPACITY * FULL_ENOUGH) {
      return false;
    }
    this.#nodes.lock(parent);
    this.#nodes.lock(left);
    this.#nodes.lock(right);
    const at = parent + node.ENTRIES + node.BRANCH_ENTRY * index;
    const end = left + node.ENTRIES;
    if (level === 0) {
      const size = node.LEAF_ENTRY;
      this.#nodes.move(right + node.ENTRIES, end + size * a, size * b);
      this.#nodes.set(left + node.SHAPE, node.shapeOf(0, a + b));
      const next = this.#nodes.get(right + node.NEXT);
      this.#nodes.set(left + node.NEXT, next);
      if (next !== 0) {
        this.#nodes.lock(next);
        this.#nodes.set(next + node.PREVIOUS, left);
      }
      this.#nodes.retireSeparator(this.#nodes.get(at + 1));
    } else {
      const size = node.BRANCH_ENTRY;
      this.#nodes.move(at, end + size * a, 2);
      this.#nodes.set(end + size * a + 2, this.#nodes.get(right + node.FIRST_CHILD));
      this.#nodes.move(right + node.ENTRIES, end + size * (a + 1), size * b);
      this.#nodes.set(left + node.SHAPE, node.shapeOf(level, a + b + 1));
    }
    const parentShape = this.#nodes.get(parent + node.SHAPE);
    const count = node.countOf(parentShape);
    this.#nodes.move(at + node.BRANCH_ENTRY, at, node.BRANCH_ENTRY * (count - index - 1));
    this.#nodes.set(parent + node.SHAPE, node.shapeOf(node.levelOf(parentShape), count - 1));
    this.#nodes.retire(right);
    return true;
  }

  /** The only child of the root takes its place. */
  #shrinkRoot(): void {
    const { root } = this.#place;
    while (
      node.levelOf(this.#nodes.get(root + node.SHAPE)) > 0 &&
      node.countOf(this.#nodes.get(root + node.SHAPE)) === 0
    ) {
      const child = this.#nodes.child(root, 0);
      this.#nodes.lock(root);
      this.#nodes.lock(child);
      this.#nodes.copyNode(child, root);
      this.#nodes.retire(child);
    }
  }
}
