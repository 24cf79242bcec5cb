import type { Mode, Scan } from "@store/core";

/** What a scan comes by, but for its first items. */
export function passingOver<T>(scan: Scan<Mode, T>, count: number): Scan<Mode, T> {
  if (count === 0) return scan;
  return Symbol.asyncIterator in scan ? later(scan, count) : soon(scan as Iterable<T>, count);
}

function* soon<T>(items: Iterable<T>, count: number): Generator<T, void> {
  let left = count;
  for (const item of items) if (left-- <= 0) yield item;
}

async function* later<T>(items: AsyncIterable<T>, count: number): AsyncGenerator<T, void> {
  let left = count;
  for await (const item of items) if (left-- <= 0) yield item;
}
