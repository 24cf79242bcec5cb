/// <reference path="./msgpackr-no-eval.d.ts" />

// Like all of msgpackr, but with extensions that the rest of the program doesn't share: one that somebody registers for
// Buffers, say, would be written into our files. It has no native part either, and compiles no code.
export { Packr, RESET_BUFFER_MODE } from "msgpackr/index-no-eval";
