import type { Options } from "tsup";
import { library } from "../../tooling/tsup.js";

export default {
  ...library,
  // The second is the program of the kit's processes: nobody imports it.
  entry: ["src/index.ts", "src/adapter-process.ts"],
  dts: { entry: "src/index.ts" },
  esbuildOptions(options, { format }) {
    // CommonJS has none; program.ts doesn't ask for it there.
    if (format === "cjs") options.define = { ...options.define, "import.meta.url": "undefined" };
  },
} satisfies Options;
