import { decodeKey, encodeKey, encodeKeyPrefix } from "@store/codec";
import type { Key, Toolkit } from "@store/core";
import type { Connection, Statement } from "../database/connection.js";
import { ALIVE } from "./alive.js";
import { rightAfter } from "./key-range.js";

/** The tags of numbers from 1 on, whose magnitude takes 1 to 7 bytes: safe integers need no more. */
const INTEGER_TAGS = "x'2F303132333435'";

/**
 * Finds the number that `append` comes to: one more than the last key of exactly the form `[...prefix, n]`, `n` a safe
 * integer from 1 on. That form shows in the bytes (docs/codec.md): behind those of the prefix stands the tag of an integer
 * of as many bytes as the key has left, and the last two bits of these say that it is a number, not a bigint.
 */
export class LastNumber {
  readonly #last: Statement;
  readonly #toolkit: Toolkit;

  constructor(connection: Connection, sqlName: string, toolkit: Toolkit) {
    this.#toolkit = toolkit;
    this.#last = connection.statement(
      `SELECT key FROM ${sqlName} WHERE key >= ? AND key < ? AND ${ALIVE}
        AND substr(key, ?, 1) = substr(${INTEGER_TAGS}, length(key) - ?, 1)
        AND hex(substr(key, length(key) - ?, 1)) GLOB '?[048C]'
        ORDER BY key DESC LIMIT 1`,
    );
  }

  /** The key after the last number under `prefix`. */
  nextKey(prefix: readonly Key[] | null): Key {
    const lowest = encodeKey(keyOf(prefix, 1));
    const beyond = rightAfter(encodeKey(keyOf(prefix, Number.MAX_SAFE_INTEGER)));
    const before = prefix === null ? 0 : encodeKeyPrefix(prefix).gte.length;
    const behind = prefix === null ? 0 : 1;
    const others = 1 + before + behind;
    const row = this.#last.get(lowest, beyond, Date.now(), before + 1, others, behind);
    if (row === undefined) return keyOf(prefix, 1);
    const key = decodeKey(row[0] as Uint8Array);
    const last = (prefix === null ? key : (key as readonly Key[]).at(-1)) as number;
    if (last < Number.MAX_SAFE_INTEGER) return keyOf(prefix, last + 1);
    throw this.#toolkit.error(
      "STORE_COUNTER_OVERFLOW",
      `the last number is ${last}, the last safe integer`,
    );
  }
}

function keyOf(prefix: readonly Key[] | null, number: number): Key {
  return prefix === null ? number : [...prefix, number];
}
