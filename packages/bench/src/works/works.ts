import type { Work } from "../work.js";
import { FILE_WORKS } from "./file-works.js";
import { MEMORY_WORKS } from "./memory-works.js";
import { TABLE_WORKS } from "./table-works.js";

/** All that is measured, in the order of the report. */
export const WORKS: readonly Work[] = [...MEMORY_WORKS, ...FILE_WORKS, ...TABLE_WORKS];
