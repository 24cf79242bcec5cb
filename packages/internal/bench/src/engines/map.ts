import type { Engine, Setup } from "../engine.js";
import { type Records, sizeOf, type Value } from "../records.js";

class MapEngine implements Engine {
  readonly #map = new Map<string, readonly [string, Value]>();
  readonly #counters = new Map<string, number>();

  insert({ keys, values }: Records): void {
    const map = this.#map;
    for (let index = 0; index < keys.length; index++) {
      const key = keys[index] as string;
      map.set(key, [key, values[index] as Value]);
    }
  }

  lookup(keys: readonly string[]): number {
    const map = this.#map;
    let sum = 0;
    for (const key of keys) sum += sizeOf(map.get(key)?.[1]);
    return sum;
  }

  count(keys: readonly string[]): number {
    const counters = this.#counters;
    let sum = 0;
    for (const key of keys) {
      const count = (counters.get(key) ?? 0) + 1;
      counters.set(key, count);
      sum += count;
    }
    return sum;
  }

  close(): void {
    this.#map.clear();
  }
}

/** Holds a new array for each record, and hands out that same one. */
export const map: Setup = {
  title: "Map",
  acknowledged: "in memory",
  open: () => new MapEngine(),
};
