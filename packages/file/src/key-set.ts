import { KeyMap } from "@store/collections";
import type { Key } from "@store/core";

/** Keys, each once, in the order in which they came. */
export class KeySet {
  readonly #index = new KeyMap<number>();
  readonly #keys: Key[] = [];

  get keys(): readonly Key[] {
    return this.#keys;
  }

  add(key: Key): void {
    if (this.#index.get(key) !== undefined) return;
    this.#index.set(key, this.#keys.length);
    this.#keys.push(key);
  }

  clear(): void {
    this.#index.clear();
    this.#keys.length = 0;
  }
}
