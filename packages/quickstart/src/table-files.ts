import { readdirSync, statSync } from "node:fs";
import { join } from "node:path";

/** How many bytes the files of each table in a data directory have: a table is a directory in it. */
export function tableSizes(dataDir: string): Map<string, number> {
  return new Map(readdirSync(dataDir).map((table) => [table, sizeOf(join(dataDir, table))]));
}

function sizeOf(directory: string): number {
  return readdirSync(directory, { recursive: true, encoding: "utf8" })
    .map((file) => statSync(join(directory, file)))
    .reduce((sum, status) => (status.isFile() ? sum + status.size : sum), 0);
}
