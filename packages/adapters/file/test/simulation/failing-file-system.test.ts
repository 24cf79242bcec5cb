import { describe, expect, test } from "vitest";
import { FailingFileSystem } from "../../simulation/failing-file-system.js";
import { MemoryFileSystem } from "../../simulation/memory-file-system.js";
import { Playground } from "../support/playground.js";

function failure(code: string): unknown {
  return expect.objectContaining({ code });
}

function setUp(): [Playground, FailingFileSystem] {
  const failing = new FailingFileSystem(new MemoryFileSystem());
  return [new Playground(failing, "/"), failing];
}

describe("the file system that fails", () => {
  test("the nth call fails once, without having been made", () => {
    const [{ fileSystem }, failing] = setUp();
    failing.fail({ nth: 3, code: "EIO" });
    fileSystem.makeDirectory("/a");
    fileSystem.makeDirectory("/b");
    expect(() => fileSystem.makeDirectory("/c")).toThrow(failure("EIO"));
    expect(fileSystem.list("/")).toEqual(["a", "b"]);
    fileSystem.makeDirectory("/c");
  });

  test("calls of other names don't count", () => {
    const [ground, failing] = setUp();
    failing.fail({ nth: 2, code: "ENOSPC", calls: ["write", "sync"] });
    const file = ground.create("file", "one");
    expect(ground.fileSystem.size(file)).toBe(3);
    expect(() => ground.fileSystem.sync(file)).toThrow(failure("ENOSPC"));
    ground.fileSystem.sync(file);
  });

  test("a lasting failure lasts until it heals", () => {
    const [ground, failing] = setUp();
    const file = ground.create("file", "one");
    failing.fail({ nth: 2, code: "ENOSPC", calls: ["write"], lasting: true });
    ground.write(file, "two");
    for (let turn = 0; turn < 3; turn++) {
      expect(() => ground.write(file, "six")).toThrow(failure("ENOSPC"));
    }
    expect(ground.read(file)).toBe("two");
    failing.heal();
    expect(ground.write(file, "ten")).toBe(3);
  });

  test("a call in the background fails by its promise; closeInBackground never does", async () => {
    const [ground, failing] = setUp();
    const file = ground.create("file");
    const other = ground.open("file");
    failing.fail({ nth: 1, code: "EIO", lasting: true });
    await expect(failing.syncInBackground(file)).rejects.toEqual(failure("EIO"));
    await expect(failing.syncDirectoryInBackground("/")).rejects.toEqual(failure("EIO"));
    ground.closeInBackground(other);
    failing.heal();
    expect(() => failing.size(other)).toThrow(failure("EBADF"));
    await failing.syncInBackground(file);
  });

  test("transfers do half of their work, rounded up", () => {
    const [ground, failing] = setUp();
    const file = ground.create("file", "0123456789");
    failing.halvesTransfers = true;
    expect(ground.write(file, "abcde")).toBe(3);
    expect(ground.write(file, "f", 9)).toBe(1);
    const bytes = Buffer.alloc(10);
    expect(failing.read(file, bytes, 0, 10, 0)).toBe(5);
    failing.halvesTransfers = false;
    expect(ground.read(file)).toBe("abc345678f");
  });

  test("calls are counted by name, with those that fail", () => {
    const [ground, failing] = setUp();
    const file = ground.create("file");
    failing.fail({ nth: 1, code: "EIO" });
    expect(() => failing.sync(file)).toThrow(failure("EIO"));
    failing.sync(file);
    expect(failing.count("sync")).toBe(2);
    expect(failing.count("create")).toBe(1);
    expect(failing.count("rename")).toBe(0);
    // The playground writes what it creates.
    expect(failing.count()).toBe(4);
  });
});
