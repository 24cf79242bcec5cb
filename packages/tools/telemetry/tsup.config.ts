import type { Options } from "tsup";
import { library } from "../../../tooling/tsup.js";

export default {
  ...library,
  esbuildOptions(options, { format }) {
    // CommonJS has none; open-telemetry.ts doesn't ask for it there.
    if (format === "cjs") options.define = { ...options.define, "import.meta.url": "undefined" };
  },
} satisfies Options;
