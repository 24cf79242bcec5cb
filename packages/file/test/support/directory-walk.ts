import type { Bound, ScanRange } from "@store/core";
import { expect } from "vitest";
import { WHOLE_DIRECTORY } from "../../src/directory.js";
import { numberOf } from "./fake-log.js";

/** Something that a directory goes through, compared at each step with what the model says at that moment. */
export interface Walk {
  readonly isDone: boolean;
  step(): void;
  /** To call when a record or a key is removed. */
  remove(identity: number): void;
}

/** It gives, in any order, what was there when it began and still is, each once, and nothing else. */
export class UnorderedWalk<T> implements Walk {
  isDone = false;
  readonly #iterator: Iterator<T>;
  readonly #pending: Set<number>;
  readonly #identify: (value: T) => number;

  constructor(iterator: Iterator<T>, identities: Iterable<number>, identify: (value: T) => number) {
    this.#iterator = iterator;
    this.#pending = new Set(identities);
    this.#identify = identify;
  }

  step(): void {
    const turn = this.#iterator.next();
    if (turn.done) {
      expect(this.#pending.size).toBe(0);
      this.isDone = true;
    } else if (!this.#pending.delete(this.#identify(turn.value))) {
      expect.unreachable("a walk came by something twice, or by what isn't to come");
    }
  }

  remove(identity: number): void {
    this.#pending.delete(identity);
  }
}

/** It gives what comes next in the range. */
export class OrderedWalk<T> implements Walk {
  isDone = false;
  readonly #iterator: Iterator<T>;
  readonly #keyOf: (value: T) => number;
  readonly #keys: () => Iterable<number>;
  #range: ScanRange;

  /** @param keys the numbers of the keys that there are, in any order */
  constructor(
    iterator: Iterator<T>,
    range: ScanRange,
    keys: () => Iterable<number>,
    keyOf: (value: T) => number,
  ) {
    this.#iterator = iterator;
    this.#range = range;
    this.#keys = keys;
    this.#keyOf = keyOf;
  }

  step(): void {
    const [expected] = numbersIn(this.#keys(), this.#range);
    const turn = this.#iterator.next();
    expect(turn.done ? undefined : this.#keyOf(turn.value)).toBe(expected);
    if (expected === undefined) {
      this.isDone = true;
      return;
    }
    const last = { key: expected, inclusive: false };
    this.#range = { ...this.#range, [this.#range.reverse ? "upper" : "lower"]: last };
  }

  remove(): void {}
}

/** Those of the numbers whose keys are in the range, in its order. */
export function numbersIn(numbers: Iterable<number>, range: ScanRange): number[] {
  const { lower, upper, reverse } = range;
  const order = reverse ? -1 : 1;
  const isAfter = (number: number, bound: Bound | undefined, sign: number) => {
    if (bound === undefined) return true;
    const difference = (number - numberOf(bound.key)) * sign;
    return bound.inclusive ? difference >= 0 : difference > 0;
  };
  return [...numbers]
    .filter((number) => isAfter(number, lower, 1) && isAfter(number, upper, -1))
    .sort((a, b) => (a - b) * order);
}

export const BACKWARDS: ScanRange = { ...WHOLE_DIRECTORY, reverse: true };
