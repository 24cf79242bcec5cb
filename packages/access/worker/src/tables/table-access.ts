import type { Arena } from "../memory/arena.js";
import { CLOSED, type TreePlace } from "../tree/tree-reader.js";
import * as header from "./table-header.js";

/** After so many tries in vain a reader begins to give way; after so many it asks whether the owner is alive. */
const SPINS = 20;
const TRIES_A_LOOK = 64;
/** Milliseconds that a reader stands aside, so that a writer on the same core comes to its end. */
const ASIDE = 0.2;

/** What the reading thread does where the memory doesn't say. */
export interface AccessRules {
  /** The error for a table that isn't open any more; `status` as in the header, undefined if another has its place. */
  closed(status: number | undefined): Error;
  /** Called now and then while a read doesn't come to an end; throws to end it. `tries` since it began. */
  look(tries: number): void;
}

/** A table in shared memory, as one thread reads it: tries again what a writer has come between. */
export class TableAccess {
  readonly arena: Arena;
  readonly place: TreePlace;
  readonly #rules: AccessRules;
  readonly now: () => number = () => Date.now();

  constructor(arena: Arena, place: TreePlace, rules: AccessRules) {
    this.arena = arena;
    this.place = place;
    this.#rules = rules;
  }

  /** Throws if the table isn't open any more. */
  check(): void {
    const { state, openState } = this.place;
    if (Atomics.load(this.arena.words, state) !== openState) throw this.closed();
  }

  /** Runs `read` until it returns something, which it does once nobody came between. */
  attempt<T>(read: () => T | undefined): T {
    for (let tries = 1; ; tries++) {
      const result = this.attemptOnce(read);
      if (result !== undefined) return result;
      this.pause(tries);
    }
  }

  attemptOnce<T>(read: () => T | undefined): T | undefined {
    try {
      return read();
    } catch (error) {
      this.recover(error);
      return undefined;
    }
  }

  /** After what a try has thrown: an address behind the end of the views is one in memory that was added, or none. */
  recover(error: unknown): void {
    if (error === CLOSED) throw this.closed();
    if (!(error instanceof RangeError)) throw error;
    this.arena.refresh();
  }

  /** Between two tries. */
  pause(tries: number): void {
    if (tries < SPINS) return;
    if (tries % TRIES_A_LOOK === 0) this.#rules.look(tries);
    const { words } = this.arena;
    const batches = Atomics.load(words, this.place.batches);
    // Woken by the end of the batch where there is one; else by the clock.
    Atomics.wait(words, this.place.batches, batches, ASIDE);
  }

  closed(): Error {
    const { state, openState } = this.place;
    const found = Atomics.load(this.arena.words, state);
    const isSame = (found & ~header.STATUS_MASK) === (openState & ~header.STATUS_MASK);
    return this.#rules.closed(isSame ? found & header.STATUS_MASK : undefined);
  }
}

/** Reads from a header in what place its table is. */
export function placeOf(arena: Arena, address: number, isOwned: boolean): TreePlace {
  const { words } = arena;
  const type = Atomics.load(words, address + header.KIND) & header.TYPE_MASK;
  return {
    root: Atomics.load(words, address + header.ROOT),
    state: address + header.STATE,
    openState: Atomics.load(words, address + header.STATE),
    batches: Atomics.load(words, address + header.BATCHES),
    isBag: type >= 2,
    isOwned,
  };
}
