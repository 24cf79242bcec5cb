import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, onTestFinished, test } from "vitest";
import { dataFiles } from "../../src/durable/data-files.js";

test("the files of a data directory are those in all of its directories, with their sizes", () => {
  const directory = mkdtempSync(join(tmpdir(), "store-quickstart-"));
  onTestFinished(() => rmSync(directory, { recursive: true }));
  mkdirSync(join(directory, "E000001", "lock"), { recursive: true });
  writeFileSync(join(directory, "E000001", "000002.log"), "12345");
  writeFileSync(join(directory, "E000001", "000001.run"), "678");

  expect([...dataFiles(directory)]).toEqual([
    ["000001.run", 3],
    ["000002.log", 5],
  ]);
});
