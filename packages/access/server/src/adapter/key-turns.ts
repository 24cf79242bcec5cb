import { encodeKey } from "@store/codec";
import type { Key, StoreRecord } from "@store/core";

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

/** What a swap found: the record that is stored instead, or none. */
export type Swapped = "swapped" | { readonly current: StoreRecord | undefined };

/** Swaps what `change` makes of the stored record for that one, as often as others come between. */
export async function swapping(
  stored: StoreRecord | undefined,
  change: (record: StoreRecord) => StoreRecord,
  swap: (expected: StoreRecord, record: StoreRecord) => Promise<Swapped>,
): Promise<StoreRecord | undefined> {
  let current = stored;
  while (current !== undefined) {
    const changed = change(current);
    if (changed === current) return current;
    const swapped = await swap(current, changed);
    if (swapped === "swapped") return changed;
    current = swapped.current;
  }
  return undefined;
}
