/** `npm run test:long`: everything in full. `npm test` does a part of what takes long, the same part each time. */
export const isLong = process.env.STORE_LONG === "1";

/** How much of something to test. */
export function partOf(part: number, whole: number): number {
  return isLong ? whole : part;
}
