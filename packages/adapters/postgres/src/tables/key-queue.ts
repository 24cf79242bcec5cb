/**
 * Lets callers that change the record of one key wait for each other: if all compared and swapped at once, one of them
 * would win each round, and all others repeat.
 */
export class KeyQueue {
  /** For each key, the end of the last change that waits or is under way. */
  readonly #ends = new Map<string, Promise<void>>();

  run<T>(key: Uint8Array, change: () => Promise<T>): Promise<T> {
    const text = Buffer.from(key).toString("latin1");
    const result = (this.#ends.get(text) ?? Promise.resolve()).then(change);
    const end = result.then(ignore, ignore).then(() => {
      if (this.#ends.get(text) === end) this.#ends.delete(text);
    });
    this.#ends.set(text, end);
    return result;
  }
}

/** A change that fails concerns its own caller, not the next one. */
function ignore(): void {}
