import { toolkit } from "@store/core";
import { expect, test } from "vitest";
import { MemoryFileSystem } from "../../simulation/memory-file-system.js";
import { createFileAdapter } from "../../src/file-adapter.js";
import { nodeHost } from "../../src/platform/node-host.js";

test("insertMany tells records of one hash apart by comparing them", () => {
  const adapter = createFileAdapter({ fileSystem: new MemoryFileSystem(), host: nodeHost });
  const options = adapter.normalizeOptions({ dataDir: "/data" });
  const backend = adapter.open(options, { ...toolkit, hashRecord: () => 1 });
  const table = backend.openTable("d", "t", "bag");
  table.insertMany([
    ["k", 1],
    ["k", 2],
    ["k", 1],
    ["k", 3],
  ]);
  expect(table.lookup("k")).toEqual([
    ["k", 1],
    ["k", 2],
    ["k", 3],
  ]);
  table.close();
});
