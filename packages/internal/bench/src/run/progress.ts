export interface Progress {
  readonly done: number;
  readonly total: number;
  /** When it began, as `performance.now()` says. */
  readonly begun: number;
  readonly what: string;
}

/** On a terminal: how far it has come, and how long it may take, on a line that the next one replaces. */
export function showProgress({ done, total, begun, what }: Progress): void {
  if (!process.stderr.isTTY) return;
  const elapsed = (performance.now() - begun) / 1000;
  const left = done === 0 ? "" : `, ${Math.ceil((elapsed / done) * (total - done))} s left`;
  process.stderr.write(`\r\x1b[K${done} of ${total}${left}: ${what}`);
}

/** Takes the line away. */
export function endProgress(): void {
  if (process.stderr.isTTY) process.stderr.write("\r\x1b[K");
}
