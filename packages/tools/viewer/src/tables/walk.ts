import { compareKeys, type StoreRecord } from "@store/core";

type Step = IteratorResult<StoreRecord, unknown>;
type Steps = {
  next(): Step | Promise<Step>;
  return?(): unknown;
};

/** A record of a walk, and which of the records of its key it is. */
export interface WalkedRecord {
  readonly record: StoreRecord;
  readonly nth: number;
}

/** Goes through the records of a table, of either mode, one at a time. */
export class Walk {
  readonly #steps: Steps;
  #last: WalkedRecord | undefined;

  /** @param records what `records()` of a table returned */
  constructor(records: AsyncIterable<StoreRecord> | Iterable<StoreRecord>) {
    this.#steps =
      Symbol.iterator in records ? records[Symbol.iterator]() : records[Symbol.asyncIterator]();
  }

  /** The next record; undefined at the end. A promise only where the table's calls return one. */
  next(): WalkedRecord | undefined | Promise<WalkedRecord | undefined> {
    const step = this.#steps.next();
    return step instanceof Promise ? step.then((result) => this.#take(result)) : this.#take(step);
  }

  /** Lets go of it. */
  async end(): Promise<void> {
    await this.#steps.return?.();
  }

  #take({ done, value }: Step): WalkedRecord | undefined {
    if (done) return undefined;
    const record = value as StoreRecord;
    const last = this.#last;
    const isSame = last !== undefined && compareKeys(last.record[0], record[0]) === 0;
    this.#last = { record, nth: isSame ? last.nth + 1 : 0 };
    return this.#last;
  }
}
