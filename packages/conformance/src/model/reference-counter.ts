import type { CounterOp } from "@store/core";
import { Expected } from "./expected.js";

/** `record` after `op`, or the error that it must fail with. */
export function countedRecord(record: readonly unknown[], op: CounterOp): unknown[] {
  const [position, increment, threshold, setValue] = parts(op);
  const value = record[position - 1];
  const isBig = typeof value === "bigint";
  if (!isBig && !Number.isSafeInteger(value)) throw new Expected("STORE_INVALID_OPERATION");
  const operands = [increment, threshold, setValue];
  if (!isBig && operands.some((operand) => typeof operand === "bigint")) {
    throw new Expected("STORE_INVALID_OPERATION");
  }
  // Calculated as bigints, which is exact: a result that a number can't hold is outside the safe integers.
  let result = BigInt(value as number | bigint) + BigInt(increment);
  if (threshold !== undefined && setValue !== undefined) {
    const passed = increment >= 0 ? result > BigInt(threshold) : result < BigInt(threshold);
    if (passed) result = BigInt(setValue);
  }
  if (!isBig && !Number.isSafeInteger(Number(result))) {
    throw new Expected("STORE_COUNTER_OVERFLOW");
  }
  return record.map((element, index) => {
    if (index !== position - 1) return element;
    return isBig ? result : Number(result);
  });
}

type Operand = number | bigint;

function parts(op: CounterOp): [number, Operand, Operand?, Operand?] {
  if (typeof op === "number" || typeof op === "bigint") return [2, op];
  return op.length === 2 ? [op[0], op[1]] : [op[0], op[1], op[2], op[3]];
}
