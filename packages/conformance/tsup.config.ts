import type { Options } from "tsup";
import { library } from "../../tooling/tsup.js";

export default {
  ...library,
  // The second is the program of the kit's processes: nobody imports it.
  entry: { index: "src/index.ts", "worker-program": "src/processes/worker-program.ts" },
  dts: { entry: "src/index.ts" },
  esbuildOptions(options, { format }) {
    // CommonJS has none; program-path.ts doesn't ask for it there.
    if (format === "cjs") options.define = { ...options.define, "import.meta.url": "undefined" };
  },
} satisfies Options;
