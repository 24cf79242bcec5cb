import { createHash } from "node:crypto";
import { deserialize, serialize } from "node:v8";
import type { StoreRecord, TableType, Toolkit } from "@store/core";

/** A table in a file. */
export interface StoredTable {
  readonly domain: string;
  readonly name: string;
  readonly type: TableType;
  /** Each as {@link encodeRecord} made it, in the table's order. */
  readonly records: readonly Uint8Array[];
}

/** On disk: never change what a number means. */
const FORMAT = 2;
const CHECKSUM_BYTES = 32;

/**
 * A record as bytes. `serialize` keeps every value that a table can hold, but for one thing: an object without a
 * prototype gets one. So the record is followed by a list of those objects; that they are the same, it does keep.
 */
export function encodeRecord(record: StoreRecord): Uint8Array {
  return serialize([record, findBare(record, [])]);
}

/** A new record for bytes that {@link encodeRecord} made. */
export function decodeRecord(bytes: Uint8Array): StoreRecord {
  // A Uint8Array in what `deserialize` returns is a view of what it was given: hence the copy.
  const [record, bare]: [StoreRecord, object[]] = deserialize(new Uint8Array(bytes));
  for (const object of bare) Object.setPrototypeOf(object, null);
  return record;
}

/** The content of a file: a checksum, then the rest. */
export function encodeTables(tables: readonly StoredTable[], format = FORMAT): Uint8Array {
  const body = serialize({ format, tables });
  return Buffer.concat([checksum(body), body]);
}

/** The tables in the content of a file; bad bytes never become a value. */
export function decodeTables(content: Uint8Array, toolkit: Toolkit): readonly StoredTable[] {
  const body = content.subarray(CHECKSUM_BYTES);
  if (!checksum(body).equals(content.subarray(0, CHECKSUM_BYTES))) {
    throw toolkit.error("STORE_CORRUPT", "the checksum of the file is wrong");
  }
  const { format, tables } = deserialize(body);
  if (format !== FORMAT) {
    throw toolkit.error("STORE_NEWER_FORMAT", `the file has format ${format}, not ${FORMAT}`);
  }
  return tables;
}

function checksum(body: Uint8Array): Buffer {
  return createHash("sha256").update(body).digest();
}

function findBare(value: unknown, found: object[]): object[] {
  if (typeof value !== "object" || value === null || ArrayBuffer.isView(value)) return found;
  if (Object.getPrototypeOf(value) === null) found.push(value);
  const parts = value instanceof Map ? [...value].flat() : Object.values(value);
  for (const part of value instanceof Set ? value : parts) findBare(part, found);
  return found;
}
