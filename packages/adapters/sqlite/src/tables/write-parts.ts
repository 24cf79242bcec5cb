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

/** Rows for one statement: those of the records from `start` up to `end`. */
interface Part {
  readonly start: number;
  readonly end: number;
  readonly values: SqlValue[];
}

/** Writes the rows of records: by one statement, which is a transaction in itself, or by as many as they need, in one. */
export function writeParts(
  connection: Connection,
  records: readonly StoreRecord[],
  moments: Moments | undefined,
  writer: RowWriter,
): void {
  const partFrom = (start: number): Part => {
    const values: SqlValue[] = [];
    const last = Math.min(start + MAX_ROWS, records.length);
    let end = start;
    for (let bytes = 0; end < last && bytes < PART_BYTES; end++) {
      bytes += writer.add(values, records[end] as StoreRecord, moments?.[end]);
    }
    return { start, end, values };
  };
  const write = ({ start, end, values }: Part) => writer.write(end - start, values);

  const first = partFrom(0);
  if (first.end === records.length) {
    write(first);
    return;
  }
  connection.transaction(() => {
    write(first);
    for (let { end } = first; end < records.length; ) {
      const part = partFrom(end);
      write(part);
      end = part.end;
    }
  });
}
