import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { FailingFileSystem } from "../../simulation/failing-file-system.js";
import { MemoryFileSystem } from "../../simulation/memory-file-system.js";
import { keyLength, valueLength } from "../../src/format/log/change.js";
import {
  batchPlace,
  confirmedSequence,
  FrameKind,
  frameKind,
  frameSequence,
} from "../../src/format/log/log-frame.js";
import { FrameStager, TooLong } from "../../src/log/frame-stager.js";
import { Log } from "../../src/log/log.js";
import { LogBuffer } from "../../src/log/log-buffer.js";
import { LogReader } from "../../src/log/log-reader.js";
import { LogSegment } from "../../src/log/log-segment.js";
import { LogTail } from "../../src/log/log-tail.js";

const DIRECTORY = Buffer.alloc(16, 7);

class Fixture {
  readonly fileSystem = new FailingFileSystem(new MemoryFileSystem());
  readonly log: Log;
  #nextId = 1;

  constructor(isHeld = false) {
    this.fileSystem.makeDirectory("/log");
    this.log = new Log(this.segment(), this.segment(), { sequence: 0, confirmed: 0 }, isHeld);
    this.log.begin();
  }

  segment(): LogSegment {
    const id = this.#nextId++;
    return LogSegment.create(this.fileSystem, "/log", { directory: DIRECTORY, id });
  }

  put(...texts: readonly string[]): void {
    for (const text of texts) this.stage(text);
    this.log.commit();
  }

  stage(text: string): void {
    const key = Buffer.from(text);
    this.log.stager.putBytes(key, 0, key.length, Buffer.from(`value of ${text}`), false);
  }

  reader({ file, salt }: LogSegment): LogReader {
    return new LogReader(this.fileSystem, { file, salt, size: this.fileSystem.size(file) });
  }

  /** What the frames of a segment say. */
  frames(segment: LogSegment): unknown[] {
    const frames: unknown[] = [];
    const reader = this.reader(segment);
    while (reader.next()) {
      const { buffer, at } = reader;
      const kind = frameKind(buffer, at);
      const sequence = frameSequence(buffer, at);
      if (kind === FrameKind.begin) frames.push(["begin", sequence]);
      else if (kind === FrameKind.sync) frames.push(["sync", sequence]);
      else frames.push([sequence, keyOf(buffer, at), ...placeOf(buffer, at)]);
    }
    return frames;
  }
}

function keyOf(buffer: Buffer, at: number): string {
  const start = at + 16 + 9;
  return buffer.toString("latin1", start, start + keyLength(buffer, at + 16));
}

function placeOf(buffer: Buffer, at: number): string[] {
  const { hasBegun, goesOn } = batchPlace(buffer, at);
  return [...(hasBegun ? ["began before"] : []), ...(goesOn ? ["goes on"] : [])];
}

describe("a log", () => {
  test("has the frames that were committed, in their order, and says where it goes on", () => {
    const fixture = new Fixture();
    const { log } = fixture;
    const first = log.active;
    fixture.put("a");
    fixture.put("b", "c");
    log.markDurable(log.targets());
    fixture.put("d");
    log.rotate();
    fixture.put("e");
    expect(fixture.frames(first)).toEqual([
      ["begin", 0],
      [1, "a"],
      [2, "b"],
      ["sync", 2],
      [3, "d"],
    ]);
    expect(fixture.frames(log.active)).toEqual([
      ["begin", 3],
      [4, "e"],
    ]);
    expect(log.earlier).toEqual([first]);
    expect(log.forgetUpTo(first.id)).toEqual([first]);
    log.close();
  });

  test("a batch of many changes is several frames, each of which says that it is a part", () => {
    const fixture = new Fixture();
    const long = "x".repeat(2 ** 18);
    fixture.put(`1${long}`, `2${long}`, `3${long}`);
    const places = fixture.frames(fixture.log.active).map((frame) => (frame as unknown[]).slice(2));
    expect(places).toEqual([[], ["goes on"], ["began before", "goes on"], ["began before"]]);
  });

  test("what was abandoned is neither written nor in memory", () => {
    const fixture = new Fixture();
    const { log } = fixture;
    fixture.put("a");
    const { memoryBytes } = log.buffer;
    const used = log.buffer.chunks.at(-1)?.used;
    fixture.stage("gone");
    fixture.stage("x".repeat(2 ** 20));
    log.stager.abandon();
    log.stager.abandon();
    expect(log.stager.isStaging).toBe(false);
    expect(log.buffer.memoryBytes).toBe(memoryBytes);
    expect(log.buffer.chunks.at(-1)?.used).toBe(used);
    fixture.put("b");
    expect(fixture.frames(log.active)).toEqual([
      ["begin", 0],
      [1, "a"],
      [2, "b"],
    ]);
  });

  test("a write that fails leaves the log torn; it goes on in the spare segment, behind what counts", () => {
    const fixture = new Fixture();
    const { log, fileSystem } = fixture;
    const first = log.active;
    fixture.put("a");
    fileSystem.fail({ nth: 1, code: "ENOSPC", calls: ["write"] });
    fixture.stage("lost");
    expect(() => log.commit()).toThrow("ENOSPC");
    log.stager.abandon();
    expect(log.isTorn).toBe(true);
    log.leaveActive();
    expect(log.isTorn).toBe(false);
    fixture.put("b");
    expect(log.sequence).toBe(2);
    expect(fixture.frames(log.active)).toEqual([
      ["begin", 1],
      [2, "b"],
    ]);
    expect(log.earlier).toEqual([first]);
    expect(log.targets().map(({ segment }) => segment)).toEqual([first, log.active]);
    expect(log.unsyncedBytes).toBeGreaterThan(0);
  });

  test("no sync frame is written in a torn segment: nobody knows what stands behind its end", () => {
    const fixture = new Fixture();
    const { log, fileSystem } = fixture;
    const first = log.active;
    fixture.put("a");
    const begun = log.targets();
    fileSystem.fail({ nth: 1, code: "ENOSPC", calls: ["write"] });
    fixture.stage("lost");
    expect(() => log.commit()).toThrow("ENOSPC");
    log.stager.abandon();
    const writes = fileSystem.count("write");
    log.markDurable(begun);
    expect(fileSystem.count("write")).toBe(writes);
    expect(log.isDirty).toBe(false);
    log.leaveActive();
    fixture.put("b");
    log.markDurable(log.targets());
    expect(fixture.frames(first)).toEqual([
      ["begin", 0],
      [1, "a"],
    ]);
    expect(fixture.frames(log.active).at(-1)).toEqual(["sync", 2]);
  });

  test("a sync frame that can't be written makes it torn, and no more", () => {
    const fixture = new Fixture();
    const { log, fileSystem } = fixture;
    fixture.put("a");
    fileSystem.fail({ nth: 1, code: "EIO", calls: ["write"] });
    log.markDurable(log.targets());
    expect(log.isTorn).toBe(true);
    expect(log.isDirty).toBe(false);
  });

  test("holds changes back, and writes them as one batch", () => {
    const fixture = new Fixture(true);
    const { log, fileSystem } = fixture;
    fixture.put("a");
    fixture.put("b");
    expect(fixture.frames(log.active)).toEqual([["begin", 0]]);
    expect([log.isHolding, log.isDirty]).toEqual([true, true]);
    fileSystem.fail({ nth: 1, code: "EIO", calls: ["write"] });
    expect(() => log.writeHeld()).toThrow("EIO");
    expect(log.isHolding).toBe(true);
    log.leaveActive();
    log.writeHeld();
    log.writeHeld();
    expect(fixture.frames(log.active)).toEqual([
      ["begin", 0],
      [1, "a", "goes on"],
      [2, "b", "began before"],
    ]);
  });

  test("takes the last commit back, once, and only as long as it isn't on disk", () => {
    const fixture = new Fixture();
    const { log } = fixture;
    expect(log.takeBack()).toBe(false);
    fixture.put("a");
    fixture.put("b");
    expect(log.takeBack()).toBe(true);
    expect([log.sequence, log.isTorn]).toEqual([1, true]);
    expect(log.takeBack()).toBe(false);
    log.leaveActive();
    fixture.put("c");
    log.markDurable(log.targets());
    expect(log.takeBack()).toBe(false);
    expect([log.sequence, log.isTorn]).toEqual([2, false]);
    expect(fixture.frames(log.active).slice(0, 2)).toEqual([
      ["begin", 1],
      [2, "c"],
    ]);
  });

  test("a segment says up to which frame all was on disk when it was begun, but for what was taken back", () => {
    const fixture = new Fixture();
    const { log } = fixture;
    const confirmed = () => {
      const reader = fixture.reader(log.active);
      reader.next();
      return confirmedSequence(reader.buffer, reader.at);
    };
    expect(confirmed()).toBe(0);
    fixture.put("a");
    const begun = log.targets();
    fixture.put("b");
    log.markDurable(begun);
    log.leaveActive();
    expect(confirmed()).toBe(1);
    log.spare = fixture.segment();
    fixture.put("gone");
    const late = log.targets();
    expect(log.takeBack()).toBe(true);
    log.leaveActive();
    fixture.put("c");
    // It was about a frame with the number of this one.
    log.markDurable(late);
    log.spare = fixture.segment();
    log.leaveActive();
    expect(confirmed()).toBe(1);
    log.markDurable(log.targets());
    log.spare = fixture.segment();
    log.leaveActive();
    expect(confirmed()).toBe(3);
  });

  test("a sync says nothing of what an earlier owner wrote, nor of what comes behind that", () => {
    const fixture = new Fixture();
    const { log } = fixture;
    const adopted = fixture.segment();
    adopted.isAdopted = true;
    log.earlier = [adopted];
    fixture.put("a");
    log.markDurable(log.targets());
    expect(fixture.frames(log.active)).toEqual([
      ["begin", 0],
      [1, "a"],
    ]);
    log.leaveActive();
    const reader = fixture.reader(log.active);
    reader.next();
    expect(confirmedSequence(reader.buffer, reader.at)).toBe(0);
  });

  test("takes back what is held, but not what was written since", () => {
    const fixture = new Fixture(true);
    const { log } = fixture;
    fixture.put("a");
    fixture.put("gone");
    expect(log.takeBack()).toBe(true);
    log.writeHeld();
    expect(fixture.frames(log.active)).toEqual([
      ["begin", 0],
      [1, "a"],
    ]);
    fixture.put("b");
    log.writeHeld();
    expect(log.takeBack()).toBe(false);
    expect([log.sequence, log.isTorn]).toEqual([2, false]);
  });

  test("holds what is put in the place of what it held, be it nothing", () => {
    const fixture = new Fixture(true);
    const { log } = fixture;
    fixture.put("a");
    log.writeHeld();
    fixture.put("b", "c");
    fixture.put("d");
    const buffer = new LogBuffer();
    log.replaceHeld(buffer, new FrameStager(buffer));
    expect([log.held, log.sequence, log.isHolding]).toEqual([[], 1, false]);
    log.writeHeld();
    fixture.put("e");
    log.writeHeld();
    expect(log.buffer).toBe(buffer);
    expect(buffer.chunks).toHaveLength(1);
    expect(fixture.frames(log.active)).toEqual([
      ["begin", 0],
      [1, "a"],
      [2, "e"],
    ]);
  });

  test("nothing is written to a segment that is closed: its descriptor may be another file's", () => {
    const fixture = new Fixture();
    const segment = fixture.segment();
    const writes = fixture.fileSystem.count("write");
    segment.close();
    segment.close();
    expect(fixture.fileSystem.count("close")).toBe(1);
    expect(() => segment.write(Buffer.alloc(1), 0, 1, 64)).toThrow("/log/000003.log is closed");
    expect(fixture.fileSystem.count("write")).toBe(writes);
  });

  test("no change is longer than a frame", () => {
    const stager = new FrameStager(new LogBuffer());
    const huge = { length: 2 ** 31 } as unknown as Uint8Array;
    expect(() => stager.putBytes(huge, 0, 2 ** 31, undefined, false)).toThrow(TooLong);
  });
});

describe("a reader of a log", () => {
  test("finds the next good frame behind damage, wherever that is", () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 1, max: 12 }),
        fc.nat(),
        fc.integer({ min: 1, max: 255 }),
        (count, at, bits) => {
          const fixture = new Fixture();
          const { log } = fixture;
          for (let number = 1; number <= count; number++) fixture.put(`key ${number}`);
          const whole = fixture.frames(log.active);
          const { file, salt } = log.active;
          const size = fixture.fileSystem.size(file);
          const offset = 64 + (at % (size - 64));
          const byte = Buffer.alloc(1);
          fixture.fileSystem.read(file, byte, 0, 1, offset);
          byte[0] = (byte[0] as number) ^ bits;
          fixture.fileSystem.write(file, byte, 0, 1, offset);
          const reader = new LogReader(fixture.fileSystem, { file, salt, size });
          const seen: number[] = [];
          for (;;) {
            while (reader.next()) {
              const { buffer, at: frameAt } = reader;
              if (frameKind(buffer, frameAt) === FrameKind.changes) {
                seen.push(frameSequence(buffer, frameAt));
              }
            }
            if (reader.isAtEnd || !reader.resync(seen.at(-1) ?? 0, count)) break;
          }
          // One frame was hit: of the changes at most that one is missing.
          expect(whole.length - 1).toBe(count);
          expect(seen.length).toBeGreaterThanOrEqual(count - 1);
          expect(seen).toEqual([...seen].sort((a, b) => a - b));
        },
      ),
      { numRuns: 200 },
    );
  });

  test("a sync frame further on says that what is damaged was on disk", () => {
    const fixture = new Fixture();
    const { log, fileSystem } = fixture;
    fixture.put("a");
    fixture.put("b");
    log.markDurable(log.targets());
    fixture.put("c");
    const { file } = log.active;
    fileSystem.write(file, Buffer.from("?"), 0, 1, 64 + 16 + 20);
    const damaged = fixture.reader(log.active);
    while (damaged.next());
    expect(damaged.isBelowMark()).toBe(true);
    expect(damaged.resync(0, 9)).toBe(true);
    expect(damaged.next()).toBe(true);
    expect(frameSequence(damaged.buffer, damaged.at)).toBe(2);
    while (damaged.next());
    expect(damaged.isAtEnd).toBe(true);
    expect(damaged.isBelowMark()).toBe(false);
  });

  test("a sync frame that was written later says nothing of what came after its sync began", () => {
    const fixture = new Fixture();
    const { log, fileSystem } = fixture;
    fixture.put("a");
    const begun = log.targets();
    const at = log.active.size;
    fixture.put("b");
    log.markDurable(begun);
    const { file } = log.active;
    fileSystem.write(file, Buffer.from("?"), 0, 1, at + 20);
    const damaged = fixture.reader(log.active);
    while (damaged.next());
    expect(damaged.nextOffset).toBe(at);
    expect(damaged.isBelowMark()).toBe(false);
    log.markDurable(log.targets());
    const later = fixture.reader(log.active);
    while (later.next());
    expect(later.isBelowMark()).toBe(true);
    expect(later.nextOffset).toBe(at);
  });

  test("comes to the end where the file was cut off while it reads", () => {
    const fixture = new Fixture();
    const { log, fileSystem } = fixture;
    fixture.put("a");
    const { file, salt, size } = log.active;
    const reader = new LogReader(fileSystem, { file, salt, size: size + 1000 });
    expect([reader.next(), reader.next(), reader.next()]).toEqual([true, true, false]);
    expect(reader.isAtEnd).toBe(false);
    expect(reader.resync(0, 9)).toBe(false);
    expect([reader.isAtEnd, reader.next()]).toEqual([true, false]);
  });
});

describe("the tail of a log", () => {
  test("hands over what has come, batch by batch, over segments, until there is another history", () => {
    const fixture = new Fixture();
    const { log } = fixture;
    const segments = [log.active, log.spare as LogSegment];
    const seen: number[] = [];
    const tail = new LogTail(
      fixture.fileSystem,
      segments.map(({ file, salt }) => ({ file, salt, size: 0 })),
      0,
      (batch) => seen.push(batch.length),
    );
    expect(tail.advance()).toBe("the end so far");
    fixture.put("a");
    fixture.put(`1${"x".repeat(2 ** 18)}`, "2");
    expect(tail.advance()).toBe("the end so far");
    expect([seen, tail.sequence]).toEqual([[1, 2], 3]);
    log.leaveActive();
    fixture.put("b");
    expect(tail.advance()).toBe("the end so far");
    expect([seen, tail.sequence]).toEqual([[1, 2, 1], 4]);
    const another = new LogTail(
      fixture.fileSystem,
      segments.map(({ file, salt }) => ({ file, salt, size: 0 })),
      9,
      () => {},
    );
    expect(another.advance()).toBe("another history");
  });
});

test("the values of changes are what was put", () => {
  const fixture = new Fixture();
  fixture.put("a");
  const reader = fixture.reader(fixture.log.active);
  reader.next();
  reader.next();
  expect(valueLength(reader.buffer, reader.at + 16)).toBe("value of a".length);
});
