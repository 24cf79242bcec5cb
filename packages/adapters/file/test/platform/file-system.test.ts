import { setTimeout } from "node:timers/promises";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { MemoryFileSystem } from "../../simulation/memory-file-system.js";
import { nodeFileSystem } from "../../src/platform/node-file-system.js";
import { anyCall, FileSystemActor } from "../support/file-system-actor.js";
import { Playground, temporaryDirectory } from "../support/playground.js";

const implementations: readonly (readonly [string, () => Playground])[] = [
  ["node", () => new Playground(nodeFileSystem, temporaryDirectory())],
  ["memory", () => new Playground(new MemoryFileSystem(), "/")],
];

function failure(code: string): unknown {
  return expect.objectContaining({ code });
}

describe.each(implementations)("the file system of %s", (_, make) => {
  test("makeDirectory of a name that is taken, or in a directory that isn't there, fails", () => {
    const ground = make();
    const { fileSystem } = ground;
    fileSystem.makeDirectory(ground.at("directory"));
    ground.create("file");
    expect(() => fileSystem.makeDirectory(ground.at("directory"))).toThrow(failure("EEXIST"));
    expect(() => fileSystem.makeDirectory(ground.at("file"))).toThrow(failure("EEXIST"));
    expect(() => fileSystem.makeDirectory(ground.at("none", "new"))).toThrow(failure("ENOENT"));
  });

  test("removeDirectory removes an empty one only", () => {
    const ground = make();
    const { fileSystem } = ground;
    fileSystem.makeDirectory(ground.at("directory"));
    fileSystem.makeDirectory(ground.at("directory", "inner"));
    const remove = () => fileSystem.removeDirectory(ground.at("directory"));
    expect(remove).toThrow(failure("ENOTEMPTY"));
    fileSystem.removeDirectory(ground.at("directory", "inner"));
    remove();
    expect(remove).toThrow(failure("ENOENT"));
    expect(fileSystem.list(ground.at())).toEqual([]);
  });

  test("list gives the names in a directory; of one that isn't there it fails", () => {
    const ground = make();
    const { fileSystem } = ground;
    fileSystem.makeDirectory(ground.at("b"));
    ground.create("a");
    ground.create("b/c");
    expect(fileSystem.list(ground.at()).sort()).toEqual(["a", "b"]);
    expect(() => fileSystem.list(ground.at("none"))).toThrow(failure("ENOENT"));
  });

  test("status tells files from directories, and is undefined where there is nothing", () => {
    const ground = make();
    const { fileSystem } = ground;
    fileSystem.makeDirectory(ground.at("directory"));
    ground.create("file", "12345");
    for (const status of [fileSystem.status, fileSystem.linkStatus]) {
      const of = (...names: string[]) => status.call(fileSystem, ground.at(...names));
      expect(of("directory")).toMatchObject({ kind: "directory" });
      expect(of("file")).toMatchObject({ kind: "file", size: 5 });
      expect(of("none")).toBeUndefined();
      expect(of("none", "inner")).toBeUndefined();
      expect(of("file", "inner")).toBeUndefined();
    }
  });

  test("touch says that a directory is modified as if something was created in it now; of nothing it fails", async () => {
    const ground = make();
    const { fileSystem } = ground;
    fileSystem.makeDirectory(ground.at("directory"));
    const timeOf = (name: string) => fileSystem.status(ground.at(name))?.modifiedAt ?? 0;
    for (let times = 0; times < 3; times++) {
      const before = timeOf("directory");
      await setTimeout(20);
      fileSystem.touch(ground.at("directory"));
      fileSystem.touch(ground.at("directory"));
      expect(timeOf("directory")).toBeGreaterThan(before);
      ground.create(`file ${times}`);
      expect(timeOf(`file ${times}`) - timeOf("directory")).toBeLessThan(1_000);
      expect(timeOf(`file ${times}`) - timeOf("directory")).toBeGreaterThan(-20);
    }
    expect(() => fileSystem.touch(ground.at("none"))).toThrow(failure("ENOENT"));
  });

  test("identify tells a directory from others, also after it was renamed", () => {
    const ground = make();
    const { fileSystem } = ground;
    fileSystem.makeDirectory(ground.at("a"));
    fileSystem.makeDirectory(ground.at("b"));
    const [a, b] = ["a", "b"].map((name) => fileSystem.identify(ground.at(name)));
    expect(a).not.toEqual(b);
    expect(a?.inode).not.toBe(b?.inode);
    fileSystem.rename(ground.at("a"), ground.at("c"));
    const { inode, realPath } = fileSystem.identify(ground.at("c"));
    expect(inode).toBe(a?.inode);
    expect(realPath).toMatch(/[\\/]c$/);
    expect(() => fileSystem.identify(ground.at("a"))).toThrow(failure("ENOENT"));
  });

  test("a file that is written is modified now", () => {
    const ground = make();
    const file = ground.create("file");
    ground.write(file, "a");
    const age = Date.now() - (ground.fileSystem.status(ground.at("file"))?.modifiedAt ?? 0);
    expect(Math.abs(age)).toBeLessThan(60_000);
  });

  test("rename replaces a file, whose descriptors keep their content", () => {
    const ground = make();
    const { fileSystem } = ground;
    ground.create("new", "new");
    const old = ground.create("old", "old");
    fileSystem.rename(ground.at("new"), ground.at("old"));
    expect(fileSystem.list(ground.at())).toEqual(["old"]);
    expect(ground.textAt("old")).toBe("new");
    expect(ground.read(old)).toBe("old");
    expect(() => fileSystem.rename(ground.at("none"), ground.at("old"))).toThrow(failure("ENOENT"));
  });

  test("rename moves a directory with what is in it", () => {
    const ground = make();
    const { fileSystem } = ground;
    fileSystem.makeDirectory(ground.at("a"));
    fileSystem.makeDirectory(ground.at("b"));
    ground.create("a/file", "content");
    fileSystem.rename(ground.at("a"), ground.at("b", "c"));
    expect(fileSystem.list(ground.at())).toEqual(["b"]);
    expect(ground.textAt("b/c/file")).toBe("content");
  });

  test("link gives a file another name, but no name that is taken", () => {
    const ground = make();
    const { fileSystem } = ground;
    const file = ground.create("one", "content");
    ground.create("taken");
    const link = (to: string) => fileSystem.link(ground.at("one"), ground.at(to));
    link("two");
    expect(() => link("taken")).toThrow(failure("EEXIST"));
    expect(() => link("one")).toThrow(failure("EEXIST"));
    ground.write(file, "CON");
    fileSystem.remove(ground.at("one"));
    expect(ground.textAt("two")).toBe("CONtent");
    expect(() => link("three")).toThrow(failure("ENOENT"));
  });

  test("remove takes the name of a file only: its descriptors can be read and written still", () => {
    const ground = make();
    const { fileSystem } = ground;
    const file = ground.create("file", "content");
    fileSystem.remove(ground.at("file"));
    expect(fileSystem.list(ground.at())).toEqual([]);
    expect(() => fileSystem.remove(ground.at("file"))).toThrow(failure("ENOENT"));
    ground.write(file, "CON");
    expect(ground.read(file)).toBe("CONtent");
    ground.create("file", "another");
    expect(ground.read(file)).toBe("CONtent");
  });

  test("create of a name that is taken fails and leaves what is there", () => {
    const ground = make();
    ground.create("file", "content");
    ground.fileSystem.makeDirectory(ground.at("directory"));
    expect(() => ground.create("file")).toThrow(failure("EEXIST"));
    expect(() => ground.create("directory")).toThrow(failure("EEXIST"));
    expect(() => ground.create("none/file")).toThrow(failure("ENOENT"));
    expect(ground.textAt("file")).toBe("content");
  });

  test.skipIf(process.platform === "win32")("open gives a descriptor that can't write", () => {
    const ground = make();
    ground.create("file", "content");
    const file = ground.open("file");
    expect(() => ground.write(file, "CON")).toThrow(failure("EBADF"));
    expect(ground.read(file)).toBe("content");
    expect(() => ground.open("none")).toThrow(failure("ENOENT"));
    ground.fileSystem.makeDirectory(ground.at("directory"));
    expect(() => ground.open("directory")).toThrow(failure("EISDIR"));
  });

  test("read gives what there is from a position, and leaves the rest of the buffer", () => {
    const ground = make();
    const file = ground.create("file", "0123456789");
    const buffer = Buffer.from("..........");
    expect(ground.fileSystem.read(file, buffer, 2, 3, 4)).toBe(3);
    expect(buffer.toString()).toBe("..456.....");
    expect(ground.fileSystem.read(file, buffer, 0, 10, 8)).toBe(2);
    expect(buffer.toString()).toBe("89456.....");
    expect(ground.fileSystem.read(file, buffer, 0, 10, 10)).toBe(0);
    expect(ground.fileSystem.read(file, buffer, 0, 10, 1_000)).toBe(0);
    expect(buffer.toString()).toBe("89456.....");
  });

  test("write puts a part of a buffer over what is there, or after a gap of zeros", () => {
    const ground = make();
    const file = ground.create("file", "0123456789");
    expect(ground.fileSystem.write(file, Buffer.from("abcdef"), 1, 3, 4)).toBe(3);
    expect(ground.read(file)).toBe("0123bcd789");
    ground.write(file, "end", 12);
    expect(ground.read(file)).toBe("0123bcd789\0\0end");
    expect(ground.fileSystem.size(file)).toBe(15);
  });

  test("read and write go beyond 4 GiB", () => {
    const ground = make();
    const position = 5 * 2 ** 30 + 7;
    const file = ground.create("file", "begin");
    ground.write(file, "end", position);
    expect(ground.fileSystem.size(file)).toBe(position + 3);
    expect(ground.read(file, position - 2)).toBe("\0\0end");
    expect(ground.read(file, 2 ** 32)).toBe("\0".repeat(100));
    expect(ground.read(file).slice(0, 6)).toBe("begin\0");
  });

  test("what is created and what is opened can be synced, and so can directories", async () => {
    const ground = make();
    const { fileSystem } = ground;
    ground.create("file", "content");
    for (const file of [ground.create("another"), ground.open("file")]) {
      fileSystem.sync(file);
      await fileSystem.syncInBackground(file);
    }
    fileSystem.syncDirectory(ground.at());
    await fileSystem.syncDirectoryInBackground(ground.at());
  });

  test.skipIf(process.platform === "win32")(
    "syncDirectory of what isn't a directory fails, in the background by its promise",
    async () => {
      const ground = make();
      const { fileSystem } = ground;
      ground.create("file");
      for (const [name, code] of [
        ["none", "ENOENT"],
        ["file", "ENOTDIR"],
      ] as const) {
        expect(() => fileSystem.syncDirectory(ground.at(name))).toThrow(failure(code));
        const inBackground = fileSystem.syncDirectoryInBackground(ground.at(name));
        await expect(inBackground).rejects.toEqual(failure(code));
      }
    },
  );

  test("a call with a descriptor that isn't open fails, but for closeInBackground", async () => {
    const { fileSystem } = make();
    const file = 2 ** 30;
    const buffer = Buffer.alloc(1);
    expect(() => fileSystem.read(file, buffer, 0, 1, 0)).toThrow(failure("EBADF"));
    expect(() => fileSystem.write(file, buffer, 0, 1, 0)).toThrow(failure("EBADF"));
    expect(() => fileSystem.size(file)).toThrow(failure("EBADF"));
    expect(() => fileSystem.sync(file)).toThrow(failure("EBADF"));
    expect(() => fileSystem.close(file)).toThrow(failure("EBADF"));
    await expect(fileSystem.syncInBackground(file)).rejects.toEqual(failure("EBADF"));
    fileSystem.closeInBackground(file);
  });

  test("closeInBackground closes one descriptor of a file", () => {
    const ground = make();
    const file = ground.create("file", "content");
    ground.closeInBackground(ground.open("file"));
    expect(ground.read(file)).toBe("content");
  });
});

// Elsewhere the codes of calls that the engine never makes differ, such as remove of a directory.
test.runIf(process.platform === "linux")(
  "any calls do the same, and fail with the same codes, in node and in memory",
  () => {
    const memory = new MemoryFileSystem();
    const root = temporaryDirectory();
    let runs = 0;
    fc.assert(
      fc.property(fc.array(anyCall, { maxLength: 80, size: "max" }), (calls) => {
        const directory = `${root}/${++runs}`;
        nodeFileSystem.makeDirectory(directory);
        const actor = new FileSystemActor(nodeFileSystem, directory);
        memory.makeDirectory(`/${runs}`);
        const model = new FileSystemActor(memory, `/${runs}`);
        try {
          for (const call of calls) {
            expect([call, model.make(call)]).toEqual([call, actor.make(call)]);
          }
          expect(model.tree()).toEqual(actor.tree());
        } finally {
          actor.closeAll();
          model.closeAll();
        }
        expect(memory.openCount).toBe(0);
      }),
      { numRuns: 200 },
    );
  },
);
