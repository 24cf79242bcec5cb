import type { TableType } from "@store/core";
import type { FrameWriter } from "./frame-writer.js";
import { Malformed } from "./malformed.js";
import type { PayloadReader } from "./payload-reader.js";

/** The number of a type is its place here; 0 is none. */
const TYPES: readonly (TableType | undefined)[] = [
  undefined,
  "set",
  "ordered_set",
  "bag",
  "duplicate_bag",
];

export function writeType(output: FrameWriter, type: TableType | undefined): void {
  output.byte(TYPES.indexOf(type));
}

export function readType(input: PayloadReader): TableType | undefined {
  const number = input.byte();
  if (number < TYPES.length) return TYPES[number];
  throw new Malformed(`there is no type ${number} of tables`);
}
