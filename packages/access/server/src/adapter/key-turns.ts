import { encodeKey } from "@store/codec";
import type { Key } from "@store/core";

/**
 * Lets callers that compare and swap a key wait for each other: of a hundred that swap at once one would win each round,
 * and all others repeat.
 */
export class KeyTurns {
  /** For each key, as text, the end of the last turn. */
  readonly #ends = new Map<string, Promise<void>>();

  take<T>(key: Key, turn: () => Promise<T>): Promise<T> {
    const name = Buffer.from(encodeKey(key)).toString("latin1");
    const result = (this.#ends.get(name) ?? Promise.resolve()).then(turn);
    const end = result.then(ignore, ignore).then(() => {
      if (this.#ends.get(name) === end) this.#ends.delete(name);
    });
    this.#ends.set(name, end);
    return result;
  }
}

/** A turn that fails concerns its own caller, not the next one. */
function ignore(): void {}
