import type { StoreRecord, TableType } from "@store/core";

/** A record, and the moment from which it isn't there. */
export type Item = readonly [record: StoreRecord, expiresAt: number | undefined];
export type Items = Iterable<Item> | AsyncIterable<Item>;

/** A table of a dump. */
export interface DumpedTable {
  readonly domain: string;
  readonly name: string;
  readonly type: TableType;
}

/** What a dump is, in its first line. Permanent; docs/dump-format.md has the whole. */
export const MAGIC = "dump";
/** Another number is another format. */
export const DUMP_VERSION = 1;

/** The first line. */
export interface DumpHeader {
  readonly store: typeof MAGIC;
  readonly version: number;
  /** When it was begun. */
  readonly created: string;
}

/** The line before the records of a table. */
export interface TableLine {
  readonly table: readonly [domain: string, name: string];
  readonly type: TableType;
}

/** The line of a record that expires. Of one that doesn't, the line is the record alone, an array. */
export interface ExpiringLine {
  readonly record: readonly unknown[];
  /** Milliseconds since 1970. */
  readonly expiresAt: number;
}

/** The last line. */
export interface EndLine {
  readonly end: {
    readonly tables: number;
    readonly records: number;
    /** That of zlib and gzip, of all bytes before this line: eight hexadecimal digits. */
    readonly crc32: string;
  };
}

export function crc32Text(crc: number): string {
  return crc.toString(16).padStart(8, "0");
}

export function tableLine({ domain, name, type }: DumpedTable): TableLine {
  return { table: [domain, name], type };
}
