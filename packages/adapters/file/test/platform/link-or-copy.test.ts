import { expect, test } from "vitest";
import { FailingFileSystem } from "../../simulation/failing-file-system.js";
import { MemoryFileSystem } from "../../simulation/memory-file-system.js";
import { linkOrCopy } from "../../src/platform/link-or-copy.js";
import { readWhole, sizeAt, writeFully } from "../../src/platform/whole-file.js";

const CONTENT = Buffer.alloc(2 ** 20 + 100, "content");

/** A file system without links, with a file `/from`. */
function withoutLinks(): FailingFileSystem {
  const fileSystem = new FailingFileSystem(new MemoryFileSystem());
  const file = fileSystem.create("/from");
  writeFully(fileSystem, file, CONTENT, 0, CONTENT.length, 0);
  fileSystem.close(file);
  fileSystem.fail({ nth: 1, code: "EPERM", calls: ["link"], lasting: true });
  return fileSystem;
}

test.each([
  ["all of a file", CONTENT.length, CONTENT.length],
  ["its beginning", 100, 100],
  ["as much as there is of a file that is shorter than it should be", 2 ** 22, CONTENT.length],
])("where there are no links, copies %s, onto the disk", (_, length, copied) => {
  const fileSystem = withoutLinks();
  linkOrCopy(fileSystem, "/from", "/to", length);
  expect(readWhole(fileSystem, "/to").equals(CONTENT.subarray(0, copied))).toBe(true);
  expect(sizeAt(fileSystem, "/to")).toBe(copied);
  expect(fileSystem.count("sync")).toBe(1);
  expect(fileSystem.count("close")).toBe(fileSystem.count("open") + fileSystem.count("create"));
});

test.each(["EEXIST", "ENOENT"])("a link that fails with %s isn't made up for by a copy", (code) => {
  const fileSystem = withoutLinks();
  fileSystem.fail({ nth: 1, code, calls: ["link"] });
  expect(() => linkOrCopy(fileSystem, "/from", "/to", 1)).toThrow(
    expect.objectContaining({ code }),
  );
  expect(sizeAt(fileSystem, "/to")).toBe(0);
});
