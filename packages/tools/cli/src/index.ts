export { main } from "./process-io.js";
export { decodeText, encodeText, TextFormError } from "./text-form/text-form.js";
