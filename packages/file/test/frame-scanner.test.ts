import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { FrameKind, MAX_FRAME_BYTES } from "../src/frame.js";
import { FrameScanner } from "../src/frame-scanner.js";
import { SEGMENT_HEADER_BYTES, Segment, segmentHeader } from "../src/segment.js";
import { FailingFileSystem } from "./support/failing-file-system.js";
import { forgedFrame } from "./support/forged-frame.js";
import { MemoryFileSystem } from "./support/memory-file-system.js";
import { ReadMeter } from "./support/read-meter.js";

const uuid = "00112233445566778899aabbccddeeff";
const identity = { table: Buffer.from(uuid, "hex"), id: 1, covers: 0, type: 1 };
const PATH = "/000001.log";
const WINDOW = 2 ** 18;

/** A segment of these frames, the first of which has the number 1. */
function contentOf(bodies: readonly Uint8Array[], kinds: readonly number[] = []): Buffer {
  const parts = [segmentHeader(identity)];
  let offset = SEGMENT_HEADER_BYTES;
  for (const [index, body] of bodies.entries()) {
    const kind = kinds[index] ?? FrameKind.put;
    const frame = forgedFrame({ uuid, segment: 1, offset, sequence: index + 1, kind, body });
    parts.push(frame);
    offset += frame.length;
  }
  return Buffer.concat(parts);
}

function segmentOf(content: Buffer, length = content.length) {
  const memory = new MemoryFileSystem();
  const created = memory.create(PATH);
  memory.write(created, content, 0, content.length, 0);
  const failing = new FailingFileSystem(memory);
  const meter = new ReadMeter(failing);
  const file = meter.fileSystem.open(PATH);
  const segment = new Segment(meter.fileSystem, PATH, file, identity, 0, length);
  return { segment, failing, meter };
}

/** Where the frames stand that a scanner finds, with or without looking behind what is none. */
function found(segment: Segment, resyncs = false): number[] {
  const scanner = new FrameScanner(segment, SEGMENT_HEADER_BYTES, segment.length);
  const offsets: number[] = [];
  do {
    while (scanner.next()) {
      expect(scanner.buffer.readUInt32LE(scanner.at + 4)).toBe(scanner.length);
      expect(scanner.nextOffset).toBe(scanner.offset + scanner.length);
      offsets.push(scanner.offset);
    }
  } while (resyncs && !scanner.isAtEnd && scanner.resync(2 ** 20));
  return offsets;
}

function offsetsOf(bodies: readonly Uint8Array[]): number[] {
  let offset = SEGMENT_HEADER_BYTES;
  return bodies.map(({ length }) => {
    const start = offset;
    offset += 16 + length;
    return start;
  });
}

const bodies = fc.array(
  fc.oneof(
    { weight: 8, arbitrary: fc.uint8Array({ maxLength: 40 }) },
    {
      weight: 1,
      arbitrary: fc
        .constantFrom(WINDOW - 17, WINDOW - 16, WINDOW, 2 * WINDOW, WINDOW / 2)
        .map((size) => new Uint8Array(size).fill(size)),
    },
  ),
  { minLength: 1, maxLength: 12 },
);

describe("next", () => {
  test("finds all frames in turn, of any length, be the reads short or not", () => {
    fc.assert(
      fc.property(bodies, fc.boolean(), (given, isShort) => {
        const { segment, failing } = segmentOf(contentOf(given));
        failing.halvesTransfers = isShort;
        expect(found(segment)).toEqual(offsetsOf(given));
      }),
      { numRuns: 60 },
    );
  });

  test("stops where a frame isn't whole", () => {
    const content = contentOf([Buffer.from("one"), Buffer.from("two")]);
    for (let end = SEGMENT_HEADER_BYTES; end < content.length; end++) {
      const { segment } = segmentOf(content, end);
      const expected = end < SEGMENT_HEADER_BYTES + 19 ? [] : [SEGMENT_HEADER_BYTES];
      expect(found(segment)).toEqual(expected);
    }
  });

  test("takes no frame that stands elsewhere, or is of another segment or table", () => {
    const at = SEGMENT_HEADER_BYTES;
    const frame = { uuid, segment: 1, offset: at, sequence: 1, kind: 1, body: Buffer.from("x") };
    const others = [
      { ...frame, offset: at + 1 },
      { ...frame, offset: at + 2 ** 32 },
      { ...frame, segment: 2 },
      { ...frame, uuid: uuid.replace("f", "e") },
    ];
    for (const other of others) {
      const content = Buffer.concat([segmentHeader(identity), forgedFrame(other)]);
      expect(found(segmentOf(content).segment)).toEqual([]);
    }
    const content = Buffer.concat([segmentHeader(identity), forgedFrame(frame)]);
    expect(found(segmentOf(content).segment)).toEqual([at]);
  });

  test("reads nothing for a length that no frame can have", () => {
    const content = contentOf([Buffer.from("one")]);
    for (const length of [0, 15, MAX_FRAME_BYTES + 1, 2 ** 32 - 1]) {
      content.writeUInt32LE(length, SEGMENT_HEADER_BYTES + 4);
      // As if there were so much.
      const { segment, meter } = segmentOf(content, 2 ** 33);
      const scanner = new FrameScanner(segment, SEGMENT_HEADER_BYTES, segment.length);
      expect(scanner.next()).toBe(false);
      expect(scanner.isAtEnd).toBe(false);
      expect(meter.bytesOf(".log")).toBeLessThan(WINDOW);
      expect(scanner.buffer.length).toBeLessThanOrEqual(WINDOW);
    }
  });
});

describe("resync", () => {
  test("finds all frames but those that were touched, whatever stands in between", () => {
    const touches = fc.array(
      fc.tuple(fc.double({ min: 0, max: 0.9999, noNaN: true }), fc.uint8Array({ minLength: 1 })),
      { minLength: 1, maxLength: 4 },
    );
    fc.assert(
      fc.property(bodies, touches, (given, touched) => {
        const content = contentOf(given);
        const before = Buffer.from(content);
        const room = content.length - SEGMENT_HEADER_BYTES;
        for (const [where, bytes] of touched) {
          const at = SEGMENT_HEADER_BYTES + Math.floor(where * room);
          content.set(bytes.subarray(0, content.length - at), at);
        }
        const whole = offsetsOf(given).filter((offset, index) => {
          const end = offset + 16 + (given[index]?.length ?? 0);
          return before.subarray(offset, end).equals(content.subarray(offset, end));
        });
        expect(found(segmentOf(content).segment, true)).toEqual(whole);
      }),
      { numRuns: 60 },
    );
  });

  test("reads bytes that are no frames about once", () => {
    const random = Buffer.alloc(2 ** 21);
    let state = 1;
    for (let at = 0; at < random.length; at += 4) {
      state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
      random.writeUInt32LE((state ^ (state >>> 15)) >>> 0, at);
    }
    const { segment, meter } = segmentOf(Buffer.concat([segmentHeader(identity), random]));
    const scanner = new FrameScanner(segment, SEGMENT_HEADER_BYTES, segment.length);
    expect(scanner.next()).toBe(false);
    expect(scanner.resync(2 ** 32)).toBe(false);
    expect(scanner.isAtEnd).toBe(true);
    expect(meter.bytesOf(".log")).toBeLessThan(2 * random.length);
  });
});

test("a file that is shorter than it should be has nothing behind its end", () => {
  const content = contentOf([Buffer.from("one")]);
  content[SEGMENT_HEADER_BYTES] = 0;
  const { segment } = segmentOf(content, 2 ** 20);
  const scanner = new FrameScanner(segment, SEGMENT_HEADER_BYTES, segment.length);
  expect(scanner.next()).toBe(false);
  expect(scanner.isBelowMark()).toBe(false);
  expect(scanner.resync(9)).toBe(false);
  expect(scanner.isAtEnd).toBe(true);
});

describe("isBelowMark", () => {
  const mark = (offset: number) => {
    const body = Buffer.alloc(8);
    body.writeBigUInt64LE(BigInt(offset));
    return body;
  };

  test("says whether a mark further on counts the place as on disk; the scanner stays where it is", () => {
    const first = SEGMENT_HEADER_BYTES;
    const second = first + 19;
    for (const [offset, isBelow] of [
      [first, false],
      [second, true],
      [second + 100, true],
    ] as const) {
      const content = contentOf(
        [Buffer.from("one"), mark(offset), Buffer.from("two")],
        [FrameKind.put, FrameKind.sync],
      );
      content[first + 17] = 0;
      const { segment } = segmentOf(content);
      const scanner = new FrameScanner(segment, first, segment.length);
      expect(scanner.next()).toBe(false);
      expect(scanner.isBelowMark()).toBe(isBelow);
      expect(scanner.offset).toBe(first);
      expect(scanner.next()).toBe(false);
      expect(scanner.resync(9)).toBe(true);
      expect(scanner.next()).toBe(true);
      expect(scanner.offset).toBe(second);
    }
  });

  test("takes the bytes of a mark for one only where they are valid", () => {
    const content = contentOf([Buffer.from("one"), mark(500)], [FrameKind.put, FrameKind.sync]);
    content[SEGMENT_HEADER_BYTES + 17] = 0;
    content[content.length - 1] = 1;
    const { segment } = segmentOf(content);
    const scanner = new FrameScanner(segment, SEGMENT_HEADER_BYTES, segment.length);
    expect(scanner.next()).toBe(false);
    expect(scanner.isBelowMark()).toBe(false);
  });
});
