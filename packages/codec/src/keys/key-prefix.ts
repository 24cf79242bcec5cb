import { Encoder, Output } from "../bytes/output.js";
import type { Key } from "../types.js";
import { bytesOf, typedArrayName } from "../values/typed-array.js";
import { writeBytes } from "./bytes-key.js";
import * as tag from "./key-tags.js";
import { notAKey, writeTupleStart } from "./key-writer.js";
import { writeUnits } from "./string-key.js";

/** A range of bytes: from `gte` on, and below `lt`. */
export interface BytesRange {
  readonly gte: Uint8Array;
  readonly lt: Uint8Array;
}

/**
 * Between which bytes are those of all keys that begin with a prefix, and of no others: the tuples that begin with the
 * elements of a tuple, the strings that begin with a string, the bytes that begin with some. The prefix itself is one.
 * Throws a `CodecError`, `STORE_INVALID_KEY`, for other keys.
 */
export function encodeKeyPrefix(prefix: Prefix): BytesRange {
  const gte = encoder.encode(prefix);
  return { gte, lt: after(gte) };
}

type Prefix = string | Uint8Array | readonly Key[];

const encoder = new Encoder<Prefix, Output>(() => new Output("STORE_INVALID_KEY"), writeStart);

function writeStart(output: Output, prefix: Prefix): void {
  if (typeof prefix === "string") {
    output.byte(tag.STRING);
    writeUnits(output, prefix);
  } else if (Array.isArray(prefix)) {
    writeTupleStart(output, prefix as readonly Key[]);
  } else if (isBytes(prefix)) {
    output.byte(tag.BYTES);
    writeBytes(output, bytesOf(prefix));
  } else {
    throw notAKey(prefix);
  }
}

function isBytes(value: unknown): value is Uint8Array {
  return typeof value === "object" && value !== null && typedArrayName(value) === "Uint8Array";
}

/** The least bytes above all that begin with these. No tag is 0xff: there are some. */
function after(bytes: Uint8Array): Uint8Array {
  let { length } = bytes;
  while (bytes[length - 1] === 0xff) length--;
  const result = bytes.slice(0, length);
  result[length - 1] = (result[length - 1] as number) + 1;
  return result;
}
