import { type Chunk, Chunks, indexOf } from "./chunks.js";

/** Where the root stands: so the four children of a node stand side by side, in one chunk and one line of the cache. */
const ROOT = 3;

class Nodes implements Chunk<Nodes> {
  readonly moments: Float64Array;
  readonly ids: Int32Array;

  constructor(readonly size: number) {
    this.moments = new Float64Array(size);
    this.ids = new Int32Array(size);
  }

  get bytes(): number {
    return this.moments.byteLength + this.ids.byteLength;
  }

  copyTo(larger: Nodes): void {
    larger.moments.set(this.moments);
    larger.ids.set(this.ids);
  }
}

class Positions implements Chunk<Positions> {
  readonly positions: Int32Array;

  constructor(readonly size: number) {
    this.positions = new Int32Array(size);
  }

  get bytes(): number {
    return this.positions.byteLength;
  }

  copyTo(larger: Positions): void {
    larger.positions.set(this.positions);
  }
}

/**
 * Numbers from 0 to `size` - 1, its ids, each with a moment: the earliest in O(1), any change in O(log n). It takes 16
 * bytes an id, in chunks.
 *
 * 1. A heap with four children a node: the children of `node` begin at `4 * (node - 2)`, its parent is at `node / 4 + 2`.
 *    No child has an earlier moment than its parent.
 * 2. The position of an id is the node that has the id.
 */
export class MomentHeap {
  readonly #nodes = new Chunks((size) => new Nodes(size));
  readonly #positions = new Chunks((size) => new Positions(size));
  #end = ROOT;

  get size(): number {
    return this.#end - ROOT;
  }

  get bytes(): number {
    return this.#nodes.bytes + this.#positions.bytes;
  }

  /** The earliest moment; `Infinity` if there is none. */
  get earliest(): number {
    return this.#end === ROOT ? Infinity : this.#momentAt(ROOT);
  }

  /** The id that has it; one of those that have it. There must be one. */
  get first(): number {
    return this.#idAt(ROOT);
  }

  momentOf(id: number): number {
    return this.#momentAt(this.#positionOf(id));
  }

  /** Adds the next id, which is {@link size}. */
  add(moment: number): void {
    const node = this.#end;
    this.#positions.growTo(this.size + 1);
    // The root stands at the fourth place: the first growth is one of four.
    this.#nodes.growTo(node + 1);
    this.#end = node + 1;
    this.#rise(node, node - ROOT, moment);
  }

  change(id: number, moment: number): void {
    this.#settle(this.#positionOf(id), id, moment);
  }

  /** Removes an id. The last one gets its number. */
  remove(id: number): void {
    const node = this.#positionOf(id);
    const last = this.#end - 1;
    this.#end = last;
    if (node !== last) this.#settle(node, this.#idAt(last), this.#momentAt(last));
    if (id !== this.size) this.#rename(this.size, id);
    this.#nodes.shrinkTo(last);
    this.#positions.shrinkTo(this.size);
  }

  clear(): void {
    this.#nodes.clear();
    this.#positions.clear();
    this.#end = ROOT;
  }

  #rename(from: number, to: number): void {
    const node = this.#positionOf(from);
    this.#nodes.chunkOf(node).ids[indexOf(node)] = to;
    this.#positions.chunkOf(to).positions[indexOf(to)] = node;
  }

  /** Puts an id at a node where there is none, or one that is to have another moment, and then where it belongs. */
  #settle(node: number, id: number, moment: number): void {
    if (node !== ROOT && moment < this.#momentAt(parentOf(node))) this.#rise(node, id, moment);
    else this.#sink(node, id, moment);
  }

  #rise(from: number, id: number, moment: number): void {
    let node = from;
    while (node !== ROOT) {
      const parent = parentOf(node);
      const above = this.#momentAt(parent);
      if (above <= moment) break;
      this.#put(node, this.#idAt(parent), above);
      node = parent;
    }
    this.#put(node, id, moment);
  }

  #sink(from: number, id: number, moment: number): void {
    const end = this.#end;
    let node = from;
    for (let child = firstChildOf(node); child < end; child = firstChildOf(node)) {
      const { moments, ids } = this.#nodes.chunkOf(child);
      const start = indexOf(child);
      const stop = start + Math.min(end - child, 4);
      let least = start;
      for (let index = start + 1; index < stop; index++) {
        if ((moments[index] as number) < (moments[least] as number)) least = index;
      }
      const below = moments[least] as number;
      if (moment <= below) break;
      this.#put(node, ids[least] as number, below);
      node = child + least - start;
    }
    this.#put(node, id, moment);
  }

  #put(node: number, id: number, moment: number): void {
    const { moments, ids } = this.#nodes.chunkOf(node);
    const index = indexOf(node);
    moments[index] = moment;
    ids[index] = id;
    this.#positions.chunkOf(id).positions[indexOf(id)] = node;
  }

  #positionOf(id: number): number {
    return this.#positions.chunkOf(id).positions[indexOf(id)] as number;
  }

  #momentAt(node: number): number {
    return this.#nodes.chunkOf(node).moments[indexOf(node)] as number;
  }

  #idAt(node: number): number {
    return this.#nodes.chunkOf(node).ids[indexOf(node)] as number;
  }
}

function parentOf(node: number): number {
  return (node >>> 2) + 2;
}

function firstChildOf(node: number): number {
  return (node - 2) << 2;
}
