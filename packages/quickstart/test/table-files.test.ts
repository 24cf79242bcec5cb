import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, onTestFinished, test } from "vitest";
import { tableSizes } from "../src/table-files.js";

test("the size of a table is that of all files under its directory", () => {
  const directory = mkdtempSync(join(tmpdir(), "store-quickstart-"));
  onTestFinished(() => rmSync(directory, { recursive: true }));
  mkdirSync(join(directory, "atlas", "cities", "1", "lock"), { recursive: true });
  mkdirSync(join(directory, "runs", "empty"), { recursive: true });
  writeFileSync(join(directory, "atlas", "cities", "a"), "12345");
  writeFileSync(join(directory, "atlas", "cities", "1", "b"), "678");

  expect(tableSizes(directory)).toEqual(
    new Map([
      ["cities", 8],
      ["empty", 0],
    ]),
  );
});
