import { readdirSync, statSync } from "node:fs";
import { basename, join } from "node:path";

/** The files that a data directory keeps its tables in, by name, with their bytes: the log, the runs, the manifest. */
export function dataFiles(dataDir: string): Map<string, number> {
  const files = readdirSync(dataDir, { recursive: true, encoding: "utf8" }).sort();
  const sizes = new Map<string, number>();
  for (const file of files) {
    const status = statSync(join(dataDir, file));
    if (status.isFile()) sizes.set(basename(file), status.size);
  }
  return sizes;
}
