import { type Key, StoreError } from "@store/core";
import { encodeValue } from "../term/encode.js";
import { keyOf } from "./key.js";
import { termText } from "./term-text.js";

/** What is done where two terms are one key: `"refuse"` throws, `"keep"` lets one say which term it was. */
export type OnCollision = "refuse" | "keep";

interface Owner {
  /** What the key's term is, as its bytes. */
  readonly term: string;
  readonly text: string;
}

/**
 * Which terms of a table are one key in the plain style. One of them may be the term that this key is written back as: it
 * keeps the key; else the first in the file does.
 *
 * Only terms that are written back as another one can collide, so only they are remembered: atoms, and floats that are
 * integers, also within tuples.
 */
export class Collisions {
  readonly #onCollision: OnCollision;
  readonly #owners = new Map<string, Owner>();

  /** @param keys goes over the keys of the table, alike each time; it is asked for twice if terms may collide */
  constructor(onCollision: OnCollision, keys: () => Iterable<unknown>) {
    this.#onCollision = onCollision;
    for (const value of keys()) if (isAmbiguous(value)) this.#claim(value, false);
    if (this.#owners.size === 0) return;
    for (const value of keys()) if (!isAmbiguous(value)) this.#claim(value, true);
  }

  /** The key of a term, and whether it had to say which one it is. */
  keyFor(value: unknown): readonly [key: Key, collides: boolean] {
    const plain = keyOf(value, "plain");
    if (this.#owners.size === 0 || !isAmbiguous(value)) return [plain, false];
    const owner = this.#owners.get(nameOf(plain));
    return owner === undefined || owner.term === nameOf(value)
      ? [plain, false]
      : [keyOf(value, "exact"), true];
  }

  /** @param takesOver whether it is the term that the key is written back as */
  #claim(value: unknown, takesOver: boolean): void {
    const name = nameOf(keyOf(value, "plain"));
    const owner = this.#owners.get(name);
    if (owner === undefined && takesOver) return;
    const term = nameOf(value);
    if (owner !== undefined && owner.term !== term && this.#onCollision === "refuse")
      throw new StoreError(
        "STORE_INVALID_KEY",
        `the terms ${owner.text} and ${termText(value)} are one key here; onCollision: "keep" lets one of them say which it was`,
      );
    if (owner === undefined || takesOver) this.#owners.set(name, { term, text: termText(value) });
  }
}

/** Whether the term is written back as another one. */
function isAmbiguous(value: unknown): boolean {
  switch (typeof value) {
    case "string":
    case "bigint":
    case "boolean":
      return false;
    case "number":
      return Object.is(value, -0);
    default:
      return nameOf(keyOf(value, "plain")) !== nameOf(keyOf(value, "exact"));
  }
}

/** A string that is the same for equal keys or values only. */
function nameOf(value: unknown): string {
  return encodeValue(value).toString("latin1");
}
