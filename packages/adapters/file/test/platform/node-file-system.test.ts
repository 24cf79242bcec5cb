import { execFileSync } from "node:child_process";
import * as fs from "node:fs";
import * as promises from "node:fs/promises";
import { beforeEach, describe, expect, test, vi } from "vitest";
import { SystemError } from "../../simulation/system-error.js";
import { NodeFileSystem, nodeFileSystem } from "../../src/platform/node-file-system.js";
import { Playground, temporaryDirectory } from "../support/playground.js";

vi.mock("node:fs", { spy: true });
vi.mock("node:fs/promises", { spy: true });

// Not after each: a test closes its files later.
beforeEach(() => {
  vi.resetAllMocks();
  vi.restoreAllMocks();
});

function makeGround(fileSystem = nodeFileSystem): Playground {
  return new Playground(fileSystem, temporaryDirectory());
}

/** Lets the next calls of a function of node:fs fail. */
function failNext(call: (...given: never[]) => unknown, code: string, times = 1): void {
  for (let left = times; left > 0; left--) {
    vi.mocked(call).mockImplementationOnce(() => {
      throw new SystemError(code, "call", "");
    });
  }
}

function failure(code: string): unknown {
  return expect.objectContaining({ code });
}

describe("the file system of node", () => {
  test.skipIf(process.platform === "win32")("what it makes is for this user only", () => {
    const ground = makeGround();
    ground.create("file");
    ground.fileSystem.makeDirectory(ground.at("directory"));
    expect(fs.statSync(ground.at("file")).mode & 0o777).toBe(0o600);
    expect(fs.statSync(ground.at("directory")).mode & 0o777).toBe(0o700);
  });

  test("says how much room there is, and doesn't know where nothing is", () => {
    const ground = makeGround();
    const free = ground.fileSystem.freeBytes(ground.at(""));
    expect(free).toBeGreaterThan(0);
    expect(Number.isSafeInteger(free)).toBe(true);
    expect(ground.fileSystem.freeBytes(ground.at("absent"))).toBe(Number.POSITIVE_INFINITY);
  });

  test("a call that a signal interrupted is made again", async () => {
    const ground = makeGround();
    const file = ground.create("file");
    failNext(fs.writeSync, "EINTR", 2);
    expect(ground.write(file, "content")).toBe(7);
    failNext(fs.readSync, "EINTR", 2);
    expect(ground.read(file)).toBe("content");
    failNext(fs.fdatasyncSync, "EINTR", 2);
    ground.fileSystem.sync(file);
    expect(fs.fdatasyncSync).toHaveBeenCalledTimes(3);
    vi.mocked(fs.fdatasync).mockImplementationOnce((_, callback) =>
      callback(new SystemError("EINTR", "fdatasync", "")),
    );
    await ground.fileSystem.syncInBackground(file);
    expect(fs.fdatasync).toHaveBeenCalledTimes(2);
  });

  test("any other failure is passed on at once", async () => {
    const ground = makeGround();
    const file = ground.create("file");
    failNext(fs.writeSync, "ENOSPC");
    expect(() => ground.write(file, "content")).toThrow(failure("ENOSPC"));
    failNext(fs.readSync, "EIO");
    expect(() => ground.read(file)).toThrow(failure("EIO"));
    failNext(fs.fdatasyncSync, "EIO");
    expect(() => ground.fileSystem.sync(file)).toThrow(failure("EIO"));
    failNext(fs.statSync, "EACCES");
    expect(() => ground.fileSystem.status(ground.at("file"))).toThrow(failure("EACCES"));
    vi.mocked(fs.fdatasync).mockImplementationOnce((_, callback) =>
      callback(new SystemError("EIO", "fdatasync", "")),
    );
    await expect(ground.fileSystem.syncInBackground(file)).rejects.toEqual(failure("EIO"));
  });

  test("a sync that the permission model refuses says so", () => {
    const ground = makeGround();
    const file = ground.create("file");
    failNext(fs.fdatasyncSync, "ERR_ACCESS_DENIED");
    expect(() => ground.fileSystem.sync(file)).toThrow(
      expect.objectContaining({
        code: "ERR_ACCESS_DENIED",
        message: expect.stringContaining("permission model (--permission) refuses fsync"),
        cause: failure("ERR_ACCESS_DENIED"),
      }),
    );
  });

  test("a transfer that Node would refuse, of 2 GiB, is a short one", () => {
    const ground = makeGround();
    const file = ground.create("file");
    const most = (call: typeof fs.readSync | typeof fs.writeSync) => {
      vi.mocked(call as (...given: unknown[]) => number).mockImplementationOnce(
        (...given) => given[3] as number,
      );
    };
    const buffer = new Uint8Array(0);
    most(fs.writeSync);
    expect(ground.fileSystem.write(file, buffer, 0, 2 ** 31, 0)).toBe(2 ** 30);
    most(fs.readSync);
    expect(ground.fileSystem.read(file, buffer, 0, 2 ** 31, 0)).toBe(2 ** 30);
  });

  test("a directory is closed when its sync failed", () => {
    const ground = makeGround();
    failNext(fs.fsyncSync, "EIO");
    expect(() => ground.fileSystem.syncDirectory(ground.at())).toThrow(failure("EIO"));
    const opened = vi.mocked(fs.openSync).mock.results.at(-1)?.value;
    expect(vi.mocked(fs.closeSync)).toHaveBeenLastCalledWith(opened);
  });

  test("a directory is closed when its sync in the background failed", async () => {
    const ground = makeGround();
    const directory = await promises.open(ground.at());
    vi.mocked(promises.open).mockResolvedValueOnce(directory);
    vi.spyOn(directory, "sync").mockRejectedValueOnce(new SystemError("EIO", "fsync", ""));
    await expect(ground.fileSystem.syncDirectoryInBackground(ground.at())).rejects.toEqual(
      failure("EIO"),
    );
    expect(directory.fd).toBe(-1);
  });

  test.runIf(process.platform === "linux")(
    "a directory of a file system that can't sync any is taken as synced",
    async () => {
      const directory = fs.openSync("/proc/self", "r");
      expect(() => fs.fsyncSync(directory)).toThrow(failure("EINVAL"));
      fs.closeSync(directory);
      nodeFileSystem.syncDirectory("/proc/self");
      await nodeFileSystem.syncDirectoryInBackground("/proc/self");
    },
  );

  test.skipIf(process.platform === "win32")(
    "open follows no link, and doesn't wait for who would write to a pipe",
    () => {
      const ground = makeGround();
      ground.create("file", "content");
      fs.symlinkSync(ground.at("file"), ground.at("link"));
      execFileSync("mkfifo", [ground.at("pipe")]);
      expect(() => ground.open("link")).toThrow(
        expect.objectContaining({
          code: "ELOOP",
          message: expect.stringContaining("link is a symbolic link, which isn't followed"),
        }),
      );
      expect(() => ground.open("pipe")).toThrow(failure("EINVAL"));
      expect(vi.mocked(fs.closeSync)).toHaveBeenLastCalledWith(
        vi.mocked(fs.openSync).mock.results.at(-1)?.value,
      );
      const kinds = ["file", "link", "pipe"].map((name) => [
        ground.fileSystem.status(ground.at(name))?.kind,
        ground.fileSystem.linkStatus(ground.at(name))?.kind,
      ]);
      expect(kinds).toEqual([
        ["file", "file"],
        ["file", "link"],
        ["other", "other"],
      ]);
    },
  );

  test("touch goes by the clock that stamps files, whatever Date says", async () => {
    const ground = makeGround();
    ground.fileSystem.makeDirectory(ground.at("lock"));
    const time = () => ground.fileSystem.status(ground.at("lock"))?.modifiedAt ?? 0;
    for (const wrong of [-3_600_000, 3_600_000]) {
      // As one that was touched by a clock that is wrong.
      fs.utimesSync(ground.at("lock"), 0, (Date.now() + wrong) / 1000);
      const real = Date.now();
      vi.spyOn(Date, "now").mockReturnValue(real + wrong);
      ground.fileSystem.touch(ground.at("lock"));
      vi.restoreAllMocks();
      expect(Math.abs(time() - real)).toBeLessThan(5_000);
    }
  });

  test("touch goes by the clock of the system where the stamps don't move", () => {
    const ground = makeGround();
    ground.fileSystem.makeDirectory(ground.at("lock"));
    fs.utimesSync(ground.at("lock"), 0, 1);
    const stats = fs.statSync(ground.at("lock"));
    vi.mocked(fs.statSync).mockReturnValue({
      ...stats,
      mtimeMs: 1_000,
      ctimeMs: 1_000,
    } as fs.Stats);
    ground.fileSystem.touch(ground.at("lock"));
    vi.mocked(fs.statSync).mockReset();
    expect(
      Date.now() - (ground.fileSystem.status(ground.at("lock"))?.modifiedAt ?? 0),
    ).toBeLessThan(60_000);
  });

  test("closeInBackground closes off the main thread", async () => {
    const ground = makeGround();
    const file = ground.create("file");
    const closed = new Promise<unknown>((resolve) => {
      const { close } = fs;
      vi.mocked(fs.close).mockImplementationOnce((descriptor) => close(descriptor, resolve));
    });
    ground.closeInBackground(file);
    expect(await closed).toBeNull();
    expect(fs.closeSync).not.toHaveBeenCalled();
  });
});

describe("the file system of node, on Windows", () => {
  const windows = new NodeFileSystem("win32");

  test("a descriptor to read can be synced, as it could write", () => {
    const ground = makeGround(windows);
    ground.create("file", "content");
    const file = ground.open("file");
    expect(ground.write(file, "CON")).toBe(3);
  });

  test("there is nothing to do to sync a directory, but it must be there", async () => {
    const ground = makeGround(windows);
    windows.syncDirectory(ground.at());
    await windows.syncDirectoryInBackground(ground.at());
    expect(() => windows.syncDirectory(ground.at("none"))).toThrow(failure("ENOENT"));
    const inBackground = windows.syncDirectoryInBackground(ground.at("none"));
    await expect(inBackground).rejects.toEqual(failure("ENOENT"));
    expect(fs.openSync).not.toHaveBeenCalled();
  });

  test.each(["EPERM", "EBUSY", "EACCES"])(
    "rename waits, longer and longer, while it fails with %s",
    (code) => {
      const waits = vi.spyOn(Atomics, "wait").mockReturnValue("timed-out");
      const ground = makeGround(windows);
      ground.create("from", "content");
      failNext(fs.renameSync, code, 3);
      windows.rename(ground.at("from"), ground.at("to"));
      expect(ground.textAt("to")).toBe("content");
      expect(waits.mock.calls.map(([, , , milliseconds]) => milliseconds)).toEqual([1, 2, 4]);
    },
  );

  test("rename gives up after a quarter of a second", () => {
    const waits = vi.spyOn(Atomics, "wait").mockReturnValue("timed-out");
    failNext(fs.renameSync, "EBUSY", 9);
    expect(() => windows.rename("/from", "/to")).toThrow(failure("EBUSY"));
    const total = waits.mock.calls.reduce((sum, [, , , milliseconds = 0]) => sum + milliseconds, 0);
    expect(total).toBe(255);
  });

  test("rename waits for nothing that doesn't pass, and not on other systems", () => {
    const waits = vi.spyOn(Atomics, "wait");
    expect(() => windows.rename("/none", "/to")).toThrow(failure("ENOENT"));
    failNext(fs.renameSync, "EBUSY");
    expect(() => new NodeFileSystem("linux").rename("/from", "/to")).toThrow(failure("EBUSY"));
    expect(waits).not.toHaveBeenCalled();
  });
});
