import { decodeKey, decodeRecord } from "@store/codec";
import type { Key, ScanRange, StoreRecord } from "@store/core";
import type { CatalogueEntry } from "../database/catalogue.js";
import type { Connection, Statement } from "../database/connection.js";
import { ALIVE } from "./alive.js";
import { type BytesRange, bytesRange, rightAfter } from "./key-range.js";

/** Rows of a page: at first, and at most. */
const FIRST_PAGE = 16;
const LARGEST_PAGE = 256;
/** A page has about so many bytes, at most: fewer rows where they are long. */
const PAGE_BYTES = 2 ** 20;

/** A row of a page. The records of a key have the order of their rowids. */
type PageRow = readonly [
  key: Uint8Array,
  record: Uint8Array,
  expiresAt: number | null,
  rowid: number,
];

/** Where a scan goes on. */
interface Position {
  range: BytesRange;
  /** In a bag, the row that it has come to: the others of its key come first. */
  row: PageRow | undefined;
}

/**
 * Goes through a table page by page; each begins behind the last row of the one before it, wherever that is by then. So
 * nothing stays open between two steps, and the scan stays right whatever changes. What this connection writes ends a page
 * at once; what others write is seen from the next page on.
 */
export class Scanner {
  readonly #connection: Connection;
  readonly #isBag: boolean;
  readonly #now: () => number;
  readonly #forward: Statement;
  readonly #backward: Statement;
  readonly #restOfKey: Statement;

  /** @param now what time it is, for moments */
  constructor(connection: Connection, { sqlName, type }: CatalogueEntry, now = Date.now) {
    this.#connection = connection;
    this.#isBag = type === "bag" || type === "duplicate_bag";
    this.#now = now;
    const select = `SELECT key, record, expires_at, rowid FROM ${sqlName} WHERE ${ALIVE}`;
    const page = (order: string) =>
      connection.statement(`${select} AND key >= ? AND key < ? ORDER BY ${order} LIMIT ?`);
    this.#forward = page("key, rowid");
    this.#backward = page("key DESC");
    this.#restOfKey = connection.statement(
      `${select} AND key = ? AND rowid > ? ORDER BY rowid LIMIT ?`,
    );
  }

  records(range: ScanRange): IterableIterator<StoreRecord> {
    return this.#steps(range, ([, record]) => decodeRecord(record));
  }

  keys(range: ScanRange): IterableIterator<Key> {
    return this.#steps(range, ([key]) => decodeKey(key));
  }

  /** Records with their moments. */
  entries(
    range: ScanRange,
  ): IterableIterator<readonly [record: StoreRecord, expiresAt: number | undefined]> {
    return this.#steps(range, ([, record, expiresAt]) => [
      decodeRecord(record),
      expiresAt ?? undefined,
    ]);
  }

  *#steps<T>(range: ScanRange, decode: (row: PageRow) => T): IterableIterator<T> {
    const { reverse, limit } = range;
    const position: Position = { range: bytesRange(range), row: undefined };
    let rows = Math.max(Math.min(FIRST_PAGE, limit), 1);
    for (;;) {
      const page = this.#page(position, reverse, rows);
      const { version } = this.#connection;
      for (const row of page) {
        const [, , expiresAt] = row;
        if (expiresAt === null || expiresAt > this.#now()) {
          this.#goTo(position, row, reverse);
          yield decode(row);
        }
        if (this.#connection.version !== version) break;
      }
      const isDisturbed = this.#connection.version !== version;
      if (page.length < rows && !isDisturbed) return;
      rows = isDisturbed ? 1 : nextPage(rows, page);
    }
  }

  #page({ range, row }: Position, reverse: boolean, rows: number): readonly PageRow[] {
    const now = this.#now();
    const { begin, end } = range;
    const rest = row === undefined ? [] : this.#restOfKey.all(now, row[0], row[3], rows);
    const statement = reverse ? this.#backward : this.#forward;
    const others = rest.length < rows ? statement.all(now, begin, end, rows - rest.length) : [];
    return [...rest, ...others] as unknown as PageRow[];
  }

  #goTo(position: Position, row: PageRow, reverse: boolean): void {
    const { begin, end } = position.range;
    const [key] = row;
    position.range = reverse ? { begin, end: key } : { begin: rightAfter(key), end };
    if (this.#isBag) position.row = row;
  }
}

function nextPage(rows: number, page: readonly PageRow[]): number {
  const bytes = page.reduce((sum, [key, record]) => sum + key.length + record.length, 0);
  const fitting = Math.floor((PAGE_BYTES * page.length) / bytes);
  return Math.max(Math.min(rows * 4, LARGEST_PAGE, fitting), 1);
}
