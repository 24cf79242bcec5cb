import { program } from "../../../tooling/tsup.js";

export default {
  ...program,
  entry: {
    main: "src/main.ts",
    worker: "src/durable/worker.ts",
    asker: "src/shared/asker.ts",
  },
};
