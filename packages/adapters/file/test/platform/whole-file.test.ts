import { expect, test } from "vitest";
import { FailingFileSystem } from "../../simulation/failing-file-system.js";
import { MemoryFileSystem } from "../../simulation/memory-file-system.js";
import { readWhole, sizeAt, writeFully } from "../../src/platform/whole-file.js";

/** Says that nothing was written, as a full disk may. */
class FullFileSystem extends FailingFileSystem {
  override write(): number {
    return 0;
  }
}

test("writeFully of which nothing is written fails, and isn't tried for ever", () => {
  const fileSystem = new FullFileSystem(new MemoryFileSystem());
  const file = fileSystem.create("/file");
  expect(() => writeFully(fileSystem, file, Buffer.from("content"), 0, 7, 0)).toThrow(
    expect.objectContaining({ code: "EIO" }),
  );
});

test("writeFully and readWhole go on with what was short", () => {
  const fileSystem = new FailingFileSystem(new MemoryFileSystem());
  fileSystem.halvesTransfers = true;
  const file = fileSystem.create("/file");
  writeFully(fileSystem, file, Buffer.from("some content"), 5, 12, 2);
  expect(readWhole(fileSystem, "/file").toString()).toBe("\0\0content");
  expect(sizeAt(fileSystem, "/file")).toBe(9);
  expect(sizeAt(fileSystem, "/none")).toBe(0);
});
