import type { Key } from "@store/core";
import type { Operation } from "../protocol/operation.js";

/** An operation of a batch as it is sent, and what its answer comes to. */
export interface Sent {
  readonly operation: Operation<unknown>;
  readonly result: (answer: unknown) => unknown;
}

/** One whose answer is read as `T`. */
export function sentAs<T>(operation: Operation<T>, result: (answer: T) => unknown): Sent {
  return { operation, result: result as (answer: unknown) => unknown };
}

/** The key of a number under a prefix; null: the number itself. */
export function keyOf(prefix: readonly Key[] | null, number: number): Key {
  return prefix === null ? number : [...prefix, number];
}
