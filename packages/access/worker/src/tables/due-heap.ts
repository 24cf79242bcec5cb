/** A key, or what else is due, with its moment. */
export interface Due<T> {
  readonly moment: number;
  readonly item: T;
}

/** What is due first comes first: a binary heap. What was changed or removed meanwhile stays in it until its moment. */
export class DueHeap<T> {
  readonly #heap: Due<T>[] = [];

  get size(): number {
    return this.#heap.length;
  }

  get first(): Due<T> | undefined {
    return this.#heap[0];
  }

  add(due: Due<T>): void {
    const heap = this.#heap;
    let index = heap.length;
    heap.push(due);
    while (index > 0) {
      const parent = (index - 1) >> 1;
      const above = heap[parent] as Due<T>;
      if (above.moment <= due.moment) break;
      heap[index] = above;
      index = parent;
    }
    heap[index] = due;
  }

  /** Takes out what is due first. */
  take(): Due<T> | undefined {
    const heap = this.#heap;
    const first = heap[0];
    const last = heap.pop();
    if (first === undefined || last === undefined || heap.length === 0) return first;
    let index = 0;
    for (;;) {
      let child = 2 * index + 1;
      if (child >= heap.length) break;
      const right = heap[child + 1];
      if (right !== undefined && right.moment < (heap[child] as Due<T>).moment) child++;
      const below = heap[child] as Due<T>;
      if (below.moment >= last.moment) break;
      heap[index] = below;
      index = child;
    }
    heap[index] = last;
    return first;
  }

  clear(): void {
    this.#heap.length = 0;
  }
}
