import { encodeKey, encodeRecord } from "@store/codec";
import type { Key, StoreRecord, Toolkit } from "@store/core";
import { MAX_KEY_BYTES, MAX_RECORD_BYTES } from "../limits.js";

/** The bytes of a key that is written. */
export function keyBytes(key: Key, toolkit: Toolkit): Uint8Array {
  const bytes = encodeKey(key);
  if (bytes.length <= MAX_KEY_BYTES) return bytes;
  throw toolkit.error(
    "STORE_INVALID_KEY",
    `the key takes ${bytes.length} bytes, more than the ${MAX_KEY_BYTES} that SQLite has room for`,
  );
}

/** The bytes of a record that is written. */
export function recordBytes(record: StoreRecord, toolkit: Toolkit): Uint8Array {
  const bytes = encodeRecord(record);
  if (bytes.length <= MAX_RECORD_BYTES) return bytes;
  throw toolkit.error(
    "STORE_INVALID_RECORD",
    `the record takes ${bytes.length} bytes, more than the ${MAX_RECORD_BYTES} that SQLite has room for`,
  );
}
