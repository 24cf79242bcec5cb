import { KeyMap, type KeyRules } from "@store/collections";
import type { Key } from "@store/core";

/** Keys, each once, in the order in which they came. */
export class KeySet {
  readonly #index: KeyMap<number>;
  readonly #keys: Key[] = [];

  constructor(rules: KeyRules) {
    this.#index = new KeyMap(rules);
  }

  get keys(): readonly Key[] {
    return this.#keys;
  }

  add(key: Key): void {
    if (this.#index.findOrAdd(key, this.#keys.length) === undefined) this.#keys.push(key);
  }

  clear(): void {
    this.#index.clear();
    this.#keys.length = 0;
  }
}
