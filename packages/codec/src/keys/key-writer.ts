import type { Output } from "../bytes/output.js";
import { CodecError } from "../codec-error.js";
import { MAX_DEPTH } from "../limits.js";
import type { Key } from "../types.js";
import { bytesOf, typedArrayName } from "../values/typed-array.js";
import { writeBytes } from "./bytes-key.js";
import * as tag from "./key-tags.js";
import { writeBigintKey, writeNumberKey } from "./number-writer.js";
import { writeUnits } from "./string-key.js";

/** Appends a key. Throws a `CodecError` for what is none. */
export function writeKey(output: Output, key: Key, depth = 0): void {
  switch (typeof key) {
    case "string":
      output.byte(tag.STRING);
      writeUnits(output, key);
      output.byte(tag.END);
      return;
    case "number":
      writeNumberKey(output, key);
      return;
    case "bigint":
      writeBigintKey(output, key);
      return;
    case "boolean":
      output.byte(key ? tag.TRUE : tag.FALSE);
      return;
    case "object":
      if (key === null) {
        output.byte(tag.NULL);
        return;
      }
      if (Array.isArray(key)) {
        writeTuple(output, key, depth);
        return;
      }
      if (typedArrayName(key) === "Uint8Array") {
        output.byte(tag.BYTES);
        writeBytes(output, bytesOf(key));
        output.byte(tag.END);
        return;
      }
  }
  throw notAKey(key);
}

function writeTuple(output: Output, tuple: readonly Key[], depth: number): void {
  writeTupleStart(output, tuple, depth);
  output.byte(tag.END);
}

/** A tuple without its end: so begin all those that begin with its elements. */
export function writeTupleStart(output: Output, tuple: readonly Key[], depth = 0): void {
  if (depth === MAX_DEPTH) {
    throw new CodecError(
      "STORE_INVALID_KEY",
      `a key nests at most ${MAX_DEPTH} tuples deep, and has no cycles`,
    );
  }
  output.byte(tag.TUPLE);
  const { length } = tuple;
  // A hole reads as undefined, which is no key.
  for (let index = 0; index < length; index++) writeKey(output, tuple[index] as Key, depth + 1);
}

export function notAKey(value: unknown): CodecError {
  return new CodecError(
    "STORE_INVALID_KEY",
    `a key is a string, a number but NaN, a bigint, a boolean, null, a Uint8Array or a tuple of keys; got ${nameOf(value)}`,
  );
}

function nameOf(value: unknown): string {
  if (typeof value !== "object") return value === undefined ? "undefined" : `a ${typeof value}`;
  return "an object of another kind";
}
