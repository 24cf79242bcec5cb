import type { Key } from "@store/core";

/** Keys of so few levels recurse no deeper than {@link ensureStack} sees to. */
const FEW_LEVELS = 3;

/** What recurses through a key takes less of the stack for a level than so many calls of {@link ensureLevels}. */
const CALLS_A_LEVEL = 8;

/**
 * Sees to it that a change of a table doesn't run out of stack half-way: a change begins with {@link ensure}, and one that
 * fails there has changed nothing.
 */
export class StackGuard {
  /** How deep the keys of the table nest, those that are gone included. */
  #levels = 0;

  /** To call with each key before it is in the table. */
  admit(key: Key): void {
    if (typeof key === "object" && Array.isArray(key)) this.#admitTuple(key, 1);
  }

  #admitTuple(tuple: readonly Key[], level: number): void {
    if (level > this.#levels) this.#levels = level;
    for (let index = 0; index < tuple.length; index++) {
      const element = tuple[index];
      if (typeof element === "object" && Array.isArray(element)) {
        this.#admitTuple(element, level + 1);
      }
    }
  }

  /** Throws the engine's `RangeError` unless the stack has room for a change. */
  ensure(): void {
    if (this.#levels <= FEW_LEVELS) ensureStack(this.#levels);
    else ensureLevels(this.#levels, this.#levels * CALLS_A_LEVEL);
  }
}

function ensureLevels(levels: number, calls: number): void {
  if (calls === 0) ensureStack(levels);
  else ensureLevels(levels, calls - 1);
}

/**
 * Throws where the stack has less than some 4 KB left. What a change then calls, a dozen small functions deep at most, has
 * room to the end.
 *
 * An engine asks whether a function's frame has room when it enters the function, and a call of many arguments, even
 * one that is never made, needs a place in the frame for each of them. V8 asks for that much in optimized code, too, for
 * it might have to go back to the other; so this costs a few nanoseconds.
 *
 * @param levels never negative, but nobody knows who compiles or bundles this, and could leave the call out
 */
export function ensureStack(levels: number): void {
  if (levels < 0) {
    // biome-ignore format: nobody reads it
    use(0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0,
      0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0,
      0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0,
      0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0,
      0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0,
      0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0,
      0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0,
      0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0,
      0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0,
      0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0,
      0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0,
      0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0,
      0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0,
      0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0,
      0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0,
      0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0);
  }
}

function use(...all: readonly number[]): number {
  return all.length;
}
