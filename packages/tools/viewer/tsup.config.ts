import { build } from "esbuild";
import { defineConfig } from "tsup";
import { builtIn } from "../../../tooling/bundling.js";
import { library } from "../../../tooling/tsup.js";

export default defineConfig({
  ...library,
  // Where the page's files are, also in CommonJS.
  shims: true,
  // What runs in the browser, and its style sheet, beside the server that hands them out.
  async onSuccess() {
    await build({
      entryPoints: { page: "src/page/main.tsx" },
      outdir: "dist",
      entryNames: "[name]/app",
      bundle: true,
      minify: true,
      format: "esm",
      platform: "browser",
      target: "es2022",
      tsconfig: "src/page/tsconfig.json",
      // Not named in the file: a browser would ask for it without the token.
      sourcemap: "external",
      logLevel: "warning",
      plugins: [builtIn([])],
    });
  },
});
