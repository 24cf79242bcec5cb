/**
 * Goes through a scan, past what is due when its turn comes. It asks each time: the first moment of a table may come
 * after a scan began. Not a generator, which would take longer.
 */
export class Unexpired<T> implements IterableIterator<T, undefined> {
  readonly #scan: Iterator<T, undefined>;
  readonly #isDue: (item: T) => boolean;

  constructor(scan: Iterator<T, undefined>, isDue: (item: T) => boolean) {
    this.#scan = scan;
    this.#isDue = isDue;
  }

  next(): IteratorResult<T, undefined> {
    let turn = this.#scan.next();
    while (!turn.done && this.#isDue(turn.value)) turn = this.#scan.next();
    return turn;
  }

  return(): IteratorResult<T, undefined> {
    this.#scan.return?.();
    return { done: true, value: undefined };
  }

  [Symbol.iterator](): this {
    return this;
  }
}
