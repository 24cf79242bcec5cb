import type { TableType } from "@store/core";
import type { Random } from "../random.js";
import { type DirectoryOptions, WRITE_BUFFERS } from "./machine.js";

const TYPES: readonly TableType[] = ["set", "ordered_set", "bag", "duplicate_bag"];
/** Milliseconds. */
export const AUTO_SAVE = 1000;

/** What happens in a life, but for the changes themselves. */
export interface WorkloadPlan extends DirectoryOptions {
  /** So many things happen. */
  readonly length: number;
  /** Whether batches of several frames are among them. */
  readonly isHuge: boolean;
  /** Whether a process that dies loses what was acknowledged, as it may. */
  readonly isLossy: boolean;
}

export function randomPlan(random: Random): WorkloadPlan {
  const ramFile = random.oneIn(5);
  return {
    tables: [
      { domain: "d", name: "a", type: random.pick(TYPES) },
      { domain: "d", name: "b", type: random.pick(TYPES) },
      { domain: "e", name: "c", type: random.pick(TYPES) },
    ],
    options: {
      autoSave: random.pick([0, AUTO_SAVE, AUTO_SAVE, Number.POSITIVE_INFINITY]),
      ramFile,
      repair: false,
    },
    writeBufferBytes: random.pick(WRITE_BUFFERS),
    length: random.pick([3, 5, 10, 10, 20, 20, 40, 80]),
    isHuge: random.oneIn(12),
    isLossy: ramFile,
  };
}
