import { decodeRecord, encodeRecord } from "@store/codec";
import type { TableEntry, TableType, Toolkit } from "@store/core";
import { hashOf } from "./object-store.js";
import type { Rows } from "./rows.js";

/** In the objects: never change what a number means. */
const FORMAT = 1;
const CHECKSUM_CHARACTERS = 64;

/** The object of a table: a checksum, then the format, what table it is, and its records, as one record of the codec. */
export function encodeTable({ name, type }: TableEntry, rows: Rows, format = FORMAT): Uint8Array {
  const body = encodeRecord([format, name, type, rows.map(({ bytes }) => bytes)]);
  return Buffer.concat([Buffer.from(hashOf(body)), body]);
}

/** The table in an object; bad bytes never become a value. */
export function decodeTable(content: Uint8Array, toolkit: Toolkit): TableEntry & { rows: Rows } {
  const body = content.subarray(CHECKSUM_CHARACTERS);
  if (Buffer.from(content.subarray(0, CHECKSUM_CHARACTERS)).toString() !== hashOf(body)) {
    throw toolkit.error("STORE_CORRUPT", "the checksum of the table's object is wrong");
  }
  const [format, name, type, records] = decodeRecord(body);
  if (format !== FORMAT) {
    throw toolkit.error("STORE_NEWER_FORMAT", `the object has format ${format}, not ${FORMAT}`);
  }
  const rows = (records as Uint8Array[]).map((bytes) => ({ key: decodeRecord(bytes)[0], bytes }));
  return { name: name as string, type: type as TableType, rows };
}
