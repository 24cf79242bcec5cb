import { build } from "esbuild";
import { defineConfig } from "tsup";
import { builtIn } from "../../../tooling/bundling.js";
import { library } from "../../../tooling/tsup.js";

export default defineConfig({
  ...library,
  esbuildOptions(options, { format }) {
    if (format !== "cjs") return;
    // CommonJS has none, and the page's files are beside the code there, too.
    options.define = { ...options.define, "import.meta.url": "moduleUrl" };
    options.banner = {
      js: 'const moduleUrl = require("node:url").pathToFileURL(__filename).href;',
    };
  },
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
