import { Arena } from "../../src/memory/arena.js";

/** A store that the writer made. */
interface Store {
  readonly at: number;
  readonly value: number;
}

const real = globalThis.Atomics;

/** All that `run` stores in an arena by `Atomics`, in order. */
export function recordStores(arena: Arena, run: () => void): Store[] {
  const stores: Store[] = [];
  const note = (words: unknown, at: number) => {
    if (words === arena.words) stores.push({ at, value: real.load(arena.words, at) });
  };
  const names = ["store", "add", "sub", "and", "or", "xor", "exchange", "compareExchange"] as const;
  const patched: Record<string, unknown> = {
    load: real.load,
    notify: real.notify,
    wait: real.wait,
  };
  for (const name of names) {
    patched[name] = (words: Int32Array, at: number, ...rest: number[]) => {
      const result: unknown = Reflect.apply(real[name], real, [words, at, ...rest]);
      note(words, at);
      return result;
    };
  }
  withAtomics(patched, run);
  return stores;
}

function withAtomics(patched: object, run: () => void): void {
  const global = globalThis as { Atomics: unknown };
  global.Atomics = patched;
  try {
    run();
  } finally {
    global.Atomics = real;
  }
}

/**
 * All ways in which a reader may run beside a writer whose stores are known: it depends on nothing that the reader does.
 * Each read, plain or by `Atomics`, returns what is there now, or what is there after more of the stores; of all moments at
 * which the word has one value, the first is chosen, which leaves all later ones open. So no interleaving is left out that
 * the reader could tell from another.
 */
export class SimulatedMemory {
  readonly arena: Arena;
  readonly #base: Int32Array;
  readonly #current: Int32Array;
  /** What the reader sees of it. */
  readonly #words: Int32Array;
  readonly #stores: readonly Store[];
  readonly #positions = new Map<number, number[]>();
  #at = 0;
  #script: number[] = [];
  #options: number[] = [];
  #step = 0;
  /** Of the run that is under way: reads at which something had just been stored. */
  reads = 0;

  /** @param base the words before the first store */
  constructor(buffer: SharedArrayBuffer, base: Int32Array, stores: readonly Store[]) {
    this.arena = new Arena(buffer);
    this.#base = base;
    this.#current = base.slice();
    this.#stores = stores;
    for (const [index, { at }] of stores.entries()) {
      const positions = this.#positions.get(at);
      if (positions === undefined) this.#positions.set(at, [index + 1]);
      else positions.push(index + 1);
    }
    this.#words = new Proxy(this.#current, {
      get: (target, name) => {
        if (name === "length") return target.length;
        const at = typeof name === "string" ? Number(name) : Number.NaN;
        if (!Number.isInteger(at)) return Reflect.get(target, name, target) as unknown;
        return at < 0 || at >= target.length ? undefined : this.#read(at);
      },
    });
    this.arena.refresh = () => {};
  }

  /** Runs `read` in all ways; returns how many there were, stopping at `most`. */
  explore(read: () => void, most: number): number {
    let runs = 0;
    this.#script = [];
    do {
      this.#reset();
      this.#run(read);
      runs++;
    } while (runs < most && this.#next());
    return runs;
  }

  /** As {@link explore}, but along ways that are drawn by lot. */
  sample(read: () => void, runs: number, random: () => number): void {
    for (let run = 0; run < runs; run++) {
      this.#reset();
      this.#script = Array.from({ length: 400 }, () =>
        random() < 0.8 ? 0 : Math.floor(random() * 8),
      );
      this.#run(read);
    }
  }

  #run(read: () => void): void {
    this.arena.words = this.#words;
    const load = (words: Int32Array, at: number): number => {
      if (words !== this.arena.words) return real.load(words, at);
      if (!(at >= 0 && at < this.#current.length)) throw new RangeError("an invalid index");
      return this.#read(at);
    };
    // Whoever waits tries the same again until something is stored.
    const wait = () => this.#advance(Math.min(this.#at + 1, this.#stores.length));
    withAtomics({ load, wait, store: real.store, notify: real.notify }, read);
  }

  #read(at: number): number {
    this.reads++;
    const positions = this.#positions.get(at)?.filter((position) => position > this.#at) ?? [];
    if (positions.length > 0) {
      const wanted = this.#script[this.#step] ?? 0;
      const choice = Math.min(wanted, positions.length);
      this.#script[this.#step] = choice;
      this.#options[this.#step] = positions.length + 1;
      this.#step++;
      if (choice > 0) this.#advance(positions[choice - 1] as number);
    }
    return this.#current[at] as number;
  }

  #advance(to: number): void {
    for (; this.#at < to; this.#at++) {
      const { at, value } = this.#stores[this.#at] as Store;
      this.#current[at] = value;
    }
  }

  /** To the next way, in the order of an odometer. */
  #next(): boolean {
    let last = this.#step - 1;
    while (last >= 0 && (this.#script[last] as number) + 1 >= (this.#options[last] as number))
      last--;
    if (last < 0) return false;
    this.#script = this.#script.slice(0, last + 1);
    this.#script[last] = (this.#script[last] as number) + 1;
    return true;
  }

  #reset(): void {
    for (let index = 0; index < this.#at; index++) {
      const { at } = this.#stores[index] as Store;
      this.#current[at] = this.#base[at] as number;
    }
    this.#at = 0;
    this.#step = 0;
    this.#options = [];
  }
}
