import { toolkit } from "@store/core";
import { expect, test } from "vitest";
import { memoryAdapter } from "../src/index.js";

test("domains lists those that have tables", () => {
  const backend = memoryAdapter.open(memoryAdapter.normalizeOptions({}), toolkit);
  expect(backend.domains?.()).toEqual([]);
  for (const domain of ["a", "b"]) backend.openTable(domain, "t", "set");
  backend.openTable("a", "u", "bag");
  expect(backend.domains?.()).toEqual(["a", "b"]);
  backend.dropTable("b", "t");
  expect(backend.domains?.()).toEqual(["a"]);
});
