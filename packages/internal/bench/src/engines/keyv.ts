import type { Engine, Setup } from "../engine.js";
import { requirePeer } from "../peer.js";
import { type Records, sizeOf, type Value } from "../records.js";

interface Keyv {
  set(key: string, value: unknown): Promise<boolean>;
  get<T>(key: string): Promise<T | undefined>;
  clear(): Promise<void>;
}

class KeyvEngine implements Engine {
  readonly #keyv: Keyv;

  constructor(keyv: Keyv) {
    this.#keyv = keyv;
  }

  async insert({ keys, values }: Records): Promise<void> {
    const keyv = this.#keyv;
    for (let index = 0; index < keys.length; index++) {
      await keyv.set(keys[index] as string, values[index]);
    }
  }

  async lookup(keys: readonly string[]): Promise<number> {
    const keyv = this.#keyv;
    let sum = 0;
    for (const key of keys) sum += sizeOf(await keyv.get<Value>(key));
    return sum;
  }

  async count(keys: readonly string[]): Promise<number> {
    const keyv = this.#keyv;
    let sum = 0;
    for (const key of keys) {
      const count = ((await keyv.get<number>(key)) ?? 0) + 1;
      await keyv.set(key, count);
      sum += count;
    }
    return sum;
  }

  async close(): Promise<void> {
    await this.#keyv.clear();
  }
}

/** Over a Map, its default. */
export const keyv: Setup = {
  title: "keyv",
  acknowledged: "in memory",
  open() {
    const { Keyv } = requirePeer<{ Keyv: new () => Keyv }>("keyv");
    return new KeyvEngine(new Keyv());
  },
};
