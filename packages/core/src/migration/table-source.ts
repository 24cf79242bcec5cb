import type { Moments, Scan } from "../adapter/adapter-table.js";
import type { Mode } from "../adapter/mode.js";
import { failing, type Steps, step } from "../adapter/steps.js";
import { WHOLE } from "../queries/range.js";
import type { TableContext } from "../table/table-context.js";
import type { Key } from "../values/key.js";
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
  /** Records of one key that were read and not returned yet, and the record after them. */
  #group: SourceRecord[] = [];
  #ahead: StoreRecord | undefined;

  private constructor(table: TableContext<Mode>, snapshot: Snapshot | undefined) {
    this.#table = table;
    this.#snapshot = snapshot;
  }

  static *open(table: TableContext<Mode>): Steps<TableSource> {
    const { methods } = table;
    // Writes that are under way are done, and counters kept aside come into the table.
    yield* step(methods.settled());
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
    this.#group = [];
    this.#ahead = undefined;
    this.#count = 0;
  }

  /** The next record, undefined at the end. */
  *next(): Steps<SourceRecord | undefined> {
    const item =
      this.#snapshot === undefined && this.#table.methods.expiresAt !== undefined
        ? yield* this.#nextOfGroup()
        : yield* this.#nextAlone();
    if (item === undefined) return undefined;
    this.#count++;
    this.hasMoments ||= item.expiresAt !== undefined;
    return { record: this.#table.isolation.release(item.record), expiresAt: item.expiresAt };
  }

  *#nextAlone(): Steps<SourceRecord | undefined> {
    const item = yield* this.#pull();
    if (item === undefined) return undefined;
    if (this.#snapshot === undefined) return { record: item as StoreRecord, expiresAt: undefined };
    const [record, expiresAt] = item as readonly [StoreRecord, number | undefined];
    return { record, expiresAt };
  }

  *#nextOfGroup(): Steps<SourceRecord | undefined> {
    while (this.#group.length === 0) {
      const first = this.#ahead ?? ((yield* this.#pull()) as StoreRecord | undefined);
      if (first === undefined) return undefined;
      this.#group = yield* this.#groupFrom(first);
    }
    return this.#group.shift();
  }

  /** The records of a key, which come together, with their moments. Some may expire while they are read. */
  *#groupFrom(first: StoreRecord): Steps<SourceRecord[]> {
    const { methods } = this.#table;
    const [key] = first;
    let records = [first];
    this.#ahead = undefined;
    for (;;) {
      const next = (yield* this.#pull()) as StoreRecord | undefined;
      if (next === undefined) break;
      if (compareKeys(next[0], key) !== 0) {
        this.#ahead = next;
        break;
      }
      records.push(next);
    }
    let moments = yield* this.#momentsOf(key);
    // Nothing but time changes them: those that are as many are the same.
    while (moments.length !== records.length) {
      records = yield* step(methods.lookup(key));
      moments = yield* this.#momentsOf(key);
    }
    return records.map((record, index) => ({ record, expiresAt: moments[index] }));
  }

  *#momentsOf(key: Key): Steps<Moments> {
    return yield* step(this.#table.methods.expiresAt?.(key) ?? []);
  }

  /** What the scan, or the snapshot, comes by next. */
  *#pull(): Steps<unknown> {
    if (this.#isEnded) return undefined;
    this.#records ??= iteratorOf(this.#snapshot ?? this.#table.methods.scan(WHOLE));
    const turn = yield* step(this.#records.next());
    if (!turn.done) return turn.value;
    this.#isEnded = true;
    this.#records = undefined;
    return undefined;
  }

  /** Gives up where it is. */
  *end(): Steps<void> {
    const records = this.#records;
    this.#isEnded = true;
    this.#records = undefined;
    yield* failing(() => records?.return?.());
  }
}

function iteratorOf(scan: Scan<Mode, unknown>): AnyIterator {
  return Symbol.asyncIterator in scan
    ? scan[Symbol.asyncIterator]()
    : (scan as Iterable<unknown>)[Symbol.iterator]();
}
