import type { Scan } from "../adapter/adapter-table.js";
import type { Mode } from "../adapter/mode.js";
import { failing, type Steps, step } from "../adapter/steps.js";
import { WHOLE } from "../queries/range.js";
import type { TableContext } from "../table/table-context.js";
import { type Key, releaseKey } from "../values/key.js";
import { compareKeys } from "../values/key-order.js";
import type { StoreRecord } from "../values/record.js";

/** A record to copy, as a user would read it, and its moment. */
export interface SourceRecord {
  readonly record: StoreRecord;
  readonly expiresAt: number | undefined;
}

type Snapshot = Scan<Mode, readonly [record: StoreRecord, expiresAt: number | undefined]>;
type AnyIterator = Iterator<unknown> | AsyncIterator<unknown>;

/**
 * The records of a table that is copied, which can be gone through several times: those of one moment where the adapter
 * has snapshots, else as the table is by then.
 */
export class TableSource {
  /** Whether any record had a moment. */
  hasMoments = false;
  readonly #table: TableContext<Mode>;
  readonly #snapshot: Snapshot | undefined;
  #records: AnyIterator | undefined;
  #isEnded = true;
  #count = 0;
  #moments: { key: Key; left: (number | undefined)[] } | undefined;

  private constructor(table: TableContext<Mode>, snapshot: Snapshot | undefined) {
    this.#table = table;
    this.#snapshot = snapshot;
  }

  static *open(table: TableContext<Mode>): Steps<TableSource> {
    const { methods } = table;
    // Counters kept aside come into the table, and writes that wait in a queue are done.
    yield* step(methods.flushCounters());
    const snapshot = methods.snapshot && (yield* step(methods.snapshot()));
    return new TableSource(table, snapshot);
  }

  /** Whether it stays as it is when the table is written to. */
  get isOfOneMoment(): boolean {
    return this.#snapshot !== undefined;
  }

  /** How many records the table has; those of a snapshot are counted as they are gone through. */
  *size(): Steps<number> {
    return this.#snapshot === undefined ? yield* step(this.#table.methods.size()) : this.#count;
  }

  /** Begins at the first record, which the first `next` asks for. */
  begin(): void {
    this.#records = undefined;
    this.#isEnded = false;
    this.#moments = undefined;
    this.#count = 0;
  }

  /** The next record, undefined at the end. */
  *next(): Steps<SourceRecord | undefined> {
    if (this.#isEnded) return undefined;
    this.#records ??= iteratorOf(this.#snapshot ?? this.#table.methods.scan(WHOLE));
    const turn = yield* step(this.#records.next());
    if (turn.done) {
      this.#isEnded = true;
      this.#records = undefined;
      return undefined;
    }
    this.#count++;
    const [kept, expiresAt] =
      this.#snapshot === undefined
        ? [turn.value as StoreRecord, yield* this.#momentOf(turn.value as StoreRecord)]
        : (turn.value as readonly [StoreRecord, number | undefined]);
    this.hasMoments ||= expiresAt !== undefined;
    return { record: this.#table.isolation.release(kept), expiresAt };
  }

  /** Gives up where it is. */
  *end(): Steps<void> {
    const records = this.#records;
    this.#isEnded = true;
    this.#records = undefined;
    yield* failing(() => records?.return?.());
  }

  /** The records of a key come together, in the order of its moments. */
  *#momentOf([key]: StoreRecord): Steps<number | undefined> {
    const { methods } = this.#table;
    if (methods.expiresAt === undefined) return undefined;
    if (this.#moments === undefined || compareKeys(this.#moments.key, key) !== 0) {
      const left = [...(yield* step(methods.expiresAt(key)))];
      this.#moments = { key: releaseKey(key), left };
    }
    return this.#moments.left.shift();
  }
}

function iteratorOf(scan: Scan<Mode, unknown>): AnyIterator {
  return Symbol.asyncIterator in scan
    ? scan[Symbol.asyncIterator]()
    : (scan as Iterable<unknown>)[Symbol.iterator]();
}
