import type { CounterStep } from "@store/core";
import type { FrameWriter } from "./frame-writer.js";
import { Malformed } from "./malformed.js";
import type { PayloadReader } from "./payload-reader.js";

export function writeStep(output: FrameWriter, { position, increment, bound }: CounterStep): void {
  output.uint32(position);
  output.key(increment);
  output.boolean(bound !== undefined);
  if (bound !== undefined) {
    output.key(bound.threshold);
    output.key(bound.setValue);
  }
}

export function readStep(input: PayloadReader): CounterStep {
  const position = readPosition(input);
  const increment = input.integer();
  const bound = input.boolean()
    ? { threshold: input.integer(), setValue: input.integer() }
    : undefined;
  return { position, increment, bound };
}

/** That of an element behind the key. */
export function readPosition(input: PayloadReader): number {
  const position = input.uint32();
  if (position < 2) throw new Malformed(`${position} is no position behind the key`);
  return position;
}
