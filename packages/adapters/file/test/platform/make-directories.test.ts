import { expect, test } from "vitest";
import { FailingFileSystem } from "../../simulation/failing-file-system.js";
import { MemoryFileSystem } from "../../simulation/memory-file-system.js";
import { isDirectory, makeDirectories } from "../../src/platform/make-directories.js";

test("a directory isn't made where a file is, nor is anything else", () => {
  const memory = new MemoryFileSystem();
  memory.makeDirectory("/a");
  memory.close(memory.create("/a/file"));
  const fileSystem = new FailingFileSystem(memory);
  const refusal = expect.objectContaining({
    code: "ENOTDIR",
    message: "ENOTDIR: /a/file is not a directory",
  });
  expect(() => makeDirectories(fileSystem, "/a/file")).toThrow(refusal);
  expect(() => isDirectory(fileSystem, "/a/file")).toThrow(refusal);
  expect([isDirectory(fileSystem, "/a"), isDirectory(fileSystem, "/b")]).toEqual([true, false]);
  expect(fileSystem.count("makeDirectory")).toBe(0);
});
