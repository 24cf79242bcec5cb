/** `npm run test:long`: everything in full. */
export const isLong = process.env.STORE_LONG === "1";

/** CI runs whole what `npm test` does a part of, the same part each time, and so does `npm run test:long`. */
export const isWhole = isLong || process.env.STORE_WHOLE_KITS === "1";

/**
 * How much of something to test.
 * @param few in `npm test`, where CI does more than that
 */
export function partOf(part: number, whole: number, few: number = part): number {
  if (isLong) return whole;
  return isWhole ? part : few;
}
