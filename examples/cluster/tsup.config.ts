import { program } from "../../tooling/tsup.js";

export default program;
