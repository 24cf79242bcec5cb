/** What is known of this thread, by every copy of this package that is loaded in it. */
interface ThreadState {
  /** Any number but 0: no two threads have the same, but by an accident of one in two billions. */
  readonly token: number;
  /** Of each store that this thread shares: where it says for whom it waits. */
  readonly waits: Set<WaitingPlace>;
  /** The label that it has shown last, see `circles.ts`. */
  label: bigint;
}

export interface WaitingPlace {
  readonly words: Int32Array;
  readonly at: number;
  /** Where it shows its label, as a cell of 64 bits. */
  readonly cells: BigInt64Array;
  readonly labelAt: number;
}

const NAME = Symbol.for("@store/worker/thread");

export function threadState(): ThreadState {
  const global = globalThis as { [NAME]?: ThreadState };
  global[NAME] ??= {
    token: 1 + Math.floor(Math.random() * (2 ** 31 - 2)),
    waits: new Set(),
    label: 0n,
  };
  return global[NAME];
}

/** Says for whom this thread waits, to whoever waits for this thread. */
export function announceWait(token: number): void {
  for (const { words, at } of threadState().waits) Atomics.store(words, at, token);
}
