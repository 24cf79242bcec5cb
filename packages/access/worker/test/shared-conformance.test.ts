import { conformance } from "@store/conformance";
import { memoryAdapter } from "@store/memory";
import { describe } from "vitest";
import { kitRunner } from "../../../../tooling/kit-runner.js";
import { isLong } from "../../../../tooling/long.js";
import { sharedAdapter } from "../src/index.js";

for (const options of isLong ? [{}, { atomicCounters: true }] : [{}]) {
  describe(`sharedAdapter ${JSON.stringify(options)}`, () => {
    conformance(kitRunner(4), {
      createAdapter: () => ({ adapter: sharedAdapter, options }),
      invalidOptions: [{ dataDir: "somewhere" }, { atomicCounters: 1 }],
      reference: memoryAdapter,
      ...(!isLong && { runs: 5 }),
    });
  });
}
