import { toolkit } from "@store/core";

/** Whether two values are deeply equal, as tables compare them. */
export function isEqual(a: unknown, b: unknown): boolean {
  return toolkit.equalRecords([null, a], [null, b]);
}
