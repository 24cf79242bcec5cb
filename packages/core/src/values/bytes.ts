type Compare = (this: void, a: Uint8Array, b: Uint8Array) => number;

/** Whether both are the same bytes. */
export function equalBytes(a: Uint8Array, b: Uint8Array): boolean {
  return a.length === b.length && compareBytes(a, b) === 0;
}

/** Byte by byte; of two of which one begins the other, the shorter one comes first. */
export function compareBytes(a: Uint8Array, b: Uint8Array): number {
  return Math.min(a.length, b.length) < MANY ? compareFrom(a, b, 0) : compareMany(a, b);
}

/** For fewer bytes a loop takes less time than a call, by measurement. */
const MANY = 48;

/** By measurement Node's takes a third of the time of {@link compareWords}, and that a quarter of a loop over bytes. */
const compareMany: Compare =
  (globalThis as { Buffer?: { compare?: Compare } }).Buffer?.compare ?? compareWords;

/** {@link compareBytes}, by what every runtime has: four bytes at a time, if both lie so in memory. */
export function compareWords(a: Uint8Array, b: Uint8Array): number {
  if (a.byteOffset % 4 !== 0 || b.byteOffset % 4 !== 0) return compareFrom(a, b, 0);
  const length = Math.min(a.length, b.length) >> 2;
  const wordsOfA = new Int32Array(a.buffer, a.byteOffset, length);
  const wordsOfB = new Int32Array(b.buffer, b.byteOffset, length);
  let index = 0;
  while (index < length && wordsOfA[index] === wordsOfB[index]) index++;
  return compareFrom(a, b, 4 * index);
}

function compareFrom(a: Uint8Array, b: Uint8Array, start: number): number {
  const length = Math.min(a.length, b.length);
  for (let index = start; index < length; index++) {
    const difference = (a[index] as number) - (b[index] as number);
    if (difference !== 0) return difference;
  }
  return a.length - b.length;
}
