import { existsSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

// A module has no __filename, CommonJS no import.meta.
const here = typeof __filename === "string" ? __filename : fileURLToPath(import.meta.url);

/** The built program of the kit's processes, `worker-program.ts`: also when the kit itself runs from its source. */
export const PROGRAM = join(packageRoot(dirname(here)), "dist/worker-program.js");

function packageRoot(directory: string): string {
  const isRoot = existsSync(join(directory, "package.json")) || dirname(directory) === directory;
  return isRoot ? directory : packageRoot(dirname(directory));
}
