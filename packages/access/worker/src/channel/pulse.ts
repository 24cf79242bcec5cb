import { isMainThread, Worker } from "node:worker_threads";
import type { Arena } from "../memory/arena.js";

/** Milliseconds between two beats. */
const BEAT = 20;
/** Looks in vain, each at least a beat after the last, until the owner's thread is taken for ended. */
const MISSED = 25;

/**
 * A thread that does nothing but count, and ends with the thread that began it: a `terminate` leaves no time for a last
 * word, and whether the owner is busy or gone can't be seen from its own silence. The main thread needs none: it ends with
 * the process.
 */
export class Pulse {
  readonly #worker: Worker | undefined;

  /** @param at the address of a word that counts */
  constructor(arena: Arena, at: number) {
    if (isMainThread) return;
    const workerData = { buffer: arena.buffer, at, beat: BEAT };
    this.#worker = new Worker(PROGRAM, { eval: true, workerData, execArgv: [], env: {} });
    this.#worker.unref();
    // Without it, nobody can tell: then calls end by their time limit.
    this.#worker.on("error", () => {});
  }

  get beats(): boolean {
    return this.#worker !== undefined;
  }

  stop(): void {
    void this.#worker?.terminate();
  }
}

// By timers: in Deno a thread within `Atomics.wait` isn't ended with the one that began it.
const PROGRAM = `
const { workerData: { buffer, at, beat } } = require("node:worker_threads");
const word = new Int32Array(buffer, 4 * at, 1);
setInterval(() => Atomics.add(word, 0, 1), beat);
`;

/** Watches a pulse from another thread. */
export class PulseWatch {
  #last = 0;
  #at = 0;
  #missed = 0;

  /** Whether it has beaten lately, as far as one can know: time in which this thread stood still as well doesn't count. */
  isAlive(words: Int32Array, address: number): boolean {
    const now = performance.now();
    const pulse = Atomics.load(words, address);
    if (pulse !== this.#last || this.#missed === 0) {
      this.#last = pulse;
      this.#at = now;
      this.#missed = 1;
      return true;
    }
    if (now - this.#at < BEAT) return true;
    this.#at = now;
    this.#missed++;
    return this.#missed <= MISSED;
  }
}
