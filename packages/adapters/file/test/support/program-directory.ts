import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll } from "vitest";

/** A directory for compiled programs, which is removed after the tests of a file. */
export function programDirectory(): string {
  const directory = mkdtempSync(join(tmpdir(), "store-file-programs-"));
  afterAll(() => rmSync(directory, { recursive: true }));
  return directory;
}
