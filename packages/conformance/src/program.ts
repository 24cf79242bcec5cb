import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

// A module has no __filename, CommonJS no import.meta.
const here = typeof __filename === "string" ? __filename : fileURLToPath(import.meta.url);

/** The program of the kit's processes, `adapter-process.ts`, as it is built. */
export const PROGRAM = join(dirname(here), "../dist/adapter-process.js");
