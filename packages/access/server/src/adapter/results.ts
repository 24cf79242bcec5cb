import type { Key, KeyRecords, Moments, TableUsage } from "@store/core";
import type { PayloadReader } from "../protocol/payload-reader.js";

/** Reads, or writes, nothing. */
export function nothing(): void {}

export const readBoolean = (payload: PayloadReader): boolean => payload.boolean();
export const readNumber = (payload: PayloadReader): number => payload.float();
export const readKey = (payload: PayloadReader): Key | undefined => payload.optionalKey();
export const readMoments = (payload: PayloadReader): Moments =>
  payload.list(() => payload.moment());

export function readEntry(payload: PayloadReader): KeyRecords | undefined {
  const key = payload.optionalKey();
  return key === undefined ? undefined : [key, payload.elements(key)];
}

/** Members that aren't known are left out. */
export function readUsage(payload: PayloadReader): TableUsage {
  const [, memoryBytes, diskBytes, details] = payload.record();
  const usage = { memoryBytes, diskBytes, details };
  return Object.fromEntries(
    Object.entries(usage).filter(([, value]) => value !== undefined),
  ) as TableUsage;
}
