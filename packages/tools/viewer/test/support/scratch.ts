import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { onTestFinished } from "vitest";

/** A directory of the test's own, removed at its end. */
export function scratch(): string {
  const directory = mkdtempSync(join(tmpdir(), "store-viewer-"));
  onTestFinished(() => rmSync(directory, { recursive: true, force: true }));
  return directory;
}
