import { StoreError, type TableType } from "@store/core";
import { openTerm, readElement } from "../term/decode.js";
import { encodeValue } from "../term/encode.js";
import { specialOf } from "../term/special.js";
import { termText } from "./term-text.js";

/**
 * Keys that are several here, and one in a table of Erlang's: an `ordered_set` takes integers and floats of one value for
 * equal, and until OTP 27 every table took `0.0` and `-0.0` for equal. Then `file2tab` would keep the later record alone.
 *
 * Only keys with such floats can do that, so only they are remembered. If there were some, all keys are looked at again.
 */
export class ErlangKeys {
  readonly #type: TableType;
  readonly #keyPosition: number;
  readonly #floats = new Map<string, unknown>();

  constructor(type: TableType, keyPosition: number) {
    this.#type = type;
    this.#keyPosition = keyPosition;
  }

  /** Takes note of the term of a key that is written. */
  add(term: unknown): void {
    if (this.#type !== "set" && this.#type !== "ordered_set") return;
    const normal = this.#normal(term);
    if (Object.is(normal, term)) return;
    const name = nameOf(normal);
    this.#refuse(name, term);
    this.#floats.set(name, term);
  }

  /** @param terms the objects that were written; others may be among them */
  check(terms: () => Iterable<Buffer>): void {
    if (this.#floats.size === 0) return;
    for (const bytes of terms()) {
      const key = readElement(openTerm(bytes), this.#keyPosition);
      if (key !== undefined && Object.is(this.#normal(key[0]), key[0]))
        this.#refuse(nameOf(key[0]), key[0]);
    }
  }

  #refuse(name: string, term: unknown): void {
    if (!this.#floats.has(name)) return;
    const other = termText(this.#floats.get(name));
    throw new StoreError(
      "STORE_INVALID_KEY",
      `writeErlangFile: in a table of type ${this.#type}, Erlang takes the keys ${other} and ${termText(term)} for one`,
    );
  }

  /** The same value if Erlang takes no other for equal. */
  #normal(value: unknown): unknown {
    const isOrdered = this.#type === "ordered_set";
    if (typeof value === "number") {
      if (Object.is(value, -0)) return isOrdered ? 0 : { $float: 0 };
      return isOrdered && Number.isInteger(value) && !Number.isSafeInteger(value)
        ? BigInt(value)
        : value;
    }
    if (Array.isArray(value)) return this.#normalParts(value);
    const [name, content] = specialOf(value) ?? [];
    if (name === "$float" && isOrdered) return content === 0 ? 0 : content;
    if (name === "$float") return content === 0 ? { $float: 0 } : value;
    if ((name !== "$tuple" && name !== "$improper") || !Array.isArray(content)) return value;
    const parts = this.#normalParts(content);
    return parts === content ? value : { [name]: parts };
  }

  #normalParts(parts: unknown[]): unknown[] {
    const normal = parts.map((part) => this.#normal(part));
    return normal.every((part, index) => Object.is(part, parts[index])) ? parts : normal;
  }
}

function nameOf(value: unknown): string {
  return encodeValue(value).toString("latin1");
}
