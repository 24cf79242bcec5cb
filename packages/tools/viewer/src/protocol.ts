import type { TableType } from "@store/core";

// What the page and its server say to each other, as JSON. Names, keys and records travel in the text form, which is ASCII
// where JSON's escapes can say it; so none is lost on the way.

/** A table, as it is known. */
export type TableName = readonly [domain: string, name: string];

/** What a value is. The letters are classes of the style sheet, too. */
export type Kind =
  | "string"
  | "number"
  | "bigint"
  | "boolean"
  | "null"
  | "undefined"
  | "date"
  | "bytes"
  | "typedarray"
  | "arraybuffer"
  | "map"
  | "set"
  | "array"
  | "object";

/** A part of a preview: what it is part of, and how it is shown. */
export type Span = readonly [kind: Kind | "mark", text: string];

/** Where the page looks: told in the page itself. */
export interface PlaceAnswer {
  readonly label: string;
  readonly isWritable: boolean;
  readonly version: string;
}

/** A table of the list. */
export interface TableRow {
  readonly table: TableName;
  readonly type: TableType;
  readonly adapter: string;
  /** Undefined: it wasn't asked yet. */
  readonly records: number | undefined;
  /** Bytes that the table takes, about; undefined where the adapter doesn't know. */
  readonly bytes: number | undefined;
  /** The engine that it is in, by its place in {@link TablesAnswer.engines}. */
  readonly engine: number | undefined;
}

/** What adapters tell of themselves, once for all tables that share it. */
export interface EngineRow {
  readonly adapter: string;
  readonly domains: readonly string[];
  readonly tables: number;
  readonly records: number;
  readonly memoryBytes: number | undefined;
  readonly diskBytes: number | undefined;
  readonly details: Readonly<Record<string, unknown>> | undefined;
}

/** All tables, and the engines that they are in. */
export interface TablesAnswer {
  /** Milliseconds since 1970, by the server's clock. */
  readonly at: number;
  readonly tables: readonly TableRow[];
  readonly engines: readonly EngineRow[];
}

/** A record in a list. */
export interface RecordRow {
  /** In the text form. */
  readonly key: string;
  /** Which of the records of its key: 0 but in bags. */
  readonly nth: number;
  readonly keyPreview: readonly Span[];
  readonly preview: readonly Span[];
}

/** A page of records. */
export interface PageAnswer {
  readonly rows: readonly RecordRow[];
  /** Where the next page begins; undefined at the end. */
  readonly cursor: string | undefined;
  /** Records that were looked at for this page. */
  readonly searched: number;
}

/** A value, with as much of what is in it as is shown at first. */
export interface ValueNode {
  readonly kind: Kind;
  /** Of a typed array its type. */
  readonly type?: string;
  readonly preview: readonly Span[];
  /** Members, entries, bytes or characters that it has. */
  readonly size?: number;
  /** Where {@link children}, {@link text} or {@link base64} begin. */
  readonly from?: number;
  /** Absent where they weren't asked for: the page does that when the value is opened. */
  readonly children?: readonly ChildNode[];
  /** Of a string. */
  readonly text?: string;
  /** Of bytes. */
  readonly base64?: string;
}

/** A member of a value. */
export interface ChildNode {
  /** Its name, its index, or nothing in a set. */
  readonly name?: string;
  /** The key of a Map's entry. */
  readonly key?: ValueNode;
  /** The place of {@link key} in its parent, for a {@link ValuePath}. */
  readonly keyAt?: number;
  readonly value: ValueNode;
  /** The place of {@link value} in its parent, for a {@link ValuePath}. */
  readonly at: number;
}

/** The way to a value within a record, from element to member: places as {@link ChildNode.at} says. */
export type ValuePath = readonly number[];

/** A record as a tree. */
export interface RecordAnswer {
  readonly key: string;
  readonly nth: number;
  /** How many records the key has. */
  readonly count: number;
  /** The elements, the key first. */
  readonly record: ValueNode;
  /** The whole in the text form, unless it is too long to be edited. */
  readonly text: string | undefined;
  /** Milliseconds since 1970. */
  readonly expiresAt: number | undefined;
}

/** A mark: what there was at a moment. */
export interface MarkAnswer {
  readonly mark: string;
  readonly at: number;
  readonly tables: number;
  /** What of a table is compared key by key; undefined if none was asked for. */
  readonly range: MarkedRange | undefined;
}

export interface MarkedRange {
  readonly table: TableName;
  /** How many records of it are remembered. */
  readonly records: number;
  /** Whether these are all: of more than can be remembered only sizes are compared. */
  readonly isWhole: boolean;
}

/** What has become of it since. */
export interface ComparisonAnswer {
  readonly since: number;
  readonly at: number;
  readonly tables: readonly TableChange[];
  readonly range: RangeChange | undefined;
}

export interface TableChange {
  readonly table: TableName;
  /** Undefined: it wasn't there. */
  readonly before: number | undefined;
  /** Undefined: it is gone. */
  readonly after: number | undefined;
}

/** The keys of a range, by what has happened to them. Of many, the first ones are listed. */
export interface RangeChange extends MarkedRange {
  readonly added: KeyChanges;
  readonly changed: KeyChanges;
  readonly removed: KeyChanges;
}

export interface KeyChanges {
  readonly count: number;
  readonly keys: readonly KeyRow[];
}

/** A key in a list. */
export interface KeyRow {
  /** In the text form. */
  readonly key: string;
  readonly preview: readonly Span[];
}

/** What a refused or failed request is answered with. */
export interface FailureAnswer {
  readonly error: { readonly code: string; readonly message: string };
}

/** What `put` and `delete` are answered with. */
export interface WrittenAnswer {
  readonly records: number;
}
