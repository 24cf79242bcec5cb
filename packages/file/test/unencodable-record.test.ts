import * as codec from "@store/codec";
import type { StoreRecord } from "@store/core";
import { beforeEach, describe, expect, test, vi } from "vitest";
import { MAX_BODY_BYTES } from "../src/frame.js";
import { Disk } from "./support/disk.js";

vi.mock("@store/codec", { spy: true });
const { encodeRecord } = await vi.importActual<typeof codec>("@store/codec");

beforeEach(() => {
  vi.resetAllMocks();
  vi.restoreAllMocks();
  vi.mocked(codec.encodeRecordInto).mockReturnValue(-1);
});

/** All are encoded by `encodeRecord`: there is no room where they will stand. */
const batch: readonly StoreRecord[] = [
  ["a", { n: 2 }],
  ["b", { text: "x".repeat(10_000) }],
  ["c", { n: 1 }],
];

/** Lets the third record from now on be encoded otherwise. */
function replaceThird(encode: () => Uint8Array): void {
  vi.mocked(codec.encodeRecord)
    .mockImplementationOnce(encodeRecord)
    .mockImplementationOnce(encodeRecord)
    .mockImplementationOnce(encode);
}

describe.each([false, true])("with ramFile: %s, a record", (ramFile) => {
  test("that can't be encoded fails its batch as a whole, and leaves nothing of it", () => {
    const disk = new Disk();
    const table = disk.open({ ramFile });
    table.insert(["a", 1]);
    const { memoryBytes, details } = table.info();
    replaceThird(() => {
      throw new Error("no memory left");
    });
    expect(() => table.insertMany(batch)).toThrow("no memory left");
    expect([...table.records()]).toEqual([["a", 1]]);
    expect(table.info().details).toEqual(details);
    if (ramFile) expect(table.info().memoryBytes).toBe(memoryBytes);
    table.insert(["d", 1]);
    table.sync();
    disk.kill();
    const again = disk.open();
    expect([...again.records()]).toEqual([
      ["a", 1],
      ["d", 1],
    ]);
    expect(again.info().details?.liveBytes).toBe(table.info().details?.liveBytes);
  });

  test("that is longer than a frame can be is refused, with all of its batch", () => {
    const disk = new Disk();
    const table = disk.open({ ramFile });
    // Nobody looks at its bytes.
    replaceThird(() => ({ length: MAX_BODY_BYTES + 1 }) as Uint8Array);
    expect(() => table.insertMany(batch)).toThrow(
      expect.objectContaining({
        code: "STORE_INVALID_RECORD",
        message: expect.stringContaining("takes 2147483632 bytes"),
      }),
    );
    expect(table.size).toBe(0);
    table.insertMany(batch);
    table.sync();
    disk.kill();
    expect([...disk.open().records()]).toEqual(batch);
  });
});
