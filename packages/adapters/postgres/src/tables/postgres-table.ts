import type {
  AdapterTable,
  Key,
  KeyRecords,
  Moments,
  RecordPattern,
  ScanRange,
  StoreRecord,
  TableType,
} from "@store/core";
import type { Answer, Row } from "../connection/connection.js";
import { read, type Statement } from "../connection/statement.js";
import { decodeBody, encodeFingerprint } from "../rows/body.js";
import { bytesArray } from "../rows/literal.js";
import { after, bytesBetween, keyOf } from "../rows/rows.js";
import type { CommonStatements } from "./common-statements.js";
import { PageSize } from "./page.js";
import type { TableContext } from "./table-context.js";

/** Before and behind the bytes of all keys. */
export const BEFORE_ALL = new Uint8Array();
export const BEHIND_ALL = Uint8Array.of(0xff);

/** With `synchronous_commit` off, a commit that waits: it brings all that was written before to the disk. */
const SYNC = read(`SELECT CASE WHEN current_setting('synchronous_commit') = 'off' THEN
  set_config('synchronous_commit', 'on', true) || pg_logical_emit_message(true, 'store', '')::text END`);

/** What tables of all types do alike. Each method is one statement, unless it says otherwise. */
export abstract class PostgresTable implements AdapterTable<"async"> {
  readonly type: TableType;
  /** The table's number in the database. */
  readonly id: number;
  protected readonly context: TableContext;
  readonly #statements: CommonStatements;
  readonly #isOrdered: boolean;

  constructor(id: number, type: TableType, context: TableContext, statements: CommonStatements) {
    this.id = id;
    this.type = type;
    this.context = context;
    this.#statements = statements;
    this.#isOrdered = type === "ordered_set";
  }

  abstract insertMany(records: readonly StoreRecord[], expiresAt?: Moments): Promise<void>;
  abstract deleteObjects(records: readonly StoreRecord[]): Promise<number>;
  abstract scan(range: ScanRange): AsyncIterable<StoreRecord>;
  protected abstract readonly own: OwnStatements;

  async lookup(key: Key): Promise<StoreRecord[]> {
    const { rows } = await this.read(this.own.lookup, [this.context.rows.key(key)]);
    return rows.map(({ body }) => decodeBody(key, body as Uint8Array));
  }

  async lookupMany(keys: readonly Key[]): Promise<StoreRecord[][]> {
    const bytes = bytesArray(keys.map((key) => this.context.rows.key(key)));
    const { rows } = await this.read(this.own.lookupMany, [bytes]);
    const found: StoreRecord[][] = keys.map(() => []);
    for (const { at, body } of rows) {
      const index = Number(at) - 1;
      found[index]?.push(decodeBody(keys[index] as Key, body as Uint8Array));
    }
    return found;
  }

  async take(key: Key): Promise<StoreRecord[]> {
    const { rows } = await this.write(this.own.take, [this.context.rows.key(key)]);
    return rows.map(({ body }) => decodeBody(key, body as Uint8Array));
  }

  async delete(key: Key): Promise<void> {
    await this.write(this.#statements.remove, [this.context.rows.key(key)]);
  }

  async deleteMany(keys: readonly Key[]): Promise<number> {
    const bytes = keys.map((key) => this.context.rows.key(key));
    return (await this.write(this.#statements.removeMany, [bytesArray(bytes)])).count;
  }

  async deleteAllObjects(): Promise<void> {
    await this.write(this.#statements.clear, []);
  }

  async member(key: Key): Promise<boolean> {
    return (await this.read(this.#statements.member, [this.context.rows.key(key)])).count > 0;
  }

  size(): Promise<number> {
    return this.count({ lower: undefined, upper: undefined, limit: Number.POSITIVE_INFINITY });
  }

  async count({ limit, ...range }: Omit<ScanRange, "reverse">): Promise<number> {
    const { lower, upper } = bytesBetween(range);
    const { rows } = await this.read(this.#statements.count, [lower, upper, limitOf(limit)]);
    return Number(rows[0]?.count);
  }

  first(): Promise<Key | undefined> {
    return this.#step(this.#statements.next, BEFORE_ALL);
  }

  last(): Promise<Key | undefined> {
    return this.#step(this.#statements.prev, BEHIND_ALL);
  }

  next(key: Key): Promise<Key | undefined> {
    const { next, nextOfPresent } = this.#statements;
    return this.#step(this.#isOrdered ? next : nextOfPresent, this.context.rows.key(key));
  }

  prev(key: Key): Promise<Key | undefined> {
    const { prev, prevOfPresent } = this.#statements;
    return this.#step(this.#isOrdered ? prev : prevOfPresent, this.context.rows.key(key));
  }

  firstLookup(): Promise<KeyRecords | undefined> {
    return this.#walk(this.own.next, BEFORE_ALL);
  }

  lastLookup(): Promise<KeyRecords | undefined> {
    return this.#walk(this.own.prev, BEHIND_ALL);
  }

  nextLookup(key: Key): Promise<KeyRecords | undefined> {
    const { next, nextOfPresent } = this.own;
    return this.#walk(this.#isOrdered ? next : nextOfPresent, this.context.rows.key(key));
  }

  prevLookup(key: Key): Promise<KeyRecords | undefined> {
    const { prev, prevOfPresent } = this.own;
    return this.#walk(this.#isOrdered ? prev : prevOfPresent, this.context.rows.key(key));
  }

  /** A statement for each page. */
  async *scanKeys(range: ScanRange): AsyncIterable<Key> {
    const { keysUp, keysDown } = this.#statements;
    const sizeOf = (row: Row) => (row.key as Uint8Array).length;
    for await (const rows of this.pages(range, range.reverse ? keysDown : keysUp, sizeOf)) {
      for (const row of rows) yield keyOf(row.key);
    }
  }

  /** One statement where the elements have no wildcard and the key is one; else the records are read first. */
  async matchDelete(pattern: RecordPattern): Promise<number> {
    const { key, elements } = pattern;
    const common =
      key === undefined && isWildcard(elements[0]) ? fingerprintOf(elements) : undefined;
    if (common !== undefined) return (await this.write(this.own.removeAllEqual, [common])).count;
    const found: StoreRecord[] = [];
    if (key === undefined) {
      for await (const record of this.scan(pattern.range)) {
        if (pattern.matches(record)) found.push(record);
      }
    } else {
      found.push(...(await this.lookup(key)).filter(pattern.matches));
    }
    return found.length === 0 ? 0 : this.deleteObjects(found);
  }

  async expire(key: Key, at: number | undefined): Promise<boolean> {
    const values = [this.context.rows.key(key), at ?? null];
    return (await this.write(this.#statements.expire, values)).count > 0;
  }

  async expiresAt(key: Key): Promise<Moments> {
    const { rows } = await this.read(this.own.moments, [this.context.rows.key(key)]);
    return rows.map(({ expires_at }) => (expires_at === null ? undefined : Number(expires_at)));
  }

  async sync(): Promise<void> {
    await this.context.primary.run(SYNC, []);
  }

  async close(): Promise<void> {}

  /** Runs a statement whose first parameter is the table. */
  protected write(statement: Statement, values: unknown[]): Promise<Answer> {
    return this.context.primary.run(statement, [this.id, ...values]);
  }

  /** The same, where a replica will do. */
  protected read(statement: Statement, values: unknown[]): Promise<Answer> {
    return this.context.replica.run(statement, [this.id, ...values]);
  }

  /**
   * The rows of a range of keys, a page at a time: no key has rows in two.
   * @param sizeOf about the bytes of a row
   */
  protected async *pages(
    range: ScanRange,
    statement: Statement,
    sizeOf: (row: Row) => number,
  ): AsyncIterable<readonly Row[]> {
    let { lower, upper } = bytesBetween(range);
    const size = new PageSize();
    for (let left = range.limit; left > 0; ) {
      const asked = size.next(left);
      const { rows } = await this.read(statement, [lower, upper, asked]);
      yield rows;
      if (rows.length < asked) return;
      const last = rows[rows.length - 1]?.key as Uint8Array;
      if (range.reverse) upper = last;
      else lower = after(last);
      left -= rows.length;
      size.learn(
        rows.length,
        rows.reduce((bytes, row) => bytes + sizeOf(row), 0),
      );
    }
  }

  async #step(statement: Statement, from: Uint8Array): Promise<Key | undefined> {
    const { rows } = await this.read(statement, [from]);
    return rows[0] && keyOf(rows[0].key);
  }

  async #walk(statement: Statement, from: Uint8Array): Promise<KeyRecords | undefined> {
    const { rows } = await this.read(statement, [from]);
    if (rows[0] === undefined) return undefined;
    const key = keyOf(rows[0].key);
    return [key, rows.map(({ body }) => decodeBody(key, body as Uint8Array))];
  }
}

/** Statements that sets and bags have each of their own, for methods that are written once. */
export interface OwnStatements {
  readonly lookup: Statement;
  readonly lookupMany: Statement;
  readonly take: Statement;
  readonly next: Statement;
  readonly prev: Statement;
  readonly nextOfPresent: Statement;
  readonly prevOfPresent: Statement;
  readonly removeAllEqual: Statement;
  readonly moments: Statement;
}

/** A limit as a parameter of LIMIT. */
export function limitOf(limit: number): number | null {
  return limit === Number.POSITIVE_INFINITY ? null : limit;
}

function isWildcard(value: unknown): boolean {
  return value === Symbol.for("@store/core/wildcard");
}

/** That of all records that match, if they share one: not where a wildcard, which can't be stored, is among them. */
function fingerprintOf(elements: readonly unknown[]): Uint8Array | undefined {
  try {
    return encodeFingerprint([null, ...elements.slice(1)]);
  } catch {
    return undefined;
  }
}
