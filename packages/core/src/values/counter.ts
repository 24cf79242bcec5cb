import { describe } from "../errors/describe.js";
import { Refusal } from "../errors/errors.js";
import {
  checkElement,
  type ElementAt,
  type Position,
  type StoreRecord,
  withElementAt,
} from "./record.js";

/** A safe integer `number`, or a `bigint` of any size. */
export type Integer = number | bigint;

/**
 * What `updateCounter` does: add an integer to element 2; add `increment` to the element at `position`; or that with a
 * bound: where the result passes `threshold` (above it for an increment >= 0, below it for one < 0), `setValue` instead.
 * The element is one that may hold an integer.
 */
export type CounterOp<R extends StoreRecord = StoreRecord> =
  | (CanCount<ElementAt<R, 2>> extends never ? never : Integer)
  | CounterPair<R>;

/** A {@link CounterOp} that names its position; lists are of these. */
export type CounterPair<R extends StoreRecord = StoreRecord> =
  | readonly [position: CounterPosition<R>, increment: Integer]
  | readonly [
      position: CounterPosition<R>,
      increment: Integer,
      threshold: Integer,
      setValue: Integer,
    ];

/** The positions of the elements that may hold an integer. */
export type CounterPosition<R extends StoreRecord> = CountingPosition<R, Position<R>>;

type CountingPosition<R extends StoreRecord, P extends number> = P extends unknown
  ? CanCount<ElementAt<R, P>> extends never
    ? never
    : P
  : never;

/** The part of a type that may be an integer, `never` if none is. */
type CanCount<T> = unknown extends T ? Integer : Extract<T, Integer>;

/** What `updateCounter` returns for a record type and an op: `number` or `bigint`, as the element is. */
export type CounterValue<R extends StoreRecord, Op> = IntegerLike<
  CanCount<
    Op extends readonly [infer P extends number, ...unknown[]] ? ElementAt<R, P> : ElementAt<R, 2>
  >
>;

type IntegerLike<T> = [T] extends [number] ? number : [T] extends [bigint] ? bigint : Integer;

/** A {@link CounterOp} as adapters get it: checked, the position filled in. */
export interface CounterStep {
  readonly position: number;
  readonly increment: Integer;
  /** Undefined where there is no bound. */
  readonly bound: { readonly threshold: Integer; readonly setValue: Integer } | undefined;
}

/** The step for what the user passed as an op. */
export function counterStep(op: unknown): CounterStep {
  if (isInteger(op)) return { position: 2, increment: op, bound: undefined };
  if (Array.isArray(op) && (op.length === 2 || op.length === 4)) {
    const position: unknown = op[0];
    const increment: unknown = op[1];
    checkPosition(position);
    if (isInteger(increment)) {
      if (op.length === 2) return { position, increment, bound: undefined };
      const threshold: unknown = op[2];
      const setValue: unknown = op[3];
      if (isInteger(threshold) && isInteger(setValue)) {
        return { position, increment, bound: { threshold, setValue } };
      }
    }
  }
  throw new Refusal(
    "STORE_INVALID_OPERATION",
    `a counter op is an integer, [position, increment] or [position, increment, threshold, setValue], of safe integers or bigints; got ${describe(op)}`,
  );
}

/** Refuses a position that no element but the key can have. */
export function checkPosition(position: unknown): asserts position is number {
  if (typeof position !== "number" || !Number.isSafeInteger(position) || position < 2) {
    throw new Refusal(
      "STORE_INVALID_OPERATION",
      `a position is an integer from 2 (element 1 is the key); got ${describe(position)}`,
    );
  }
}

/** The new value of the element that `step` counts. */
export function count(value: unknown, step: CounterStep): Integer {
  if (typeof value === "number" && Number.isSafeInteger(value)) return countNumber(value, step);
  if (typeof value === "bigint") return countBigint(value, step);
  throw new Refusal(
    "STORE_INVALID_OPERATION",
    `element ${step.position} is no integer: ${describe(value)}`,
  );
}

/** `record`, one of a table's own, with the element that `step` counts counted. */
export function counted(record: StoreRecord, step: CounterStep): StoreRecord {
  checkElement(record, step.position);
  return withElementAt(record, step.position, count(record[step.position - 1], step));
}

function countNumber(value: number, { position, increment, bound }: CounterStep): number {
  const threshold = bound?.threshold;
  const setValue = bound?.setValue;
  if (
    typeof increment === "bigint" ||
    typeof threshold === "bigint" ||
    typeof setValue === "bigint"
  ) {
    throw new Refusal(
      "STORE_INVALID_OPERATION",
      `element ${position} is a number, and counts by numbers; got a bigint`,
    );
  }
  // Inexact above 2^53, but never so that it would compare otherwise with a safe integer.
  let result = value + increment;
  if (threshold !== undefined && setValue !== undefined && passes(result, increment, threshold)) {
    result = setValue;
  }
  if (!Number.isSafeInteger(result)) {
    throw new Refusal(
      "STORE_COUNTER_OVERFLOW",
      `element ${position} would leave the safe integers: ${value} + ${increment}`,
    );
  }
  return result;
}

function countBigint(value: bigint, { increment, bound }: CounterStep): bigint {
  const result = value + BigInt(increment);
  return bound !== undefined && passes(result, increment, bound.threshold)
    ? BigInt(bound.setValue)
    : result;
}

function passes(result: Integer, increment: Integer, threshold: Integer): boolean {
  return increment >= 0 ? result > threshold : result < threshold;
}

function isInteger(value: unknown): value is Integer {
  return typeof value === "bigint" || Number.isSafeInteger(value);
}
