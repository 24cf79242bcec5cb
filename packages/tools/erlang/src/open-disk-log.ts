import { StoreError } from "@store/core";
import { plainValue } from "./mapping/plain-value.js";
import type { ValueStyle } from "./mapping/record.js";
import { oneOf } from "./options.js";
import { FileBytes } from "./source/file-bytes.js";
import { type ErlangFileReport, type OnDamage, WalkReport } from "./source/report.js";
import { findLog, itemsOf, type LogFiles } from "./tab2file/log-files.js";
import { decodeValue } from "./term/decode.js";
import { TermError } from "./term/term-error.js";

export interface DiskLogOptions {
  /** As {@link openErlangFile}'s. */
  readonly onDamage?: OnDamage | undefined;
  /** As {@link openErlangFile}'s. */
  readonly values?: ValueStyle | undefined;
}

/** A log of `disk_log` in its internal format. */
export interface DiskLog {
  /** Whether it is one file, or several (`log.1`, `log.2`, and `log.idx`) of which the oldest is written over. */
  readonly kind: "halt" | "wrap";
  /** Walks over the terms, oldest first; of a wrap log, those that are still there. Each walk begins the report anew. */
  terms(): IterableIterator<unknown>;
  readonly report: ErlangFileReport;
}

/**
 * Opens a log of `disk_log`, a halt log by its file's name, a wrap log by the name that its files begin with.
 *
 * @throws StoreError `STORE_IO` if it can't be read, `STORE_CORRUPT` if it is no log
 */
export function openDiskLog(path: string, options: DiskLogOptions = {}): DiskLog {
  const values = oneOf("openDiskLog", "values", options.values, ["exact", "plain"]);
  const report = new WalkReport(
    oneOf("openDiskLog", "onDamage", options.onDamage, ["refuse", "skip"]),
  );
  const log = findLog(path);
  if (log === undefined) {
    new FileBytes(path).close();
    throw new StoreError("STORE_CORRUPT", `"${path}" is no log of disk_log`);
  }
  return { kind: log.kind, report, terms: () => walk(log, values, report) };
}

function* walk(log: LogFiles, values: ValueStyle, report: WalkReport): IterableIterator<unknown> {
  report.begin();
  for (const { bytes, path, position } of itemsOf(log, report)) {
    let term: unknown;
    try {
      term = decodeValue(bytes);
    } catch (error) {
      if (!(error instanceof TermError)) throw error;
      report.damaged(path, position, error.message);
      continue;
    }
    report.records++;
    yield values === "plain" ? plainValue(term) : term;
  }
  report.complete = true;
}
