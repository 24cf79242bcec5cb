import { conformance } from "@store/conformance";
import { describe, test } from "vitest";
import { memoryAdapter } from "../src/index.js";

conformance(
  { describe, test },
  { createAdapter: () => memoryAdapter, invalidOptions: [{ dataDir: "somewhere" }] },
);
