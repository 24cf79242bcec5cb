import { program } from "../../../tooling/tsup.js";

export default { ...program, entry: ["src/main.ts", "src/worker.ts", "src/asker.ts"] };
