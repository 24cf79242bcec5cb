import { describe, expect, test } from "vitest";
import { BaseWriter } from "../src/base-writer.js";
import { FrameKind } from "../src/frame.js";
import { LogFiles } from "../src/log-files.js";
import { blocking, runBlocking } from "../src/platform/syncing.js";
import { readWhole } from "../src/platform/whole-file.js";
import { SEGMENT_HEADER_BYTES, SEGMENT_SPAN } from "../src/segment.js";
import { codedError } from "./support/coded-error.js";
import { FailingFileSystem } from "./support/failing-file-system.js";
import { forgedFrame } from "./support/forged-frame.js";
import { framesOf } from "./support/frame-list.js";
import { heldLease } from "./support/held-lease.js";
import { ManualHost } from "./support/manual-host.js";
import { MemoryFileSystem } from "./support/memory-file-system.js";

const uuid = "00112233445566778899aabbccddeeff";

/** A writer that replaces segment 1, with the ids 2 and 3 for what it writes. */
class Writing {
  readonly fileSystem = new FailingFileSystem(new MemoryFileSystem());
  readonly #syncing = blocking(this.fileSystem);
  readonly writer = new BaseWriter(
    new LogFiles(
      { fileSystem: this.fileSystem, host: new ManualHost() },
      { directory: "/", lease: heldLease },
      { name: "t", type: "set", uuid },
      codedError,
    ),
    1,
    9,
    2,
    4,
  );

  /** Appends a frame whose body has so many bytes. Returns its position. */
  append(length: number): number {
    const body = Buffer.alloc(length, length);
    const place = { uuid, segment: 1, offset: SEGMENT_HEADER_BYTES };
    const frame = forgedFrame({ ...place, sequence: 5, kind: FrameKind.put, body });
    return runBlocking(this.writer.append(frame, 0, frame.length, this.#syncing));
  }

  /** Returns the lengths of the frames of each file. */
  finish(): number[][] {
    runBlocking(this.writer.finish(this.#syncing));
    return this.writer.segments.map(({ path }) =>
      framesOf(readWhole(this.fileSystem, path)).map(({ start, end }) => end - start),
    );
  }
}

describe("what a compaction writes", () => {
  test("may have frames that are longer than its buffer", () => {
    const writing = new Writing();
    const lengths = [100, 2 ** 19, 100, 2 ** 20];
    const positions = lengths.map((length) => writing.append(length));
    expect(positions[1]).toBe(SEGMENT_HEADER_BYTES + 116);
    expect(writing.finish()).toEqual([[...lengths.map((length) => length + 16), 24]]);
  });

  test("is synced a piece at a time, not only in the end", () => {
    const writing = new Writing();
    for (let count = 0; count < 20; count++) writing.append(2 ** 20);
    // Once before there is anything, and then after each 8 MiB.
    expect(writing.fileSystem.count("sync")).toBe(2);
    writing.finish();
    expect(writing.fileSystem.count("sync")).toBe(3);
  });

  test("goes on in a second file where one would be too long, and in no third", () => {
    const writing = new Writing();
    const before = writing.append(100);
    const [first] = writing.writer.segments;
    if (first === undefined) throw new Error("there is no file");
    // As if so many frames were in it.
    first.length = 2 ** 36;
    const behind = writing.append(200);
    const second = writing.writer.segments[1];
    if (second === undefined) throw new Error("there is no second file");
    expect([before, behind]).toEqual([
      SEGMENT_HEADER_BYTES,
      second.index * SEGMENT_SPAN + SEGMENT_HEADER_BYTES,
    ]);
    expect(framesOf(readWhole(writing.fileSystem, second.path))).toEqual([]);
    second.length = 2 ** 36;
    writing.append(300);
    expect(writing.writer.segments).toEqual([first, second]);
  });
});
