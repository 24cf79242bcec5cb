import type { Output } from "../bytes/output.js";

/** Sorts what was appended from the first of `starts` on, by its bytes. A part begins at each of these, and they ascend. */
export function sortParts(output: Output, starts: readonly number[]): void {
  if (starts.length < 2) return;
  const from = starts[0] as number;
  const unsorted = output.bytes.slice(from, output.at);
  const parts = starts.map((start, index) =>
    unsorted.subarray(start - from, (starts[index + 1] ?? output.at) - from),
  );
  parts.sort(compareBytes);
  let at = from;
  for (const part of parts) {
    output.bytes.set(part, at);
    at += part.length;
  }
}

function compareBytes(a: Uint8Array, b: Uint8Array): number {
  const length = Math.min(a.length, b.length);
  for (let index = 0; index < length; index++) {
    const difference = (a[index] as number) - (b[index] as number);
    if (difference !== 0) return difference;
  }
  return a.length - b.length;
}
