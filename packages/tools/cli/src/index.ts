export { decodeText, encodeText, TextFormError } from "@store/text-form";
export { main } from "./process-io.js";
