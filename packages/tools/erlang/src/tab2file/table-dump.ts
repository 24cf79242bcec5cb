import { createHash } from "node:crypto";
import { StoreError } from "@store/core";
import { WalkReport } from "../source/report.js";
import type { StoredObject, TableSource } from "../source/table-source.js";
import { atomText } from "../term/atom.js";
import { decodeValue } from "../term/decode.js";
import { Tag } from "../term/tag.js";
import { TermError } from "../term/term-error.js";
import { turnedRound } from "./chunks.js";
import { itemsOf, type LogFiles } from "./log-files.js";
import { checkVersion, headerOf, propertiesOf, type TableHeader } from "./table-header.js";

/** A dump that `ets:tab2file` wrote: its header, its objects, and with `extended_info` what they come to. */
export function openTableDump(path: string, log: LogFiles): TableSource {
  const header = readHeader(path, log);
  return {
    kind: "tab2file",
    name: header.name,
    type: header.type,
    keyPosition: header.keyPosition,
    verify: (report) => {
      if (header.hasMd5) verify(log, report);
    },
    // The file may be another one by now.
    objects: (report) => objectsOf(log, readHeader(path, log), report),
  };
}

function readHeader(path: string, log: LogFiles): TableHeader {
  for (const item of itemsOf(log, new WalkReport("refuse"))) {
    const value = termOf(item);
    if (value instanceof TermError)
      throw new StoreError(
        "STORE_CORRUPT",
        `"${path}": the header can't be read: ${value.message}`,
      );
    checkVersion(value, path);
    const header = headerOf(value);
    if (header !== undefined) return header;
    break;
  }
  throw new StoreError(
    "STORE_CORRUPT",
    `"${path}" is a log, but doesn't begin with the header of a table`,
  );
}

function* objectsOf(
  log: LogFiles,
  header: TableHeader,
  report: WalkReport,
): Iterable<StoredObject> {
  const end = new DumpEnd(header, report);
  const items = withoutHeader(itemsOf(log, report), end);
  const objects = end.withoutFooter(items);
  yield* header.isReversed ? turnedRound(objects, () => end.headerBytes) : objects;
  end.check(log.paths.at(-1) as string);
}

function* withoutHeader(items: Iterable<StoredObject>, end: DumpEnd): Iterable<StoredObject> {
  let isFirst = true;
  for (const item of items) {
    if (isFirst) end.add(item);
    else yield item;
    isFirst = false;
  }
}

/** Where the file breaks off there is nothing to compare: then the objects before that are all that is known of it. */
function verify(log: LogFiles, report: WalkReport): void {
  const whole = new WalkReport("skip");
  const sum = createHash("md5");
  let last: StoredObject | undefined;
  for (const item of itemsOf(log, whole)) {
    if (last !== undefined) sum.update(last.bytes);
    last = item;
  }
  if (last === undefined || whole.damages > 0) return;
  const expected = footerOf(last)?.get("md5");
  if (expected !== undefined && !isSum(expected, sum.digest()))
    report.damaged(last.path, last.position, "the objects haven't the MD5 sum that was written");
}

/** Counts the objects of a dump, and compares that with what its last item says. */
class DumpEnd {
  readonly #header: TableHeader;
  readonly #report: WalkReport;
  #objects = -1;
  #footer: StoredObject | undefined;
  headerBytes = 0;

  constructor(header: TableHeader, report: WalkReport) {
    this.#header = header;
    this.#report = report;
  }

  /** The header counts for nothing. */
  add({ bytes }: StoredObject): void {
    if (this.#objects === -1) this.headerBytes = bytes.length;
    this.#objects++;
  }

  *withoutFooter(items: Iterable<StoredObject>): Iterable<StoredObject> {
    for (const item of items) {
      if (this.#footer !== undefined) {
        this.#report.damaged(item.path, item.position, "an item follows the end of the table");
      } else if (item.bytes[1] === Tag.list) {
        this.#footer = item;
      } else {
        this.add(item);
        yield item;
      }
    }
  }

  /** Of a public table that changed while it was dumped, the header's size may be another. */
  check(path: string): void {
    const { hasMd5, hasCount, size } = this.#header;
    this.#report.checked = hasMd5 ? "md5" : "count";
    const position = this.#footer?.position ?? 0;
    const info = this.#footer === undefined ? new Map<string, unknown>() : footerOf(this.#footer);
    if (info?.has("md5") !== hasMd5 || info.has("count") !== hasCount)
      this.#report.damaged(
        path,
        position,
        "the end of the table is missing, or isn't what the header says",
      );
    const expected = hasCount ? info?.get("count") : hasMd5 ? this.#objects : size;
    if (this.#objects !== expected)
      this.#report.damaged(
        path,
        position,
        `it holds ${this.#objects} objects of a table of ${String(expected)}`,
      );
  }
}

/** `['$end_of_table', [{count, Count}, {md5, Sum}]]` */
function footerOf(item: StoredObject): ReadonlyMap<string, unknown> | undefined {
  const value = termOf(item);
  if (!Array.isArray(value) || value.length !== 2 || atomText(value[0]) !== "$end_of_table")
    return undefined;
  return propertiesOf(value[1]);
}

/** By chance a sum may be UTF-8. */
function isSum(value: unknown, sum: Buffer): boolean {
  if (typeof value === "string") return Buffer.from(value).equals(sum);
  return value instanceof Uint8Array && sum.equals(value);
}

function termOf({ bytes }: StoredObject): unknown {
  try {
    return decodeValue(bytes);
  } catch (error) {
    if (error instanceof TermError) return error;
    throw error;
  }
}
