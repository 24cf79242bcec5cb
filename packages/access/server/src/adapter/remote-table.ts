import type {
  AdapterTable,
  CounterStep,
  Integer,
  Key,
  KeyRecords,
  Moments,
  RecordPattern,
  Scan,
  ScanRange,
  StoreRecord,
  TableType,
  TableUsage,
  Toolkit,
} from "@store/core";
import type { Client } from "../client/client.js";
import { writeStep } from "../protocol/counter-steps.js";
import { failureOf } from "../protocol/failure.js";
import type { FrameWriter } from "../protocol/frame-writer.js";
import { Kind } from "../protocol/kinds.js";
import { writePattern } from "../protocol/patterns.js";
import type { PayloadReader } from "../protocol/payload-reader.js";
import { writeRange } from "../protocol/ranges.js";
import { KeyTurns, type Swapped, swapping } from "./key-turns.js";
import { scanKeys, scanRecords } from "./remote-scan.js";
import { RemoteSnapshot } from "./remote-snapshot.js";
import {
  nothing,
  readBoolean,
  readEntry,
  readKey,
  readMoments,
  readNumber,
  readUsage,
} from "./results.js";

/** How long a table that is closed waits for a server, in milliseconds. */
const CLOSING = 2_000;

/** What a remote table is made with. */
export interface RemoteContext {
  readonly client: Client;
  readonly toolkit: Toolkit;
}

/** What the server says of a table. */
export interface OpenedTable {
  readonly type: TableType;
  readonly hasSnapshots: boolean;
}

/** A table of the server. It keeps nothing here: each method is a request, in the order of the calls. */
export class RemoteTable implements AdapterTable<"async"> {
  readonly type: TableType;
  /** By which the server knows it. */
  readonly number: number;
  /** Undefined where the served table has none. */
  readonly snapshot?: () => Promise<RemoteSnapshot>;
  readonly #client: Client;
  readonly #toolkit: Toolkit;
  readonly #turns = new KeyTurns();

  constructor(opened: OpenedTable, number: number, { client, toolkit }: RemoteContext) {
    this.type = opened.type;
    this.number = number;
    this.#client = client;
    this.#toolkit = toolkit;
    if (opened.hasSnapshots) this.snapshot = () => RemoteSnapshot.take(client, number);
  }

  lookup(key: Key): Promise<StoreRecord[]> {
    return this.#ofKey(Kind.LOOKUP, key, (payload) => payload.elements(key));
  }

  lookupMany(keys: readonly Key[]): Promise<StoreRecord[][]> {
    return this.#call(
      Kind.LOOKUP_MANY,
      (output) => output.keys(keys),
      (payload) => keys.map((key) => payload.elements(key)),
    );
  }

  member(key: Key): Promise<boolean> {
    return this.#ofKey(Kind.MEMBER, key, readBoolean);
  }

  insert(record: StoreRecord, expiresAt?: number): Promise<void> {
    const write = (output: FrameWriter) => {
      output.record(record);
      output.moment(expiresAt);
    };
    return this.#call(Kind.INSERT, write, nothing);
  }

  insertMany(records: readonly StoreRecord[], expiresAt?: Moments): Promise<void> {
    return this.#call(Kind.INSERT_MANY, writeMany(records, expiresAt), nothing);
  }

  insertNew(records: readonly StoreRecord[], expiresAt?: Moments): Promise<boolean> {
    return this.#call(Kind.INSERT_NEW, writeMany(records, expiresAt), readBoolean);
  }

  take(key: Key): Promise<StoreRecord[]> {
    return this.#ofKey(Kind.TAKE, key, (payload) => payload.elements(key));
  }

  delete(key: Key): Promise<void> {
    return this.#ofKey(Kind.DELETE, key, nothing);
  }

  deleteMany(keys: readonly Key[]): Promise<number> {
    return this.#call(Kind.DELETE_MANY, (output) => output.keys(keys), readNumber);
  }

  deleteObjects(records: readonly StoreRecord[]): Promise<number> {
    return this.#call(Kind.DELETE_OBJECTS, (output) => output.records(records), readNumber);
  }

  deleteAllObjects(): Promise<void> {
    return this.#call(Kind.DELETE_ALL, nothing, nothing);
  }

  replace(expected: StoreRecord, record: StoreRecord, expiresAt?: number): Promise<boolean> {
    const write = (output: FrameWriter) => {
      output.record(expected);
      output.record(record);
      output.moment(expiresAt);
    };
    return this.#call(Kind.REPLACE, write, readBoolean);
  }

  /** `change` is code, and stays here: its result is put in the place of the very record that it was made for. */
  update(key: Key, change: (record: StoreRecord) => StoreRecord): Promise<StoreRecord | undefined> {
    return this.#turns.take(key, async () => {
      const [stored] = await this.lookup(key);
      return swapping(stored, change, (expected, record) => this.#swap(expected, record));
    });
  }

  updateCounter(
    key: Key,
    step: CounterStep,
    initial?: StoreRecord,
    initialExpiresAt?: number,
  ): Promise<Integer | undefined> {
    const write = (output: FrameWriter) => {
      output.key(key);
      writeStep(output, step);
      output.optionalRecord(initial);
      output.moment(initialExpiresAt);
    };
    return this.#call(Kind.COUNTER, write, readKey) as Promise<Integer | undefined>;
  }

  append(
    prefix: readonly Key[] | null,
    elements: readonly unknown[],
    expiresAt?: number,
  ): Promise<Key> {
    const write = (output: FrameWriter) => {
      output.key(prefix);
      output.record([null, ...elements]);
      output.moment(expiresAt);
    };
    return this.#call(Kind.APPEND, write, (payload) => payload.key());
  }

  size(): Promise<number> {
    return this.#call(Kind.SIZE, nothing, readNumber);
  }

  first(): Promise<Key | undefined> {
    return this.#call(Kind.FIRST, nothing, readKey);
  }

  last(): Promise<Key | undefined> {
    return this.#call(Kind.LAST, nothing, readKey);
  }

  next(key: Key): Promise<Key | undefined> {
    return this.#ofKey(Kind.NEXT, key, readKey);
  }

  prev(key: Key): Promise<Key | undefined> {
    return this.#ofKey(Kind.PREV, key, readKey);
  }

  firstLookup(): Promise<KeyRecords | undefined> {
    return this.#call(Kind.FIRST_LOOKUP, nothing, readEntry);
  }

  lastLookup(): Promise<KeyRecords | undefined> {
    return this.#call(Kind.LAST_LOOKUP, nothing, readEntry);
  }

  nextLookup(key: Key): Promise<KeyRecords | undefined> {
    return this.#ofKey(Kind.NEXT_LOOKUP, key, readEntry);
  }

  prevLookup(key: Key): Promise<KeyRecords | undefined> {
    return this.#ofKey(Kind.PREV_LOOKUP, key, readEntry);
  }

  scan(range: ScanRange): Scan<"async", StoreRecord> {
    return scanRecords(this.#scanContext, range);
  }

  scanKeys(range: ScanRange): Scan<"async", Key> {
    return scanKeys(this.#scanContext, range);
  }

  count(range: ScanRange): Promise<number> {
    return this.#call(Kind.COUNT, (output) => writeRange(output, range), readNumber);
  }

  deleteRange(range: ScanRange): Promise<number> {
    return this.#call(Kind.DELETE_RANGE, (output) => writeRange(output, range), readNumber);
  }

  matchObject({ elements }: RecordPattern, limit: number): Promise<StoreRecord[]> {
    const write = (output: FrameWriter) => {
      output.float(limit);
      writePattern(output, elements);
    };
    return this.#call(Kind.MATCH, write, (payload) => payload.records());
  }

  matchDelete({ elements }: RecordPattern): Promise<number> {
    return this.#call(Kind.MATCH_DELETE, (output) => writePattern(output, elements), readNumber);
  }

  expire(key: Key, at: number | undefined): Promise<boolean> {
    const write = (output: FrameWriter) => {
      output.key(key);
      output.moment(at);
    };
    return this.#call(Kind.EXPIRE, write, readBoolean);
  }

  expiresAt(key: Key): Promise<Moments> {
    return this.#ofKey(Kind.EXPIRES_AT, key, readMoments);
  }

  sync(): Promise<void> {
    return this.#call(Kind.SYNC, nothing, nothing);
  }

  flushCounters(): Promise<void> {
    return this.#call(Kind.FLUSH_COUNTERS, nothing, nothing);
  }

  usage(): Promise<TableUsage> {
    return this.#call(Kind.USAGE, nothing, readUsage);
  }

  /** Where no server is to be reached, there is nothing to do: what was acknowledged is in its hands. */
  async close(): Promise<void> {
    this.#client.tables.remove(this.number);
    try {
      await this.#client.call(Kind.CLOSE, (output) => output.uint32(this.number), nothing, CLOSING);
    } catch (error) {
      if (failureOf(error).code !== "STORE_UNAVAILABLE") throw error;
    }
  }

  get #scanContext() {
    const { number, type } = this;
    return { client: this.#client, toolkit: this.#toolkit, number, type };
  }

  #swap(expected: StoreRecord, record: StoreRecord): Promise<Swapped> {
    const write = (output: FrameWriter) => {
      output.record(expected);
      output.record(record);
    };
    return this.#call(Kind.SWAP, write, (payload) =>
      payload.boolean() ? "swapped" : { current: payload.optionalRecord() },
    );
  }

  #ofKey<T>(kind: number, key: Key, read: (payload: PayloadReader) => T): Promise<T> {
    return this.#call(kind, (output) => output.key(key), read);
  }

  #call<T>(
    kind: number,
    write: (output: FrameWriter) => void,
    read: (payload: PayloadReader) => T,
  ): Promise<T> {
    const writeAll = (output: FrameWriter) => {
      output.uint32(this.number);
      write(output);
    };
    return this.#client.call(kind, writeAll, read);
  }
}

function writeMany(records: readonly StoreRecord[], moments: Moments | undefined) {
  return (output: FrameWriter) => {
    output.records(records);
    output.moments(moments);
  };
}
