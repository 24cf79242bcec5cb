import type { Input } from "../bytes/input.js";
import { corrupt } from "../codec-error.js";
import { MAX_DEPTH } from "../limits.js";
import type { Key } from "../types.js";
import { readBytesKey } from "./bytes-key.js";
import * as tag from "./key-tags.js";
import { readNumericKey } from "./number-reader.js";
import { readStringKey } from "./string-key.js";

/** Reads a key. Throws a `CodecError` for bytes that no key has. */
export function readKey(input: Input): Key {
  return readTagged(input, input.byte(), 0);
}

function readTagged(input: Input, first: number, depth: number): Key {
  if (first === tag.STRING) return readStringKey(input);
  if (first >= tag.MINUS_INFINITY && first <= tag.INFINITY) {
    const at = input.at - 1;
    const number = readNumericKey(input, first);
    if (number === undefined) throw corrupt("a key has a number of another form", at);
    return number;
  }
  switch (first) {
    case tag.NULL:
      return null;
    case tag.FALSE:
      return false;
    case tag.TRUE:
      return true;
    case tag.BYTES:
      return readBytesKey(input);
    case tag.TUPLE:
      return readTuple(input, depth);
  }
  throw corrupt(`0x${first.toString(16)} begins no key`, input.at - 1);
}

function readTuple(input: Input, depth: number): Key {
  if (depth === MAX_DEPTH) throw corrupt(`a key of more than ${MAX_DEPTH} tuples`, input.at - 1);
  const tuple: Key[] = [];
  for (;;) {
    const first = input.byte();
    if (first === tag.END) return tuple;
    tuple.push(readTagged(input, first, depth + 1));
  }
}
