import { isUtf8 } from "node:buffer";
import { crc32 } from "node:zlib";
import type { StoreRecord, TableType } from "@store/core";
import {
  crc32Text,
  DUMP_VERSION,
  type DumpedTable,
  decodeLine,
  type EndLine,
  MAGIC,
} from "@store/text-form";
import { checkRecord } from "./check-record.js";
import { type Line, LineSplitter } from "./lines.js";

/** What a dump can't be read for. */
export class DumpError extends Error {
  override readonly name = "DumpError";
}

/** Who a dump is read for. */
export interface DumpVisitor {
  table?(table: DumpedTable): void | Promise<void>;
  record?(record: StoreRecord, expiresAt: number | undefined): void | Promise<void>;
}

/** What was read. */
export interface DumpSummary {
  readonly tables: number;
  readonly records: number;
  /** Of what counts: all of it, or up to the cut. */
  readonly bytes: number;
  /** There is no closing line. */
  readonly isCut: boolean;
  /** Of what counts, as in the closing line. */
  readonly crc32: string;
}

const TYPES: readonly string[] = ["set", "ordered_set", "bag", "duplicate_bag"];

/**
 * Reads a dump, and checks it: each line, and at the end count and checksum. Whatever isn't what a dump should be is a
 * {@link DumpError} that names the line; what comes before it was visited by then.
 */
export async function readDump(
  chunks: AsyncIterable<Buffer>,
  visitor: DumpVisitor = {},
): Promise<DumpSummary> {
  const reader = new DumpReader(visitor);
  const lines = new LineSplitter();
  for await (const chunk of chunks) {
    for (const line of lines.push(chunk)) {
      const visited = reader.line(line);
      if (visited !== undefined) await visited;
    }
  }
  return reader.end(lines.rest());
}

class DumpReader {
  readonly #visitor: DumpVisitor;
  #crc = 0;
  readonly #seen = new Set<string>();
  #tables = 0;
  #records = 0;
  #bytes = 0;
  #number = 0;
  #closing: EndLine["end"] | undefined;
  #type: TableType | undefined;

  constructor(visitor: DumpVisitor) {
    this.#visitor = visitor;
  }

  /** Takes in a line; awaited only where it returns something. */
  line({ bytes, end, number }: Line): void | Promise<void> {
    this.#number = number;
    if (this.#closing !== undefined) this.#fail("something comes after the closing line");
    const value = this.#decoded(bytes);
    if (number === 1) {
      this.#header(value);
    } else if (Array.isArray(value)) {
      this.#count(bytes, end);
      return this.#record(value, undefined);
    } else if (isObject(value) && "end" in value) {
      this.#close(value as unknown as EndLine);
      return;
    } else if (isObject(value) && "record" in value) {
      this.#count(bytes, end);
      return this.#record(value.record, value.expiresAt);
    } else if (isObject(value) && "table" in value) {
      this.#count(bytes, end);
      return this.#table(value);
    } else {
      this.#fail("neither a table, nor a record, nor the closing line");
    }
    this.#count(bytes, end);
    return;
  }

  end(rest: Line | undefined): DumpSummary {
    if (rest !== undefined) this.#rest(rest);
    if (this.#number === 0)
      throw new DumpError("it is empty: a dump begins with a line that says so");
    const crc = crc32Text(this.#crc);
    const closing = this.#closing;
    const counts = { tables: this.#tables, records: this.#records };
    if (closing !== undefined) {
      for (const name of ["tables", "records"] as const) {
        if (closing[name] !== counts[name]) {
          throw new DumpError(
            `it was changed: it has ${counts[name]} ${name}, and its closing line says ${closing[name]}`,
          );
        }
      }
      if (closing.crc32 !== crc) {
        throw new DumpError("it was changed: its checksum isn't the one in its closing line");
      }
    }
    return { ...counts, bytes: this.#bytes, isCut: closing === undefined, crc32: crc };
  }

  /** What has no line break: a line that is cut, or a closing line that an editor has saved. */
  #rest(line: Line): void {
    let value: unknown;
    try {
      value = JSON.parse(line.bytes.toString());
    } catch {}
    const isClosing = isObject(value) && "end" in value;
    if (this.#closing === undefined && !isClosing) return;
    this.#number = line.number;
    if (this.#closing !== undefined) this.#fail("something comes after the closing line");
    this.#close(value as unknown as EndLine);
  }

  #count(bytes: Buffer, end: number): void {
    this.#crc = crc32(bytes, this.#crc);
    this.#bytes = end;
  }

  #decoded(bytes: Buffer): unknown {
    if (!isUtf8(bytes)) this.#fail("it isn't UTF-8");
    try {
      return decodeLine(bytes.toString());
    } catch (error) {
      return this.#fail((error as Error).message, error);
    }
  }

  #header(value: unknown): void {
    const { store, version } = Object(value) as Record<string, unknown>;
    if (store !== MAGIC) this.#fail('no dump of this program, which begins {"store":"dump", ...');
    if (version !== DUMP_VERSION) {
      this.#fail(`it has version ${String(version)}; this program reads ${DUMP_VERSION}`);
    }
  }

  #table({ table, type }: Record<string, unknown>): void | Promise<void> {
    const [domain, name, ...others] = Array.isArray(table) ? (table as unknown[]) : [];
    const isName = [domain, name].every((part) => typeof part === "string" && part !== "");
    if (!isName || others.length > 0) this.#fail("a table is [domain, name], two texts");
    if (!TYPES.includes(String(type))) this.#fail(`no type of table: ${JSON.stringify(type)}`);
    const key = JSON.stringify(table);
    if (this.#seen.has(key)) this.#fail(`the table ${key} comes twice`);
    this.#seen.add(key);
    this.#tables++;
    this.#type = type as TableType;
    return this.#visitor.table?.({ domain, name, type } as DumpedTable);
  }

  #record(record: unknown, expiresAt: unknown): void | Promise<void> {
    if (this.#type === undefined) this.#fail("a record before the first table");
    const problem = checkRecord(record);
    if (problem !== undefined) this.#fail(problem);
    if (expiresAt !== undefined && !isMoment(expiresAt)) {
      this.#fail(`expiresAt is a time in milliseconds; got ${JSON.stringify(expiresAt)}`);
    }
    this.#records++;
    return this.#visitor.record?.(record as never, expiresAt as number | undefined);
  }

  #close({ end }: EndLine): void {
    if (typeof end?.crc32 !== "string") this.#fail("the closing line lacks its checksum");
    this.#closing = end;
  }

  #fail(what: string, cause?: unknown): never {
    throw new DumpError(`line ${this.#number}: ${what}`, { cause });
  }
}

function isObject(value: unknown): value is Record<string, unknown> {
  return (
    typeof value === "object" && value !== null && Object.getPrototypeOf(value) === Object.prototype
  );
}

function isMoment(value: unknown): boolean {
  return typeof value === "number" && !Number.isNaN(new Date(value).getTime());
}
