import { defineConfig } from "tsup";
import { library } from "../../../tooling/tsup.js";

// `main` is what `npx` and the shell run; it loads what `index` is.
export default defineConfig({
  ...library,
  entry: ["src/index.ts", "src/main.ts"],
  dts: { entry: "src/index.ts" },
  external: ["./index.js"],
});
