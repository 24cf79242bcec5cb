import { encodeKey } from "@store/codec";
import type {
  AdapterTable,
  CounterStep,
  Integer,
  Key,
  KeyRecords,
  Moments,
  RecordPattern,
  ScanRange,
  StoreRecord,
  TableType,
  TableUsage,
  Toolkit,
} from "@store/core";
import type { Connection } from "../connection/connection.js";
import { failureOf } from "../connection/failure.js";
import { boundsOf } from "../operations/bounds.js";
import * as counting from "../operations/counting.js";
import type { Values } from "../operations/make.js";
import * as reading from "../operations/reading.js";
import { recordOf } from "../operations/record-bytes.js";
import * as writing from "../operations/writing.js";
import type { Dispatcher } from "../protocol/dispatcher.js";
import type { TableNames } from "../protocol/operation.js";
import { KeyTurns } from "./key-turns.js";
import { partsOf, rangeOf } from "./pattern.js";
import { keysIn, recordsIn } from "./scan.js";
import { walkFrom, walkFromEnd, walking } from "./walk.js";

/** What the tables of a backend work with. */
export interface TableContext {
  readonly dispatcher: Dispatcher;
  readonly connection: Connection;
  readonly toolkit: Toolkit;
  /** How many replicas `sync` waits for. */
  readonly replicas: number;
  /** Called when the table is closed. */
  readonly onClose: (table: RedisTable) => void;
}

/** A table, open. It keeps nothing here: every method but `close` and `sync` asks the server. */
export class RedisTable implements AdapterTable<"async"> {
  readonly type: TableType;
  readonly names: TableNames;
  readonly #context: TableContext;
  readonly #dispatcher: Dispatcher;
  readonly #turns = new KeyTurns();

  constructor(type: TableType, names: TableNames, context: TableContext) {
    this.type = type;
    this.names = names;
    this.#context = context;
    this.#dispatcher = context.dispatcher;
  }

  async lookup(key: Key): Promise<StoreRecord[]> {
    const [values = []] = await this.#dispatcher.send(reading.lookup(this.names, [key]));
    return recordsOf(key, values);
  }

  async lookupMany(keys: readonly Key[]): Promise<StoreRecord[][]> {
    const found = await this.#dispatcher.send(reading.lookup(this.names, keys));
    return found.map((values, index) => recordsOf(keys[index] as Key, values));
  }

  async member(key: Key): Promise<boolean> {
    return this.#dispatcher.send(reading.member(this.names, key));
  }

  async insert(record: StoreRecord, expiresAt?: number): Promise<void> {
    await this.insertMany([record], [expiresAt]);
  }

  async insertMany(records: readonly StoreRecord[], expiresAt?: Moments): Promise<void> {
    await this.#dispatcher.send(writing.insert(this.names, records, expiresAt));
  }

  async insertNew(records: readonly StoreRecord[], expiresAt?: Moments): Promise<boolean> {
    return this.#dispatcher.send(writing.insertNew(this.names, records, expiresAt));
  }

  async take(key: Key): Promise<StoreRecord[]> {
    return recordsOf(key, await this.#dispatcher.send(writing.take(this.names, key)));
  }

  async delete(key: Key): Promise<void> {
    await this.deleteMany([key]);
  }

  async deleteMany(keys: readonly Key[]): Promise<number> {
    return this.#dispatcher.send(writing.remove(this.names, keys));
  }

  async deleteObjects(records: readonly StoreRecord[]): Promise<number> {
    return this.#dispatcher.send(writing.removeObjects(this.names, records));
  }

  async deleteAllObjects(): Promise<void> {
    await this.#dispatcher.send(writing.clear(this.names));
  }

  async replace(expected: StoreRecord, record: StoreRecord, expiresAt?: number): Promise<boolean> {
    return this.#dispatcher.send(writing.replace(this.names, expected, record, expiresAt));
  }

  async update(
    key: Key,
    change: (record: StoreRecord) => StoreRecord,
  ): Promise<StoreRecord | undefined> {
    return this.#turns.take(Buffer.from(encodeKey(key)), async () => {
      const [values] = await this.#dispatcher.send(reading.lookup(this.names, [key]));
      return this.#swap(key, values?.[0], change);
    });
  }

  /** Compares and swaps, as often as others come between. */
  async #swap(
    key: Key,
    found: Buffer | undefined,
    change: (record: StoreRecord) => StoreRecord,
  ): Promise<StoreRecord | undefined> {
    const keyBytes = encodeKey(key);
    let current = found;
    while (current !== undefined) {
      const record = recordOf(key, keyBytes, current);
      const changed = change(record);
      if (changed === record) return record;
      const swapped = await this.#dispatcher.send(writing.swap(this.names, key, current, changed));
      if (swapped === undefined) return changed;
      current = swapped.current;
    }
    return undefined;
  }

  async updateCounter(
    key: Key,
    step: CounterStep,
    initial?: StoreRecord,
    initialExpiresAt?: number,
  ): Promise<Integer | undefined> {
    const { toolkit } = this.#context;
    const change = (stored: StoreRecord) => toolkit.counted(stored, step);
    let record: StoreRecord | undefined;
    if (counting.isSimple(step)) {
      const start = initial && { record: initial, moment: initialExpiresAt, isCounted: true };
      const counted = await this.#dispatcher.send(counting.count(this.names, key, [step], start));
      if ("values" in counted) {
        return counted.values[0] ?? (initial?.[step.position - 1] as Integer | undefined);
      }
      const turn = () => this.#swap(key, counted.current, change);
      record = await this.#turns.take(Buffer.from(encodeKey(key)), turn);
    } else {
      record = await this.update(key, change);
    }
    return record?.[step.position - 1] as Integer | undefined;
  }

  async append(
    prefix: readonly Key[] | null,
    elements: readonly unknown[],
    expiresAt?: number,
  ): Promise<Key> {
    const number = await this.#dispatcher.send(
      writing.append(this.names, prefix, elements, expiresAt),
    );
    return prefix === null ? number : [...prefix, number];
  }

  async size(): Promise<number> {
    return this.#dispatcher.send(reading.size(this.names));
  }

  async count(range: ScanRange): Promise<number> {
    const count = await this.#dispatcher.send(reading.countRange(this.names, boundsOf(range)));
    return Math.min(count, range.limit);
  }

  async deleteRange(range: ScanRange): Promise<number> {
    return this.#dispatcher.send(writing.removeRange(this.names, boundsOf(range), range));
  }

  async first(): Promise<Key | undefined> {
    return (await walking(this.#dispatcher, this.names, walkFromEnd(false), false))?.[0];
  }

  async last(): Promise<Key | undefined> {
    return (await walking(this.#dispatcher, this.names, walkFromEnd(true), false))?.[0];
  }

  async next(key: Key): Promise<Key | undefined> {
    const walk = walkFrom(this.type, key, false);
    return (await walking(this.#dispatcher, this.names, walk, false))?.[0];
  }

  async prev(key: Key): Promise<Key | undefined> {
    const walk = walkFrom(this.type, key, true);
    return (await walking(this.#dispatcher, this.names, walk, false))?.[0];
  }

  async firstLookup(): Promise<KeyRecords | undefined> {
    return walking(this.#dispatcher, this.names, walkFromEnd(false), true);
  }

  async lastLookup(): Promise<KeyRecords | undefined> {
    return walking(this.#dispatcher, this.names, walkFromEnd(true), true);
  }

  async nextLookup(key: Key): Promise<KeyRecords | undefined> {
    return walking(this.#dispatcher, this.names, walkFrom(this.type, key, false), true);
  }

  async prevLookup(key: Key): Promise<KeyRecords | undefined> {
    return walking(this.#dispatcher, this.names, walkFrom(this.type, key, true), true);
  }

  scan(range: ScanRange): AsyncIterable<StoreRecord> {
    return recordsIn(this.#dispatcher, this.names, range);
  }

  scanKeys(range: ScanRange): AsyncIterable<Key> {
    return keysIn(this.#dispatcher, this.names, range);
  }

  /** In one step if the script can compare and the range is short; else what is found is removed in another. */
  async matchDelete(pattern: RecordPattern): Promise<number> {
    const parts = partsOf(pattern);
    if (parts !== undefined) {
      const removed = await this.#dispatcher.send(
        writing.removeMatches(this.names, rangeOf(this.type, pattern), parts),
      );
      if (removed !== undefined) return removed;
    }
    const found: StoreRecord[] = [];
    for await (const record of this.scan(pattern.range)) {
      if (pattern.matches(record)) found.push(record);
    }
    return found.length === 0 ? 0 : this.deleteObjects(found);
  }

  async expire(key: Key, at: number | undefined): Promise<boolean> {
    return this.#dispatcher.send(writing.expire(this.names, key, at));
  }

  async expiresAt(key: Key): Promise<Moments> {
    return this.#dispatcher.send(reading.moments(this.names, key));
  }

  async usage(): Promise<TableUsage> {
    const serverBytes = await this.#dispatcher.send(reading.usage(this.names));
    return { details: { serverBytes } };
  }

  /** A write is in the server when it returns; what is left is whether replicas have it. */
  async sync(): Promise<void> {
    const { connection, toolkit, replicas } = this.#context;
    if (replicas === 0) return;
    await this.#dispatcher.settled();
    const count = await connection.wait(this.names.catalogue, replicas).catch((error) => {
      throw failureOf(toolkit, error, false);
    });
    if (count < replicas) {
      throw toolkit.error(
        "STORE_UNAVAILABLE",
        `${count} replicas have what was written, not ${replicas}`,
      );
    }
  }

  async close(): Promise<void> {
    this.#context.onClose(this);
    await this.#dispatcher.settled();
  }
}

function recordsOf(key: Key, values: Values): StoreRecord[] {
  if (values.length === 0) return [];
  const keyBytes = encodeKey(key);
  return values.map((value) => recordOf(key, keyBytes, value));
}
