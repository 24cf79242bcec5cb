import { fileURLToPath } from "node:url";

/** Of the bundled program in `dist`. */
const place = (path: string) => fileURLToPath(new URL(path, import.meta.url));

export const workspaceDirectory = place("../../../");
export const peersDirectory = place("../peers");
export const erlangDirectory = place("../erlang");
/** Where tables are, of a run: on the disk that the project is on. */
export const scratchDirectory = place("../node_modules/.cache/store-bench");
export const program = fileURLToPath(import.meta.url);
