/** Of this thread alone: no other ever looks at it. */
const own = new Int32Array(new SharedArrayBuffer(4));

/**
 * Everything that was read before is read before what `Atomics` reads after it, on every machine: decision 0019 says why a
 * store is what it takes.
 */
export function fence(): void {
  Atomics.store(own, 0, 0);
}
