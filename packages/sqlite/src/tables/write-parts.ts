import type { Moments, StoreRecord } from "@store/core";
import type { Connection } from "../database/connection.js";
import type { SqlValue } from "../database/node-sqlite.js";
import { MAX_ROWS } from "./many-rows.js";

/** A statement is handed about so many bytes, at most, of which it makes a copy. */
const PART_BYTES = 2 ** 22;

/** How records become rows, and rows are written. */
export interface RowWriter {
  /** Adds the parameters of a row; returns about how many bytes they have. */
  add(values: SqlValue[], record: StoreRecord, moment: number | undefined): number;
  /** Writes rows by one statement. */
  write(rows: number, values: SqlValue[]): void;
}

/** Rows for one statement. */
interface Part {
  readonly rows: number;
  readonly values: SqlValue[];
}

/** Writes the rows of records: by one statement, which is a transaction in itself, or by as many as they need, in one. */
export function writeParts(
  connection: Connection,
  records: readonly StoreRecord[],
  moments: Moments | undefined,
  writer: RowWriter,
): void {
  const parts = partsOf(records, moments, writer);
  const first = parts.next();
  if (first.done === true) return;
  const second = parts.next();
  const write = ({ rows, values }: Part) => writer.write(rows, values);
  if (second.done === true) {
    write(first.value);
    return;
  }
  connection.transaction(() => {
    write(first.value);
    write(second.value);
    for (const part of parts) write(part);
  });
}

function* partsOf(
  records: readonly StoreRecord[],
  moments: Moments | undefined,
  writer: RowWriter,
): Generator<Part, void> {
  let start = 0;
  while (start < records.length) {
    const values: SqlValue[] = [];
    const last = Math.min(start + MAX_ROWS, records.length);
    let bytes = 0;
    let index = start;
    while (index < last && bytes < PART_BYTES) {
      bytes += writer.add(values, records[index] as StoreRecord, moments?.[index]);
      index++;
    }
    yield { rows: index - start, values };
    start = index;
  }
}
