import { conformance } from "@store/conformance";
import { memoryAdapter } from "@store/memory";
import { describe, test } from "vitest";
import { isLong } from "../../../../tooling/long.js";
import { clusterAdapter } from "../src/index.js";
import { newDirectory, removeDirectory } from "./support/places.js";

// In `npm test` the kit runs over a served store, and test/campaigns kill members of a cluster.
describe.skipIf(!isLong)("a cluster", () => {
  conformance(
    { describe, test },
    {
      createAdapter: () => ({
        adapter: clusterAdapter,
        options: { dataDir: newDirectory(), autoSave: Number.POSITIVE_INFINITY },
      }),
      cleanup: ({ options: { dataDir } }) => removeDirectory(dataDir),
      invalidOptions: [
        { dataDir: 1 },
        { autoSave: -1 },
        { callTimeout: 0 },
        { readOnly: true },
        { path: "x" },
      ],
      reference: memoryAdapter,
      runs: 40,
      timeoutMs: 30_000,
      processes: {
        module: new URL("../dist/index.js", import.meta.url),
        export: "clusterAdapter",
        survivesKill: "returned",
      },
    },
  );
});
