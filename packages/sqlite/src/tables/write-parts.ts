import type { StoreRecord } from "@store/core";
import type { Connection } from "../database/connection.js";
import type { SqlValue } from "../database/node-sqlite.js";
import { MAX_ROWS } from "./many-rows.js";

/** A statement is handed about so many bytes, at most, of which it makes a copy. */
const PART_BYTES = 2 ** 22;

/** Rows for one statement. */
interface Part {
  rows: number;
  readonly values: SqlValue[];
}

/** Writes the rows of records: in a statement, which is a transaction by itself, or in as many as they need, in one. */
export function writeParts(
  connection: Connection,
  records: readonly StoreRecord[],
  rowOf: (record: StoreRecord, index: number) => SqlValue[],
  write: (rows: number, values: SqlValue[]) => void,
): void {
  const parts = partsOf(records, rowOf);
  const [first, second] = [parts.next(), parts.next()];
  const writePart = ({ rows, values }: Part) => write(rows, values);
  if (first.done === true) return;
  if (second.done === true) {
    writePart(first.value);
    return;
  }
  connection.transaction(() => {
    writePart(first.value);
    writePart(second.value);
    for (const part of parts) writePart(part);
  });
}

function* partsOf(
  records: readonly StoreRecord[],
  rowOf: (record: StoreRecord, index: number) => SqlValue[],
): Generator<Part, undefined> {
  let part: Part = { rows: 0, values: [] };
  let bytes = 0;
  for (let index = 0; index < records.length; index++) {
    for (const value of rowOf(records[index] as StoreRecord, index)) {
      part.values.push(value);
      if (value instanceof Uint8Array) bytes += value.length;
    }
    part.rows++;
    if (part.rows < MAX_ROWS && bytes < PART_BYTES) continue;
    yield part;
    part = { rows: 0, values: [] };
    bytes = 0;
  }
  if (part.rows > 0) yield part;
  return undefined;
}
