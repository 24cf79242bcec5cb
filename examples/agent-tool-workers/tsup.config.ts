import { defineConfig } from "tsup";
import { program } from "../../tooling/tsup.js";

export default defineConfig({ ...program, entry: ["src/agent.ts", "src/tool-worker.ts"] });
