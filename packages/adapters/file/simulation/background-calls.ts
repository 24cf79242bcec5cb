interface HeldCall {
  run(): void;
  fail(error: Error): void;
}

/**
 * The calls that a file system makes off the main thread. They are made on a microtask, in order; while they are held,
 * when the test says so.
 */
export class BackgroundCalls {
  readonly #waiting: HeldCall[] = [];
  #holding: boolean;

  constructor({ hold = false }: { readonly hold?: boolean } = {}) {
    this.#holding = hold;
  }

  /** How many calls are in flight that were held. */
  get held(): number {
    return this.#waiting.length;
  }

  /** From now on calls wait for {@link settleNext}. */
  hold(): void {
    this.#holding = true;
  }

  /** Makes the held calls, and from now on does not hold any. */
  release(): void {
    this.#holding = false;
    while (this.settleNext());
  }

  /** Makes the held call that came first, or lets it fail without having been made. Returns false if there is none. */
  settleNext(failure?: Error): boolean {
    const call = this.#waiting.shift();
    if (call === undefined) return false;
    if (failure === undefined) call.run();
    else call.fail(failure);
    return true;
  }

  /** Drops the held calls: whoever made them is dead. */
  forget(): void {
    this.#waiting.length = 0;
  }

  /** For the file system: makes a call in its time. */
  make(call: () => void): Promise<void> {
    if (!this.#holding) return Promise.resolve().then(call);
    return new Promise((resolve, reject) => {
      const run = () => {
        try {
          resolve(call());
        } catch (error) {
          reject(error);
        }
      };
      this.#waiting.push({ run, fail: reject });
    });
  }
}
