import type { Range } from "@store/core";
import { AbstractIterator, type AbstractIteratorOptions, type AbstractLevel } from "abstract-level";
import { unlessAborted } from "./abort.js";
import { bufferOf } from "./buffer.js";
import type { AsyncTable } from "./level-record.js";
import { type LevelRange, rangeFrom, rangeOf } from "./range.js";
import type { Version } from "./version.js";

type Entry = [key: Uint8Array, value: Uint8Array | undefined];
type Cursor = Iterator<Entry, undefined> | AsyncIterator<Entry, undefined>;

/** What an iterator reads. */
export interface IteratorSource {
  readonly table: AsyncTable;
  /** Read instead of the table. */
  readonly version: Version | undefined;
  /** Called once, when nothing is read any more. */
  release(): void;
}

/** As abstract-level hands them over: bounds are encoded. */
export type IteratorOptions = LevelRange & {
  readonly values: boolean;
  readonly signal?: AbortSignal;
};

export class LevelIterator<K, V> extends AbstractIterator<AbstractLevel<Uint8Array, K, V>, K, V> {
  readonly #source: IteratorSource;
  readonly #range: Range<Uint8Array>;
  readonly #isKeysOnly: boolean;
  readonly #signal: AbortSignal | undefined;
  /** What is left; undefined once a seek has left the range. */
  #left: Range<Uint8Array> | undefined;
  #cursor: Cursor | undefined;

  constructor(
    db: AbstractLevel<Uint8Array, K, V>,
    options: IteratorOptions,
    source: IteratorSource,
  ) {
    super(db, options as AbstractIteratorOptions<K, V>);
    const { limit: _, ...range } = rangeOf(options);
    this.#source = source;
    this.#range = range;
    this.#left = range;
    this.#isKeysOnly = !options.values;
    this.#signal = options.signal;
  }

  protected async _next(): Promise<Entry | undefined> {
    const [entry] = await this._nextv(1);
    return entry;
  }

  protected async _nextv(size: number): Promise<Entry[]> {
    this.#cursor ??= this.#open();
    const entries: Entry[] = [];
    while (entries.length < size) {
      const next = this.#cursor.next();
      const { done, value } = "then" in next ? await unlessAborted(next, this.#signal) : next;
      if (done) break;
      entries.push([bufferOf(value[0]), bufferOf(value[1])]);
    }
    return entries;
  }

  protected _seek(target: Uint8Array): void {
    const cursor = this.#cursor;
    this.#cursor = undefined;
    this.#left = rangeFrom(this.#range, target);
    void cursor?.return?.();
  }

  protected async _close(): Promise<void> {
    this.#source.release();
    await this.#cursor?.return?.();
  }

  #open(): Cursor {
    const { table, version } = this.#source;
    if (this.#left === undefined) return [].values();
    if (version !== undefined) return version.entries(this.#left);
    const range = { ...this.#left, limit: this.limit - this.count };
    return this.#isKeysOnly ? withoutValues(table.keys(range)) : table.records(range);
  }
}

async function* withoutValues(keys: AsyncIterable<Uint8Array>): AsyncGenerator<Entry, undefined> {
  for await (const key of keys) yield [key, undefined];
  return undefined;
}
