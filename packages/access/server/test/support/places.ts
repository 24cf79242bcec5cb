import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { onTestFinished } from "vitest";

/** A new directory. */
export function newDirectory(): string {
  return mkdtempSync(join(tmpdir(), "server-"));
}

export function removeDirectory(directory: string): void {
  rmSync(directory, { recursive: true, force: true, maxRetries: 5 });
}

/** A directory that is removed when the test has ended. */
export function ownDirectory(): string {
  const directory = newDirectory();
  onTestFinished(() => removeDirectory(directory));
  return directory;
}
