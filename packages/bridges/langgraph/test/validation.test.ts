import { validate } from "@langchain/langgraph-checkpoint-validation";
import { afterAll, beforeAll, describe } from "vitest";
import { StoreSaver } from "../src/index.js";
import { backends, type OpenStore } from "./support/backends.js";

for (const backend of backends) {
  const { name, missing } = backend;
  describe.skipIf(missing !== undefined)(missing ? `${name}, skipped: ${missing}` : name, () => {
    let opened: OpenStore;
    let savers = 0;
    beforeAll(async () => {
      opened = await backend.open();
    }, 60_000);
    afterAll(() => opened.close());

    validate({
      checkpointerName: `StoreSaver over ${name}`,
      createCheckpointer: () => new StoreSaver(opened.store, `graph-${savers++}`),
    });
  });
}
