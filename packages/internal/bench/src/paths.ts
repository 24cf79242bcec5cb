import { fileURLToPath } from "node:url";

/** Of the bundled program in `dist`. */
const pathOf = (path: string) => fileURLToPath(new URL(path, import.meta.url));

export const workspaceDirectory = pathOf("../../../../");
export const peersDirectory = pathOf("../peers");
/** Programs of other threads and processes. */
export const othersDirectory = pathOf("../others");
export const erlangDirectory = pathOf("../erlang");
/** Where tables are, of a run: on the disk that the project is on. */
export const scratchDirectory = pathOf("../node_modules/.cache/store-bench");
export const program = fileURLToPath(import.meta.url);
