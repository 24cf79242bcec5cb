import { createHash } from "node:crypto";
import type { TableType } from "@store/core";
import { FileBytes } from "../source/file-bytes.js";
import { WalkReport } from "../source/report.js";
import { encodeValue } from "../term/encode.js";
import { Tag } from "../term/tag.js";
import { type Chunk, Chunks, turnedToWrite } from "./chunks.js";
import { logItems } from "./log-reader.js";
import { LogWriter } from "./log-writer.js";
import { MAJOR_VERSION, REVERSED } from "./table-header.js";

/** What `tab2file` adds so that `file2tab` can verify the file. */
export type ExtendedInfo = "object_count" | "md5sum";

export interface DumpedTable {
  readonly name: string;
  readonly type: TableType;
  readonly keyPosition: number;
  readonly extendedInfo: readonly ExtendedInfo[];
}

interface KeyedItem {
  readonly bytes: Uint8Array;
  readonly key: string;
}

/** A dump that `ets:file2tab` opens. Its objects are given one at a time, so that how many they are is known at the end. */
export class DumpWriter {
  readonly #log: LogWriter;
  readonly #table: DumpedTable;
  readonly #sizeAt: number;
  /** Of a bag: its objects are written so that `file2tab` turns them round again. */
  readonly #chunks: Chunks<KeyedItem> | undefined;
  #objects = 0;

  constructor(path: string, table: DumpedTable) {
    this.#table = table;
    this.#log = new LogWriter(path);
    const header = headerTerm(table);
    this.#chunks = table.type === "bag" ? new Chunks(header.bytes.length) : undefined;
    this.#sizeAt = this.#log.item(header.bytes) + header.sizeAt;
  }

  /** @param key the same for objects of one key only; asked for where their order is at stake */
  add(bytes: Uint8Array, key: () => string): void {
    this.#objects++;
    if (this.#chunks === undefined) this.#log.item(bytes);
    else for (const chunk of this.#chunks.push({ bytes, key: key() })) this.#logTurned(chunk);
  }

  /** The terms written so far, in the file's order. */
  *terms(): Iterable<Buffer> {
    this.#log.flush();
    const file = new FileBytes(this.#log.temporary);
    try {
      for (const { bytes } of logItems(file, new WalkReport("refuse"))) yield bytes;
    } finally {
      file.close();
    }
  }

  /** Everything is in the file now, though not yet in its place. */
  end(): void {
    if (this.#chunks !== undefined) this.#logTurned(this.#chunks.rest());
    const size = Buffer.alloc(4);
    size.writeInt32BE(this.#objects);
    this.#log.patch(this.#sizeAt, size);
    const footer = this.#footer();
    if (footer.length > 0) this.#log.item(encodeValue([{ $atom: "$end_of_table" }, footer]));
  }

  finish(): void {
    this.#log.finish();
  }

  abandon(): void {
    this.#log.abandon();
  }

  #footer(): unknown[] {
    const { extendedInfo } = this.#table;
    const footer: unknown[] = [];
    if (extendedInfo.includes("object_count")) footer.push(pair("count", this.#objects));
    if (extendedInfo.includes("md5sum")) footer.push(pair("md5", this.#sum()));
    return footer;
  }

  /** The sum begins with the header, which was not whole before now: so the file is read again. */
  #sum(): Uint8Array {
    const sum = createHash("md5");
    for (const bytes of this.terms()) sum.update(bytes);
    return new Uint8Array(sum.digest());
  }

  #logTurned(chunk: Chunk<KeyedItem>): void {
    for (const { bytes } of turnedToWrite(chunk)) this.#log.item(bytes);
  }
}

/** The header, and where in it the size is: an integer of 4 bytes, whatever it will be. */
function headerTerm(table: DumpedTable): { readonly bytes: Buffer; readonly sizeAt: number } {
  const bytes = encodeValue({ $tuple: properties(table) });
  const size = Buffer.concat([Buffer.from("size"), Buffer.from([Tag.integer])]);
  const sizeAt = bytes.lastIndexOf(size) + size.length;
  return { bytes, sizeAt };
}

/** What `ets:info` says of a table, as far as `file2tab` asks for it. */
function properties({ name, type, keyPosition, extendedInfo }: DumpedTable): unknown[] {
  return [
    pair("name", { $atom: name }),
    pair("type", { $atom: type }),
    pair("keypos", keyPosition),
    pair("protection", { $atom: "public" }),
    pair("named_table", false),
    pair("compressed", false),
    ...(type === "bag" ? [pair(REVERSED, true)] : []),
    pair("size", LARGEST_SIZE),
    pair("major_version", MAJOR_VERSION),
    pair("minor_version", 0),
    pair(
      "extended_info",
      ["object_count", "md5sum"].filter(isIn(extendedInfo)).map((info) => ({ $atom: info })),
    ),
  ];
}

/** Takes 4 bytes, and stands there until the size is known. */
const LARGEST_SIZE = 2 ** 31 - 1;

function pair(name: string, value: unknown): unknown {
  return { $tuple: [{ $atom: name }, value] };
}

function isIn(list: readonly string[]): (word: string) => boolean {
  return (word) => list.includes(word);
}
