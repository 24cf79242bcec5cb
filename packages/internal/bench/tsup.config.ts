export { program as default } from "../../../tooling/tsup.js";
