import type { Key } from "@store/core";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { writeVarint } from "../src/format/varint.js";
import { FRAME_HEADER_BYTES } from "../src/frame.js";
import { HintEntryWriter, readHintEntries } from "../src/hint-entries.js";
import { HintPlaces } from "../src/hint-places.js";
import { SEGMENT_HEADER_BYTES, Segment } from "../src/segment.js";
import { key as anyKey } from "./support/any-value.js";
import { Disk } from "./support/disk.js";

const START = 8;

interface Entry {
  readonly key: Key;
  readonly position: number;
  readonly length: number;
}

/** One for each length, as if others had been opened before and between them. */
function segmentsOf(lengths: readonly number[]): Segment[] {
  const { fileSystem } = new Disk();
  const table = new Uint8Array(16);
  return lengths.map((length, ordinal) => {
    const identity = { table, id: ordinal + 1, covers: 0, type: 1 };
    const index = (3 * (lengths.length - ordinal)) % 8_191;
    return new Segment(fileSystem, "", 0, identity, index, length);
  });
}

function placesOf(segments: readonly Segment[]): HintPlaces {
  return new HintPlaces(
    segments,
    segments.map(({ length }) => length),
  );
}

/** The entries that are read; undefined if they are found to be wrong. */
function read(bytes: Buffer, end: number, segments: readonly Segment[]): Entry[] | undefined {
  const entries: Entry[] = [];
  const put = (key: Key, position: number, length: number) => {
    entries.push({ key, position, length });
    return 0;
  };
  try {
    return readHintEntries(bytes, START, end, placesOf(segments), { put }) ? entries : undefined;
  } catch {
    return undefined;
  }
}

/** What is read of a chunk of numbers as they stand in it, and bytes of keys. */
function readForged(
  parts: readonly (number | readonly number[])[],
  segments: readonly Segment[],
): Entry[] | undefined {
  const bytes = Buffer.alloc(START + 1_000);
  let end = START;
  for (const part of parts) {
    if (typeof part === "number") end = writeVarint(bytes, end, part);
    else end += Buffer.from(part).copy(bytes, end);
  }
  return read(bytes, end, segments);
}

const segmentLengths = fc.array(
  fc.oneof(fc.integer({ min: 100, max: 1_000 }), fc.integer({ min: 2 ** 31, max: 2 ** 39 })),
  { minLength: 1, maxLength: 20 },
);

const longKey = fc
  .tuple(fc.constantFrom(20, 30, 31, 32, 300, 5_000, 70_000), fc.constantFrom("a", "é", "\ud800"))
  .map(([length, character]) => character.repeat(length));

/** Where a frame is, as shares of what there is. */
const frame = fc.record({
  key: fc.oneof({ weight: 9, arbitrary: anyKey }, { weight: 1, arbitrary: longKey }),
  ordinal: fc.nat(19),
  at: fc.double({ min: 0, max: 1, noNaN: true }),
  length: fc.oneof(fc.constant(120), fc.integer({ min: 16, max: 2 ** 31 - 1 })),
  /** Right behind the one before, if there is room. */
  follows: fc.boolean(),
});

/** Entries whose frames are in the segments. */
function entriesOf(
  frames: readonly (typeof frame extends fc.Arbitrary<infer T> ? T : never)[],
  segments: readonly Segment[],
): Entry[] {
  let last: { readonly segment: Segment; readonly end: number } | undefined;
  return frames.map(({ key, ordinal, at, length: wanted, follows }) => {
    const room = last === undefined ? 0 : last.segment.length - last.end;
    const isNext = last !== undefined && follows && room >= FRAME_HEADER_BYTES;
    const segment =
      isNext && last ? last.segment : (segments[ordinal % segments.length] as Segment);
    const most = segment.length - SEGMENT_HEADER_BYTES;
    const length = Math.min(wanted, isNext ? room : most);
    const offset =
      isNext && last ? last.end : SEGMENT_HEADER_BYTES + Math.floor(at * (most - length));
    last = { segment, end: offset + length };
    return { key, position: segment.positionOf(offset), length };
  });
}

describe("entries", () => {
  test("of any keys and frames are read as they were written", () => {
    fc.assert(
      fc.property(segmentLengths, fc.array(frame), fc.nat(20), (lengths, frames, several) => {
        const segments = segmentsOf(lengths);
        const places = placesOf(segments);
        const entries = entriesOf(frames, segments);
        const writer = new HintEntryWriter(START, 1_000);
        const found: Entry[] = [];
        for (const [index, { key, position, length }] of entries.entries()) {
          writer.add(key, places.placeOf(position), length);
          const isLast = index === entries.length - 1;
          if (!isLast && writer.end < 1_000 && index % (several + 1) !== 0) continue;
          found.push(...(read(writer.bytes, writer.end, segments) ?? []));
          writer.clear();
        }
        expect(found).toStrictEqual(entries);
      }),
      { numRuns: 300 },
    );
  });

  test("that are random bytes lead to no frame outside of the segments", () => {
    const byte = fc.oneof(fc.nat(255), fc.constantFrom(0, 1, 2, 3, 4, 7, 11, 16, 0x80, 0xff));
    // An entry with a key of a byte: its flags, the length and the place of any frame.
    const entry = fc
      .tuple(fc.nat(127), fc.nat(127), fc.nat(127))
      .map(([length, low, high]) => [7, length, 0x80 + low, high, 0x2c]);
    const pieces = fc.array(fc.oneof(byte.map(Array.of<number>), entry), { maxLength: 40 });
    let believed = 0;
    fc.assert(
      fc.property(segmentLengths, pieces, (lengths, random) => {
        const segments = segmentsOf(lengths);
        const found = readForged([random.flat()], segments) ?? [];
        believed += found.length;
        for (const { position, length } of found) {
          const segment = segments.find(({ index }) => index === Math.floor(position / 2 ** 40));
          expect(length).toBeGreaterThanOrEqual(FRAME_HEADER_BYTES);
          expect(position % 2 ** 40).toBeGreaterThanOrEqual(SEGMENT_HEADER_BYTES);
          expect((position % 2 ** 40) + length).toBeLessThanOrEqual(segment?.length ?? 0);
        }
      }),
      { numRuns: 20_000 },
    );
    expect(believed).toBeGreaterThan(0);
  });

  test("in the order of the log, of frames of one length, take a byte and the key", () => {
    const writer = new HintEntryWriter(START, 1_000);
    writer.add("0123456789", 64, 120);
    const { end } = writer;
    writer.add("abcdefghij", 184, 120);
    expect(writer.end - end).toBe(13);
  });
});

describe("an entry isn't believed", () => {
  const segments = segmentsOf([1_000, 2_000]);
  /** The number 1. */
  const KEY = [0x2f, 0x04];
  /** The head of an entry with a key of two bytes, which says where its frame is, and how long. */
  const HEAD = 2 * 4 + 3;
  const forward = (bytes: number) => 2 * bytes;
  const back = (bytes: number) => 2 * bytes - 1;
  const first = [HEAD, 100, forward(64), KEY] as const;

  test("unlike one that is right", () => {
    expect(readForged([...first, 8, KEY], segments)).toHaveLength(2);
    expect(readForged([HEAD, 936, forward(64), KEY], segments)).toHaveLength(1);
    expect(readForged([HEAD, 1_936, forward(1_064), KEY], segments)).toHaveLength(1);
  });

  test.each<[string, readonly (number | readonly number[])[]]>([
    ["whose frame is in the header of a segment", [HEAD, 100, forward(63), KEY]],
    ["whose frame is in the header of a later segment", [HEAD, 100, forward(1_063), KEY]],
    ["whose frame is at the end of a segment", [HEAD, 100, forward(1_000), KEY]],
    ["whose frame is longer than its segment", [HEAD, 937, forward(64), KEY]],
    ["whose frame goes on behind the last segment", [HEAD, 100, forward(2_901), KEY]],
    ["whose frame is behind all segments", [HEAD, 100, forward(5_000), KEY]],
    ["whose frame is before all segments", [...first, 8 + 2, back(200), KEY]],
    ["whose frame has no length", [2 * 4 + 2, forward(64), KEY]],
    ["whose frame is shorter than any", [HEAD, 15, forward(64), KEY]],
    ["whose frame is longer than any", [HEAD, 2 ** 31, forward(64), KEY]],
    ["whose distance is no number", [HEAD, 100, new Array(200).fill(0x80), KEY]],
    ["whose key isn't all there", [...first, 3 * 4, KEY]],
    ["whose key is longer than all", [...first, 2 ** 33, KEY]],
    ["that has no key", [...first, 0]],
    ["whose key has bytes that are none", [...first, 4, [0xc1]]],
    ["that ends after its head", [...first, HEAD]],
  ])("%s", (_name, parts) => {
    expect(readForged(parts, segments)).toBeUndefined();
  });

  test("whose frame is longer than any, where there is room", () => {
    const large = segmentsOf([2 ** 36]);
    expect(readForged([HEAD, 2 ** 31 - 1, forward(64), KEY], large)).toHaveLength(1);
    expect(readForged([HEAD, 2 ** 31, forward(64), KEY], large)).toBeUndefined();
  });
});
