import { existsSync } from "node:fs";
import { StoreError, type StoreRecord, type TableType } from "@store/core";
import { openDetsFile } from "./dets/dets-file.js";
import { isDets } from "./dets/dets-header.js";
import { Collisions, type OnCollision } from "./mapping/collisions.js";
import type { KeyStyle } from "./mapping/key.js";
import { type RecordMapping, recordOf, type ValueStyle } from "./mapping/record.js";
import { oneOf } from "./options.js";
import { FileBytes, withFile } from "./source/file-bytes.js";
import { type Damaged, type ErlangFileReport, type OnDamage, WalkReport } from "./source/report.js";
import type { StoredObject, TableSource } from "./source/table-source.js";
import { findLog } from "./tab2file/log-files.js";
import { openTableDump } from "./tab2file/table-dump.js";
import { openTerm, readElement, readTuple } from "./term/decode.js";
import { TermError } from "./term/term-error.js";

export interface OpenErlangFileOptions {
  /**
   * Where two terms are one key: `"refuse"`, the default, throws `STORE_INVALID_KEY` and names both, before the first
   * record; `"keep"` lets one say which term it was, as `keys: "exact"` does, and counts its records in the report.
   */
  readonly onCollision?: OnCollision | undefined;
  /**
   * Where the file is damaged: `"refuse"`, the default, throws `STORE_CORRUPT` after the records before it; `"skip"`
   * notes it in the report and goes on behind it.
   */
  readonly onDamage?: OnDamage | undefined;
  /** `"plain"` keys, the default, don't all say which term they were; of `"exact"` ones no two collide. */
  readonly keys?: KeyStyle | undefined;
  /** `"exact"` elements, the default, all say which term they were; `"plain"` ones are easier to use. */
  readonly values?: ValueStyle | undefined;
}

/** A table in a file that Erlang wrote. */
export interface ErlangFile {
  readonly kind: "dets" | "tab2file";
  /** Of a dets file, which doesn't say: its own name without what follows the last dot. */
  readonly name: string;
  readonly type: TableType;
  /** Which element of an object was its key, from 1; in a record it is always the first. */
  readonly keyPosition: number;
  /**
   * Walks over the records, in the file's order; those of a key as they came, in an `ordered_set` by key. Each walk reads
   * the file anew and begins the report anew; plain keys take a walk over all keys first. Records are read one at a time;
   * only of a dets file that was not closed, 4 bytes are held for each key.
   *
   * @throws StoreError `STORE_CORRUPT`, `STORE_INVALID_KEY`, as the options say; `STORE_IO`
   */
  records(): IterableIterator<StoreRecord>;
  /** What the last walk has found, complete when it is at its end. */
  readonly report: ErlangFileReport;
}

/**
 * Opens a file of `dets`, of `ets:tab2file`, or a wrap log that begins like one of those. Only its header is read here.
 *
 * @throws StoreError `STORE_IO` if it can't be read, `STORE_CORRUPT` if it is neither or its header is damaged,
 * `STORE_NEWER_FORMAT`, `STORE_NOT_SUPPORTED` for dets files of OTP R7 and before
 */
export function openErlangFile(path: string, options: OpenErlangFileOptions = {}): ErlangFile {
  const { onDamage, ...mapping } = checked(options);
  const source = openSource(path);
  const report = new WalkReport(onDamage);
  const { kind, name, type, keyPosition } = source;
  return { kind, name, type, keyPosition, report, records: () => walk(source, mapping, report) };
}

interface Mapping {
  readonly onCollision: OnCollision;
  readonly keys: KeyStyle;
  readonly values: ValueStyle;
}

function checked(options: OpenErlangFileOptions): Mapping & { readonly onDamage: OnDamage } {
  const call = "openErlangFile";
  return {
    onCollision: oneOf(call, "onCollision", options.onCollision, ["refuse", "keep"]),
    onDamage: oneOf(call, "onDamage", options.onDamage, ["refuse", "skip"]),
    keys: oneOf(call, "keys", options.keys, ["plain", "exact"]),
    values: oneOf(call, "values", options.values, ["exact", "plain"]),
  };
}

function openSource(path: string): TableSource {
  try {
    if (existsSync(path) && withFile(path, isDets)) return openDetsFile(path);
    const log = findLog(path);
    if (log !== undefined) return openTableDump(path, log);
  } catch (error) {
    if (error instanceof TermError)
      throw new StoreError("STORE_CORRUPT", `"${path}": ${error.message}`, { cause: error });
    throw error;
  }
  // It says why, if there is none.
  new FileBytes(path).close();
  throw new StoreError("STORE_CORRUPT", `"${path}" is neither a file of dets nor of ets:tab2file`);
}

function* walk(
  source: TableSource,
  options: Mapping,
  report: WalkReport,
): IterableIterator<StoreRecord> {
  report.begin();
  source.verify(report);
  const { keyPosition } = source;
  const mapping: RecordMapping = {
    keyPosition,
    keys: options.keys,
    values: options.values,
    collisions:
      options.keys === "exact"
        ? undefined
        : new Collisions(options.onCollision, () => keysOf(source)),
  };
  for (const object of source.objects(report)) {
    const elements = elementsOf(object, keyPosition, report);
    if (elements === undefined) continue;
    const [record, collides] = recordOf(elements, mapping);
    report.records++;
    if (collides) report.collisions++;
    yield record;
  }
  report.complete = true;
}

/** The keys as far as they can be read: what is damaged is found, and said, by the walk over the records. */
function* keysOf(source: TableSource): Iterable<unknown> {
  for (const { bytes } of source.objects(new WalkReport("skip"))) {
    let key: readonly [unknown] | undefined;
    try {
      key = readElement(openTerm(bytes), source.keyPosition);
    } catch (error) {
      if (!(error instanceof TermError)) throw error;
    }
    if (key !== undefined) yield key[0];
  }
}

function elementsOf(
  { bytes, path, position }: StoredObject,
  keyPosition: number,
  report: Damaged,
): readonly unknown[] | undefined {
  try {
    const reader = openTerm(bytes);
    const elements = readTuple(reader);
    if (elements !== undefined && elements.length >= keyPosition && reader.remaining === 0)
      return elements;
    report.damaged(path, position, "what is stored here is no object of the table");
  } catch (error) {
    if (!(error instanceof TermError)) throw error;
    report.damaged(path, position, error.message);
  }
  return undefined;
}
