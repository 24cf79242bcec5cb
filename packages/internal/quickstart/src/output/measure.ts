/** Does something, and says how long it took. */
export function timed<T>(work: () => T): { value: T; milliseconds: number } {
  const began = performance.now();
  const value = work();
  return { value, milliseconds: performance.now() - began };
}

/** A duration in the unit that reads best: `"85 µs"`, `"3.1 ms"`, `"240 ms"`, `"1.5 s"`. */
export function formatDuration(milliseconds: number): string {
  if (milliseconds < 1) return `${Math.round(milliseconds * 1_000)} µs`;
  if (milliseconds < 10) return `${milliseconds.toFixed(1)} ms`;
  if (milliseconds < 1_000) return `${Math.round(milliseconds)} ms`;
  return `${(milliseconds / 1_000).toFixed(1)} s`;
}

/** How many a second, to two digits: nobody measures better than that in one go. */
export function formatRate(count: number, milliseconds: number): string {
  const rate = Number(((count / milliseconds) * 1_000).toPrecision(2));
  return `${rate.toLocaleString("en-US")}/s`;
}

/** How many bytes, in the unit that reads best: `"512 bytes"`, `"4.1 kB"`, `"12.3 MB"`. */
export function formatBytes(bytes: number): string {
  if (bytes < 1_000) return `${bytes} bytes`;
  return bytes < 1_000_000 ? `${(bytes / 1e3).toFixed(1)} kB` : `${(bytes / 1e6).toFixed(1)} MB`;
}
