export type { Io, Terminal } from "./output/io.js";
export { main } from "./process-io.js";
export { run } from "./run.js";
export { decodeText, encodeText, TextFormError } from "./text-form/text-form.js";
