/** What runtimes have, and the language doesn't name. Not all have all: in jest's jsdom a timer is the only way to wait. */
const { performance, setImmediate, setTimeout, MessageChannel } = globalThis as unknown as {
  readonly performance: { now(): number };
  readonly setImmediate?: (task: () => void) => void;
  setTimeout(task: () => void, milliseconds: number): unknown;
  readonly MessageChannel?: new () => Readonly<Record<"port1" | "port2", Port>>;
};

interface Port {
  onmessage: () => void;
  postMessage(message: undefined): void;
  close(): void;
}

/** How many calls are made before the clock is looked at again, which takes longer than what is asked of it. */
const CALLS = 16;
/** How many visits of records within a call are made at most before the clock is looked at again. */
const VISITS = 64;
/** Milliseconds. Where the calls took longer, or there were none, it is looked at after the next one. */
const SHORT = 1;
/** Milliseconds. Half of what is promised: the call that passes it is done first. */
const LONGEST = 10;

/**
 * Lets the event loop turn while calls are awaited one after another. What a sync adapter does in an async store takes
 * microtasks only, which timers and sockets wait for: so a call that ends {@link LONGEST} after the last turn waits for
 * the next one.
 */
export class Turns {
  /** Until the clock is looked at. */
  #callsLeft = 1;
  #looked = performance.now();
  #last = this.#looked;
  #wasShort = false;
  /** The turn that is waited for: all callers share it, or each would run for as long before the next one. */
  #turn: Promise<void> | undefined;

  /**
   * How many visits of records to make before the next look, after as many before this one: a visit may take a hundredth of
   * what a look does.
   */
  visits(before: number): number {
    return this.#wasShort ? Math.min(2 * before, VISITS) : 1;
  }

  /**
   * The next turn of the event loop, if it is due.
   * @param many whether the call may have gone through many records
   */
  due(many = false): Promise<void> | undefined {
    if (this.#turn !== undefined) return this.#turn;
    if (!many && --this.#callsLeft > 0) return undefined;
    const now = performance.now();
    this.#wasShort = now - this.#looked < SHORT;
    this.#callsLeft = this.#wasShort ? CALLS : 1;
    this.#looked = now;
    if (now - this.#last < LONGEST) return undefined;
    this.#turn = nextTurn().then(() => {
      this.#last = performance.now();
      this.#turn = undefined;
    });
    return this.#turn;
  }
}

/** Not a timer if there is anything else: some runtimes delay it by milliseconds. */
function nextTurn(): Promise<void> {
  return new Promise((resolve) => {
    if (setImmediate !== undefined) {
      setImmediate(resolve);
      return;
    }
    if (MessageChannel === undefined) {
      setTimeout(resolve, 0);
      return;
    }
    const { port1, port2 } = new MessageChannel();
    port1.onmessage = () => {
      port1.close();
      resolve();
    };
    port2.postMessage(undefined);
  });
}
