import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { conformance } from "@store/conformance";
import { memoryAdapter } from "@store/memory";
import { describe, test } from "vitest";
import { partOf } from "../../../../tooling/long.js";
import { sqliteAdapter } from "../src/index.js";
import { hasSqlite } from "./support/has-sqlite.js";

describe.skipIf(!hasSqlite)("a database file", () => {
  conformance(
    { describe, test },
    {
      createAdapter: () => ({
        adapter: sqliteAdapter,
        options: { path: join(mkdtempSync(join(tmpdir(), "sqlite-")), "store.db") },
      }),
      cleanup: ({ options }) => rmSync(dirname(options.path), { recursive: true }),
      invalidOptions: [
        { path: undefined },
        { path: "" },
        { path: 1 },
        { path: "a\0b" },
        { path: ":memory:" },
        { path: "x", busyTimeout: -1 },
        { path: "x", busyTimeout: 0.5 },
        { path: "x", busyTimeout: 2 ** 31 },
        { path: "x", busyTimeout: "1000" },
        { path: "x", synchronous: "off" },
        { path: "x", file: "y" },
      ],
      reference: memoryAdapter,
      runs: partOf(2, 20),
      processes: {
        module: new URL("../dist/index.js", import.meta.url),
        export: "sqliteAdapter",
        survivesKill: "returned",
        timeoutMs: 60_000,
      },
    },
  );
});
