import { Arena } from "../../src/memory/arena.js";

/** A store that the writer made. */
interface Store {
  readonly at: number;
  readonly value: number;
}

/** What was explored. */
export interface Explored {
  readonly runs: number;
  /** How often the writer went on while the reader was at work, in the last run. */
  readonly turns: number;
  /** Whether these were all ways. */
  readonly isComplete: boolean;
}

/** A way of running: that of `before`, and at one read more the writer goes on. */
interface Way {
  readonly step: number;
  readonly choice: number;
  readonly turns: number;
  readonly before: Way | undefined;
}

const real = globalThis.Atomics;

/** All that `run` stores in an arena by `Atomics`, in order; `before` is called with the address before each. */
export function recordStores(
  arena: Arena,
  run: () => void,
  before: (at: number) => void = () => {},
): Store[] {
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
      if (words === arena.words) before(at);
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
  /** By the number of a read that has a choice: how far the writer goes before it; else it stands still. */
  readonly #script = new Map<number, number>();
  #options: number[] = [];
  #step = 0;

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

  /**
   * Runs `read` in all ways, those with the fewest turns first: at first those in which the writer goes on at one read only,
   * then at two, and so on; until there are no more, or `most`, or `isOver`.
   */
  explore(read: () => void, most: number, isOver: () => boolean = () => false): Explored {
    const ways: (Way | undefined)[] = [{ step: -1, choice: 0, turns: 0, before: undefined }];
    let isComplete = true;
    let runs = 0;
    let turns = 0;
    while (runs < ways.length && !isOver()) {
      const way = ways[runs] as Way;
      // What was tried isn't needed any more.
      ways[runs] = undefined;
      runs++;
      this.#reset(way);
      this.#run(read);
      turns = way.turns;
      for (let step = way.step + 1; step < this.#options.length; step++) {
        const options = this.#options[step] as number;
        for (let choice = 1; choice < options; choice++) {
          if (ways.length < most) ways.push({ step, choice, turns: turns + 1, before: way });
          else isComplete = false;
        }
      }
    }
    return { runs, turns, isComplete };
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
    const positions = this.#positions.get(at)?.filter((position) => position > this.#at) ?? [];
    if (positions.length > 0) {
      const choice = this.#script.get(this.#step) ?? 0;
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

  #reset(way: Way): void {
    this.#script.clear();
    for (let each: Way | undefined = way; each !== undefined; each = each.before) {
      if (each.step >= 0) this.#script.set(each.step, each.choice);
    }
    for (let index = 0; index < this.#at; index++) {
      const { at } = this.#stores[index] as Store;
      this.#current[at] = this.#base[at] as number;
    }
    this.#at = 0;
    this.#step = 0;
    this.#options = [];
  }
}
