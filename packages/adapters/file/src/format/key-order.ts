/**
 * Keys compare byte by byte, a shorter one first: below 0 if the first key is below the second, 0 if they are equal. The
 * order of what is on disk: never change it. A loop, because calls of Buffer.compare take longer than short keys do.
 */
export function compareKeys(
  first: Uint8Array,
  firstStart: number,
  firstEnd: number,
  second: Uint8Array,
  secondStart: number,
  secondEnd: number,
): number {
  const length = firstEnd - firstStart;
  const difference = length - (secondEnd - secondStart);
  const common = difference < 0 ? length : length - difference;
  for (let index = 0; index < common; index++) {
    const order = (first[firstStart + index] as number) - (second[secondStart + index] as number);
    if (order !== 0) return order;
  }
  return difference;
}
