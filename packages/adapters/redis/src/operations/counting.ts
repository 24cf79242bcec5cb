import { encodeKey } from "@store/codec";
import type { CounterStep, Key, StoreRecord } from "@store/core";
import { ByteWriter } from "../protocol/byte-writer.js";
import { OPERATION as OP, STATUS } from "../script/codes.js";
import { type Make, momentText, readCurrent, write } from "./make.js";
import { valueBytes } from "./record-bytes.js";

/** What a counter begins with. */
export interface Initial {
  readonly record: StoreRecord;
  readonly moment: number | undefined;
  /** It is what is stored, and counts no more. */
  readonly isCounted: boolean;
}

/** The new values; or what is stored, where the script can't count it. */
export type Counted = { readonly values: number[] } | { readonly current: Buffer | undefined };

/** Whether the script can count by a step: its numbers have to be exact as doubles, and -0 has bytes of its own. */
export function isSimple({ increment, bound }: CounterStep): boolean {
  return [increment, bound?.threshold ?? 0, bound?.setValue ?? 0].every(
    (operand) => typeof operand === "number" && !Object.is(operand, -0),
  );
}

/** @param steps simple ones */
export const count: Make<
  [key: Key, steps: readonly CounterStep[], initial: Initial | undefined],
  Counted
> = (table, key, steps, initial) => {
  const body = new ByteWriter().text(encodeKey(key));
  if (initial === undefined) body.byte(0);
  else {
    body.byte(initial.isCounted ? 2 : 1);
    body.text(valueBytes(initial.record)).text(momentText(initial.moment));
  }
  body.number(steps.length);
  for (const { position, increment, bound } of steps) {
    body
      .number(position)
      .byte(bound === undefined ? 0 : 1)
      .double(Number(increment));
    if (bound !== undefined) body.double(Number(bound.threshold)).double(Number(bound.setValue));
  }
  return write(table, OP.count, body, (answer, status) =>
    status === STATUS.needed
      ? { current: readCurrent(answer) }
      : { values: answer.list(() => answer.double()) },
  );
};
