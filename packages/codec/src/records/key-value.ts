import { CodecError } from "../codec-error.js";
import { notAKey } from "../keys/key-writer.js";
import { MAX_DEPTH } from "../limits.js";
import type { Key } from "../types.js";
import { typedArrayName } from "../values/typed-array.js";
import { writeNumber } from "./number-writer.js";
import type { RecordOutput } from "./record-output.js";
import { ARRAY, SHORT_ARRAY, SHORT_ARRAY_ELEMENTS } from "./record-tags.js";
import { writeString } from "./string-writer.js";
import { writeValue } from "./value-writer.js";

/** Appends the key of a record as its elements are written: -0 as 0. Throws a `CodecError` for what is no key. */
export function writeKeyValue(output: RecordOutput, key: Key, depth: number): void {
  if (typeof key === "string") {
    writeString(output, key);
    return;
  }
  if (typeof key === "number") {
    if (Number.isNaN(key)) throw notAKey(key);
    writeNumber(output, key === 0 ? 0 : key);
    return;
  }
  if (Array.isArray(key)) {
    writeTuple(output, key, depth);
    return;
  }
  if (!isSimpleKey(key)) throw notAKey(key);
  writeValue(output, key, depth);
}

function writeTuple(output: RecordOutput, tuple: readonly Key[], depth: number): void {
  if (depth === MAX_DEPTH) {
    throw new CodecError(
      "STORE_INVALID_KEY",
      `a key nests at most ${MAX_DEPTH} tuples deep, and has no cycles`,
    );
  }
  const { length } = tuple;
  if (length <= SHORT_ARRAY_ELEMENTS) {
    output.byte(SHORT_ARRAY + length);
  } else {
    output.byte(ARRAY);
    output.varint(length);
  }
  for (let index = 0; index < length; index++) {
    writeKeyValue(output, tuple[index] as Key, depth + 1);
  }
}

/** Whether a value that was read is a key. */
export function isKey(value: unknown): value is Key {
  if (Array.isArray(value)) return value.every(isKey);
  return isSimpleKey(value) && !Number.isNaN(value);
}

/** Whether it is of a type that keys have, and no tuple. */
function isSimpleKey(value: unknown): boolean {
  switch (typeof value) {
    case "string":
    case "number":
    case "bigint":
    case "boolean":
      return true;
    case "object":
      return value === null || typedArrayName(value) === "Uint8Array";
    default:
      return false;
  }
}
