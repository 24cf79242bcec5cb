import { defineConfig } from "tsup";
import { library } from "../../../tooling/tsup.js";

// `main` is what `npx` and the shell run; it loads what `index` is.
export default defineConfig({
  ...library,
  entry: ["src/index.ts", "src/main.ts"],
  // What is built in has no declarations elsewhere: they are taken from its source, as if it were of this package.
  dts: {
    entry: "src/index.ts",
    compilerOptions: { paths: { "@store/text-form": ["../../text-form/src/index.ts"] } },
  },
  external: ["./index.js"],
});
