import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { onTestFinished } from "vitest";

/** The path of a file that isn't there yet, in a directory that goes with the test. */
export function scratchPath(name = "store.db"): string {
  const directory = mkdtempSync(join(tmpdir(), "sqlite-"));
  onTestFinished(() => rmSync(directory, { recursive: true }));
  return join(directory, name);
}
