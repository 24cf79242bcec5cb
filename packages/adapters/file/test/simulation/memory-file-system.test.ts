import { describe, expect, test } from "vitest";
import { BackgroundCalls } from "../../simulation/background-calls.js";
import { MemoryFileSystem } from "../../simulation/memory-file-system.js";

function failure(code: string): unknown {
  return expect.objectContaining({ code });
}

/** The state of a promise, after all that can settle without the test has settled. */
async function stateOf(promise: Promise<void>): Promise<string> {
  let state = "pending";
  promise.then(
    () => (state = "fulfilled"),
    (error) => (state = error.code),
  );
  await new Promise((resolve) => setImmediate(resolve));
  return state;
}

describe("the file system in memory", () => {
  test("a sparse file of terabytes costs nothing", () => {
    const fileSystem = new MemoryFileSystem();
    const file = fileSystem.create("/file");
    const before = process.memoryUsage().arrayBuffers;
    fileSystem.write(file, Buffer.from("end"), 0, 3, 2 ** 42);
    expect(fileSystem.size(file)).toBe(2 ** 42 + 3);
    expect(process.memoryUsage().arrayBuffers - before).toBeLessThan(1_000_000);
  });

  test("content that goes over many chunks is read as it was written", () => {
    const fileSystem = new MemoryFileSystem();
    const file = fileSystem.create("/file");
    const written = Buffer.from(Array.from({ length: 30_000 }, (_, index) => index % 251));
    fileSystem.write(file, written, 0, 30_000, 1_000);
    const read = Buffer.alloc(31_000);
    expect(fileSystem.read(file, read, 0, 31_000, 0)).toBe(31_000);
    expect(read.subarray(0, 1_000).equals(Buffer.alloc(1_000))).toBe(true);
    expect(read.subarray(1_000).equals(written)).toBe(true);
  });

  test("times are those of the clock", () => {
    let now = 5;
    const fileSystem = new MemoryFileSystem({ now: () => now });
    fileSystem.makeDirectory("/directory");
    const file = fileSystem.create("/directory/file");
    const times = () =>
      ["/", "/directory", "/directory/file"].map((path) => fileSystem.status(path)?.modifiedAt);
    expect(times()).toEqual([5, 5, 5]);
    now = 6;
    fileSystem.write(file, Buffer.of(1), 0, 1, 0);
    expect(times()).toEqual([5, 5, 6]);
    now = 7;
    fileSystem.write(file, Buffer.of(1), 0, 0, 0);
    fileSystem.create("/directory/other");
    expect(times()).toEqual([5, 7, 6]);
    now = 8;
    fileSystem.rename("/directory/file", "/file");
    expect(times()).toEqual([8, 8, undefined]);
    now = 9;
    fileSystem.remove("/directory/other");
    expect(times()).toEqual([8, 9, undefined]);
  });

  test("a descriptor that was closed is never another file's", () => {
    const fileSystem = new MemoryFileSystem();
    const closed = fileSystem.create("/a");
    fileSystem.close(closed);
    const later = fileSystem.create("/b");
    const inBackground = fileSystem.open("/b");
    fileSystem.closeInBackground(inBackground);
    expect(() => fileSystem.sync(closed)).toThrow(failure("EBADF"));
    expect(() => fileSystem.size(inBackground)).toThrow(failure("EBADF"));
    expect(() => fileSystem.close(closed)).toThrow(failure("EBADF"));
    expect(fileSystem.openCount).toBe(1);
    fileSystem.close(later);
    expect(fileSystem.openCount).toBe(0);
  });

  test("a transfer outside of the buffer, or before the beginning, is refused", () => {
    const fileSystem = new MemoryFileSystem();
    const file = fileSystem.create("/file");
    for (const [start, length, position] of [
      [0, 11, 0],
      [5, 6, 0],
      [-1, 1, 0],
      [0, -1, 0],
      [0, 1, -1],
      [0, 1, 0.5],
      [0, 1, Number.NaN],
    ] as const) {
      const buffer = Buffer.alloc(10);
      expect(() => fileSystem.read(file, buffer, start, length, position)).toThrow(RangeError);
      expect(() => fileSystem.write(file, buffer, start, length, position)).toThrow(RangeError);
    }
  });

  test("calls in the background settle by themselves", async () => {
    const fileSystem = new MemoryFileSystem();
    const file = fileSystem.create("/file");
    expect(await stateOf(fileSystem.syncInBackground(file))).toBe("fulfilled");
    expect(await stateOf(fileSystem.syncDirectoryInBackground("/file"))).toBe("ENOTDIR");
  });

  test("calls in the background that are held settle one by one, or with a failure", async () => {
    const background = new BackgroundCalls({ hold: true });
    const fileSystem = new MemoryFileSystem({ background });
    const file = fileSystem.create("/file");
    const first = fileSystem.syncInBackground(file);
    const second = fileSystem.syncInBackground(file);
    const third = fileSystem.syncDirectoryInBackground("/");
    expect(background.held).toBe(3);
    expect(await stateOf(first)).toBe("pending");
    background.settleNext();
    expect(await stateOf(first)).toBe("fulfilled");
    const rejected = expect(second).rejects.toThrow("lost");
    background.settleNext(new Error("lost"));
    await rejected;
    expect(await stateOf(third)).toBe("pending");
    background.release();
    expect(await stateOf(third)).toBe("fulfilled");
    expect(await stateOf(fileSystem.syncInBackground(file))).toBe("fulfilled");
    expect(background.settleNext()).toBe(false);
    background.hold();
    expect(await stateOf(fileSystem.syncInBackground(file))).toBe("pending");
  });

  test("a sync in flight fails when its descriptor is closed", async () => {
    const background = new BackgroundCalls({ hold: true });
    const fileSystem = new MemoryFileSystem({ background });
    const file = fileSystem.create("/file");
    const sync = fileSystem.syncInBackground(file);
    fileSystem.closeInBackground(file);
    background.release();
    expect(await stateOf(sync)).toBe("EBADF");
  });
});
