import * as codec from "@store/codec";
import type { StoreRecord } from "@store/core";
import { beforeEach, describe, expect, test, vi } from "vitest";
import { MAX_FRAME_BYTES } from "../../src/format/log/log-frame.js";
import { Disk } from "../support/disk.js";

vi.mock("@store/codec", { spy: true });
const { encodeElements } = await vi.importActual<typeof codec>("@store/codec");

beforeEach(() => {
  vi.resetAllMocks();
  vi.restoreAllMocks();
  vi.mocked(codec.encodeElementsInto).mockReturnValue(-1);
});

/** All are encoded by `encodeElements`: there is no room where they will stand. */
const batch: readonly StoreRecord[] = [
  ["a", { n: 2 }],
  ["b", { text: "x".repeat(10_000) }],
  ["c", { n: 1 }],
];

/** Lets the third record from now on be encoded otherwise. */
function replaceThird(encode: () => Uint8Array): void {
  vi.mocked(codec.encodeElements)
    .mockImplementationOnce(encodeElements)
    .mockImplementationOnce(encodeElements)
    .mockImplementationOnce(encode);
}

describe.each([false, true])("with ramFile: %s, a record", (ramFile) => {
  test("that can't be encoded fails its batch as a whole, and leaves nothing of it", () => {
    const disk = new Disk();
    const table = disk.open({ ramFile });
    table.insert(["a", 1]);
    const { memoryBytes } = table.info();
    replaceThird(() => {
      throw new Error("no memory left");
    });
    expect(() => table.insertMany(batch)).toThrow("no memory left");
    expect([...table.records()]).toEqual([["a", 1]]);
    expect(table.info().memoryBytes).toBe(memoryBytes);
    table.insert(["d", 1]);
    table.sync();
    disk.kill();
    const again = disk.open();
    expect([...again.records()]).toEqual([
      ["a", 1],
      ["d", 1],
    ]);
  });

  test("that is longer than a frame can be is refused, with all of its batch", () => {
    const disk = new Disk();
    const table = disk.open({ ramFile });
    // Nobody looks at its bytes.
    replaceThird(() => ({ length: MAX_FRAME_BYTES }) as Uint8Array);
    expect(() => table.insertMany(batch)).toThrow(
      expect.objectContaining({
        code: "STORE_INVALID_RECORD",
        message: expect.stringContaining("the longest takes 2147483647"),
      }),
    );
    expect(table.size).toBe(0);
    table.insertMany(batch);
    table.sync();
    disk.kill();
    expect([...disk.open().records()]).toEqual(batch);
  });
});
