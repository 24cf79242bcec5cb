import { readdirSync, statSync } from "node:fs";
import { join } from "node:path";

/** How many bytes the files of each table in a data directory have: a table is a directory in that of its domain. */
export function tableSizes(dataDir: string): Map<string, number> {
  const sizes = new Map<string, number>();
  for (const domain of readdirSync(dataDir)) {
    for (const table of readdirSync(join(dataDir, domain))) {
      sizes.set(table, sizeOf(join(dataDir, domain, table)));
    }
  }
  return sizes;
}

function sizeOf(directory: string): number {
  return readdirSync(directory, { recursive: true, encoding: "utf8" })
    .map((file) => statSync(join(directory, file)))
    .reduce((sum, status) => (status.isFile() ? sum + status.size : sum), 0);
}
