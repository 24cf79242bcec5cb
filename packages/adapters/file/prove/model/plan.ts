import type { TableType } from "@store/core";
import * as fc from "fast-check";
import type { NormalizedFileOptions } from "../../src/options.js";
import { WRITE_BUFFERS } from "../workload/machine.js";

/** Milliseconds. */
export const AUTO_SAVE = 1000;

/** What a table is opened with, each time. */
export interface Plan
  extends Pick<
    NormalizedFileOptions,
    "autoSave" | "ramFile" | "atomicCounters" | "cacheBytes" | "repair"
  > {
  readonly type: TableType;
  readonly writeBufferBytes: number;
}

export const anyPlan: fc.Arbitrary<Plan> = fc.record({
  type: fc.constantFrom<TableType>("set", "ordered_set", "bag", "duplicate_bag"),
  writeBufferBytes: fc.constantFrom(...[...WRITE_BUFFERS].reverse()),
  autoSave: fc.constantFrom(AUTO_SAVE, AUTO_SAVE, 0, Number.POSITIVE_INFINITY),
  ramFile: oneIn(4),
  atomicCounters: oneIn(2),
  cacheBytes: fc.constantFrom(2 ** 24, 0, 2000),
  repair: fc.constantFrom(false, true),
});

/** True once in so many times. Shrinks to false. */
function oneIn(times: number): fc.Arbitrary<boolean> {
  return fc.nat({ max: times - 1 }).map((number) => number === times - 1);
}
