import { describe, expect, test } from "vitest";
import { BlockBuilder } from "../../src/format/run/block-builder.js";
import { isBlock } from "../../src/runs/survey/is-block.js";
import { ArrayCursor, entry, type TestEntry } from "../support/run-files.js";

/** A block with its checksum, which nobody compares here. */
function blockOf(entries: readonly TestEntry[]): Buffer {
  const builder = new BlockBuilder(1);
  const cursor = new ArrayCursor(entries);
  for (cursor.seek(Buffer.alloc(0), 0, 0); cursor.isValid; cursor.next()) builder.add(cursor);
  const length = builder.finish(0, 0);
  return Buffer.from(builder.buffer.subarray(0, length));
}

const SOME = blockOf(
  ["a.", "b.", "c."].map((key) => entry(Buffer.from(key), Buffer.from("value"))),
);
const WIDE = blockOf([entry(Buffer.from("a."), Buffer.alloc(2 ** 17, 1))]);
/** Of an entry: two lengths, key and value. */
const ENTRY_BYTES = 2 + 2 + 5;
const TABLE = 3 * ENTRY_BYTES;
const COUNT = TABLE + 3 * 4;

/** Whether it is a block still, with another byte. */
function isBlockWith(at: number, byte: number): boolean {
  const bytes = Buffer.from(SOME);
  bytes[at] = byte;
  return isBlock(bytes, bytes.length);
}

describe("bytes of a right checksum", () => {
  test("are a block if that was written", () => {
    expect([isBlock(SOME, SOME.length), isBlock(WIDE, WIDE.length)]).toEqual([true, true]);
    // What stands behind a block in a buffer is no part of it.
    expect(isBlock(Buffer.concat([SOME, Buffer.alloc(9, 9)]), SOME.length)).toBe(true);
  });

  test("are none if they are too few, or one byte fewer or more", () => {
    for (let length = 0; length < SOME.length; length++) {
      expect(isBlock(SOME.subarray(SOME.length - length), length), `${length}`).toBe(false);
    }
    expect(isBlock(Buffer.concat([Buffer.alloc(1), SOME]), SOME.length + 1)).toBe(false);
  });

  test("are none without entries, or with more than there is room for", () => {
    expect([isBlockWith(COUNT, 0), isBlockWith(COUNT, 2), isBlockWith(COUNT + 1, 1)]).toEqual([
      false,
      false,
      false,
    ]);
  });

  test("are none if an entry isn't where the table says, or the table is another", () => {
    expect(isBlockWith(TABLE, 1)).toBe(false);
    expect(isBlockWith(TABLE + 4, ENTRY_BYTES + 1)).toBe(false);
    expect(isBlockWith(COUNT + 3, 1)).toBe(false);
  });

  test("are none if the lengths of an entry don't end, or lead behind the entries", () => {
    // The length of the last key, then that of its value.
    expect(isBlockWith(2 * ENTRY_BYTES, 100)).toBe(false);
    expect(isBlockWith(2 * ENTRY_BYTES + 1, 0x7f)).toBe(false);
    const endless = Buffer.from(SOME).fill(0xff, 2 * ENTRY_BYTES, TABLE);
    expect(isBlock(endless, endless.length)).toBe(false);
    const longest = blockOf([entry(Buffer.alloc(20, 0xff), undefined)]).fill(0xff, 0, 1);
    expect(isBlock(longest, longest.length)).toBe(false);
  });
});
