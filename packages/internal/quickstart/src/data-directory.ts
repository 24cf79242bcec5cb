import { rmSync } from "node:fs";
import { join, relative } from "node:path";
import { fileURLToPath } from "node:url";

const DATA = fileURLToPath(new URL("../data", import.meta.url));

/** A directory for tables that doesn't exist yet: what an earlier start left in its place is removed. */
export function newDataDirectory(name: string): string {
  const directory = join(DATA, name);
  rmSync(directory, { recursive: true, force: true });
  return directory;
}

/** A path as one would write it where the program was started. */
export function shown(path: string): string {
  return relative(process.cwd(), path);
}
