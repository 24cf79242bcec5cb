import { defineConfig } from "vitest/config";

// See README.md.
export default defineConfig({ test: { include: ["test/golden/write.ts"] } });
