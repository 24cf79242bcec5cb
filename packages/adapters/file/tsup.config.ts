import { builtIn } from "../../../tooling/bundling.js";
import { library } from "../../../tooling/tsup.js";

export default {
  ...library,
  inject: ["replacements/clock.mjs"],
  esbuildPlugins: [builtIn(["graceful-fs", "signal-exit"])],
};
