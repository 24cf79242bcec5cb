import { KeyMap, type KeyRules } from "@store/collections";
import type { Key } from "@store/core";
import { StringIndex } from "./string-index.js";

/** Says in which slot of a row of keys a key is. */
export class SlotIndex {
  readonly #strings: StringIndex;
  readonly #others: KeyMap<number>;

  /** @param keys by slot, as {@link StringIndex} wants them */
  constructor(keys: readonly unknown[], rules: KeyRules) {
    this.#strings = new StringIndex(keys);
    this.#others = new KeyMap(rules);
  }

  /** Bytes of its buffers. */
  get bytes(): number {
    return this.#strings.bytes;
  }

  /** The slot of a key; -1 if it isn't here. */
  find(key: Key): number {
    return typeof key === "string" ? this.#strings.find(key) : (this.#others.get(key) ?? -1);
  }

  /** The slot of a key; -1 if it wasn't here, and is at `slot` from now on. */
  findOrAdd(key: Key, slot: number): number {
    if (typeof key === "string") return this.#strings.findOrAdd(key, slot);
    return this.#others.findOrAdd(key, slot) ?? -1;
  }

  /** A key that is here has another slot. */
  move(key: Key, from: number, to: number): void {
    if (typeof key === "string") this.#strings.move(key, from, to);
    else this.#others.set(key, to);
  }

  /** Lets go of a key that is here. */
  remove(key: Key): void {
    if (typeof key === "string") this.#strings.remove(key);
    else this.#others.delete(key);
  }

  clear(): void {
    this.#strings.clear();
    this.#others.clear();
  }
}
