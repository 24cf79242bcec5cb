import { describe, expect, test } from "vitest";
import { MemoryFileSystem } from "../../simulation/memory-file-system.js";
import { checksum } from "../../src/format/checksum.js";
import { LAST_STORAGE_ID } from "../../src/format/entry-key.js";
import {
  decodeFooter,
  footerStart,
  type RunFooter,
  TAIL_BYTES,
} from "../../src/format/run/run-footer.js";
import { runSalt, saltAt } from "../../src/format/run/run-identity.js";
import { readWhole } from "../../src/platform/whole-file.js";
import { CorruptRun } from "../../src/runs/run-error.js";
import { PieceReader } from "../../src/runs/survey/piece-reader.js";
import { type RunSurvey, surveyRun } from "../../src/runs/survey/run-survey.js";
import { SurveyedEntries } from "../../src/runs/survey/surveyed-entries.js";
import { entry, identity, type TestEntry, writeRun } from "../support/run-files.js";

const PATH = "/000001.run";
const HEADER = 52;

/** An entry of a table. */
function record(storageId: number, name: string, value: Buffer): TestEntry {
  const key = Buffer.alloc(4 + name.length);
  key.writeUInt32BE(storageId);
  key.write(name, 4);
  return entry(key, value);
}

/** Entries with a block each, and so many bytes of their keys in the index that it has three levels. */
const LONG_KEYS = Array.from({ length: 40 }, (_, index) => {
  const name = `${"x".repeat(1500)}${String(index).padStart(2, "0")}.`;
  return record(20 + Math.floor(index / 10), name, Buffer.alloc(3000, index));
});

/** The run of some entries, and what is found in it. */
class Fixture {
  /** What the file has. */
  content: Buffer;
  readonly size: number;
  readonly footer: RunFooter;
  /** Called behind each read. */
  onRead = (): void => {};

  constructor(entries: readonly TestEntry[]) {
    const fileSystem = new MemoryFileSystem();
    writeRun(fileSystem, PATH, 1, entries);
    this.content = readWhole(fileSystem, PATH);
    this.size = this.content.length;
    const start = footerStart(this.content.subarray(-TAIL_BYTES), this.size) as number;
    const salt = runSalt(identity(1));
    this.footer = decodeFooter(this.content.subarray(start), salt, start) as RunFooter;
  }

  /** Makes a byte another one. */
  damage(at: number): void {
    this.content.writeUInt8(this.content.readUInt8(at) ^ 0x5a, at);
  }

  reader(): PieceReader {
    const fileSystem = new MemoryFileSystem();
    fileSystem.read = (_, buffer, start, length, position) => {
      const read = this.content.subarray(position, position + length).copy(buffer, start);
      this.onRead();
      return read;
    };
    return new PieceReader(fileSystem, 0, identity(1));
  }

  survey(footer: RunFooter | undefined): RunSurvey {
    return surveyRun(this.reader(), this.size, footer);
  }

  entries({ blocks }: RunSurvey): SurveyedEntries {
    return new SurveyedEntries(PATH, this.reader(), blocks);
  }

  /** The keys of all entries that are found, as texts. */
  keys(survey: RunSurvey): string[] {
    const keys: string[] = [];
    const entries = this.entries(survey);
    for (; entries.isValid; entries.next()) {
      keys.push(entries.buffer.toString("latin1", entries.keyStart, entries.keyEnd));
    }
    expect(survey.entries).toBe(keys.length);
    return keys;
  }
}

function keysOf(entries: readonly TestEntry[]): string[] {
  return entries.map(({ key }) => key.toString("latin1"));
}

describe("a run whose index has several levels", () => {
  test("has all of its entries, in their order, with or without its index", () => {
    const fixture = new Fixture(LONG_KEYS);
    expect(fixture.footer.levels).toBeGreaterThan(2);
    const known = fixture.survey(fixture.footer);
    expect(known.gaps).toEqual([]);
    expect(fixture.keys(known)).toEqual(keysOf(LONG_KEYS));
    const found = fixture.survey(undefined);
    expect(fixture.keys(found)).toEqual(keysOf(LONG_KEYS));
    expect(found.gaps).toEqual([]);
  });

  test("loses nothing but a block of the index when that is damaged", () => {
    const fixture = new Fixture(LONG_KEYS);
    const { root } = fixture.footer;
    fixture.damage(root.offset + 10);
    const survey = fixture.survey(fixture.footer);
    expect(fixture.keys(survey)).toEqual(keysOf(LONG_KEYS));
    expect(survey.gaps).toEqual([
      {
        from: root.offset,
        to: root.offset + root.length,
        firstStorageId: 23,
        lastStorageId: 23,
      },
    ]);
  });

  test("loses one block of data when that is damaged, and tells of which tables it was", () => {
    const fixture = new Fixture(LONG_KEYS);
    const whole = fixture.survey(fixture.footer);
    const offset = whole.blocks.offsetOf(10);
    fixture.damage(offset + 100);
    const survey = fixture.survey(fixture.footer);
    const expected = keysOf(LONG_KEYS);
    expected.splice(10, 1);
    expect(fixture.keys(survey)).toEqual(expected);
    expect(survey.gaps).toEqual([
      {
        from: offset,
        to: offset + whole.blocks.lengthOf(10),
        firstStorageId: 20,
        lastStorageId: 21,
      },
    ]);
  });
});

describe("a run without a footer", () => {
  const bytes = (text: string) => Buffer.from(text);

  test("goes on with the next block behind one that is damaged", () => {
    const entries = Array.from({ length: 200 }, (_, index) =>
      record(20, `${String(index).padStart(3, "0")}.`, Buffer.alloc(100, index)),
    );
    const fixture = new Fixture(entries);
    const { blocks } = fixture.survey(fixture.footer);
    expect(blocks.count).toBeGreaterThan(4);
    const from = blocks.offsetOf(1);
    fixture.damage(from + 100);
    const survey = fixture.survey(undefined);
    expect(survey.gaps).toEqual([
      { from, to: blocks.offsetOf(2), firstStorageId: 20, lastStorageId: 20 },
    ]);
    const found = new Set(fixture.keys(survey));
    const isLost = entries.map(({ key }) => !found.has(key.toString("latin1")));
    const first = isLost.indexOf(true);
    const last = isLost.lastIndexOf(true);
    expect(isLost.slice(first, last).includes(false)).toBe(false);
    expect(last - first).toBeLessThan(40);
  });

  test("has a record that is longer than all that is looked for backward", () => {
    const entries = [
      record(20, "a.", bytes("before")),
      record(20, "b.", Buffer.alloc(200_000, "long")),
      record(20, "c.", bytes("behind")),
    ];
    const fixture = new Fixture(entries);
    expect(fixture.keys(fixture.survey(undefined))).toEqual(keysOf(entries));
  });

  test("has a block a part of which has a right checksum by chance", () => {
    const value = Buffer.alloc(100, "v");
    const draft = new Fixture([record(20, "a.", value)]).content;
    const at = draft.indexOf(value) + 50;
    const sum = checksum(draft, HEADER, at, saltAt(runSalt(identity(1)), HEADER));
    value.writeUInt32LE(sum, 50);
    const entries = [record(20, "a.", value)];
    const fixture = new Fixture(entries);
    expect(fixture.keys(fixture.survey(undefined))).toEqual(keysOf(entries));
  });

  test("is given up where damage looks like the ends of thousands of blocks; what the index leads to isn't", () => {
    // A table of one place, 0, and a checksum.
    const pseudo = Buffer.from([0, 0, 0, 0, 1, 0, 0, 0, 1, 2, 3, 4]);
    const entries = [
      record(20, "a.", bytes("before")),
      record(21, "b.", Buffer.alloc(12_000, pseudo)),
      record(22, "c.", bytes("behind")),
    ];
    const fixture = new Fixture(entries);
    const { blocks } = fixture.survey(fixture.footer);
    const from = blocks.offsetOf(1);
    fixture.damage(from + 10);
    const [a = "", , c = ""] = keysOf(entries);
    const given = fixture.survey(undefined);
    expect(fixture.keys(given)).toEqual([a]);
    expect(given.gaps).toEqual([
      { from, to: fixture.size, firstStorageId: 20, lastStorageId: LAST_STORAGE_ID },
    ]);
    const known = fixture.survey(fixture.footer);
    expect(fixture.keys(known)).toEqual([a, c]);
    expect(known.gaps).toEqual([
      { from, to: blocks.offsetOf(2), firstStorageId: 20, lastStorageId: 22 },
    ]);
  });
});

test("a run of one block has no index; one without entries has no block", () => {
  const entries = [record(20, "a.", Buffer.from("value"))];
  const one = new Fixture(entries);
  expect(one.footer.levels).toBe(0);
  expect(one.keys(one.survey(one.footer))).toEqual(keysOf(entries));
  one.damage(HEADER);
  expect(one.survey(one.footer)).toMatchObject({
    entries: 0,
    gaps: [{ from: HEADER, to: one.footer.filterOffset, firstStorageId: 0, lastStorageId: 20 }],
  });
  const none = new Fixture([]);
  expect(none.survey(none.footer)).toMatchObject({ entries: 0, gaps: [] });
});

describe("a run that changes while it is surveyed", () => {
  test("is cut off: what is there is found, and the rest is lost", () => {
    for (const isKnown of [true, false]) {
      const fixture = new Fixture(LONG_KEYS);
      const { blocks } = fixture.survey(fixture.footer);
      fixture.content = fixture.content.subarray(0, blocks.offsetOf(15) + 2000);
      const survey = fixture.survey(isKnown ? fixture.footer : undefined);
      expect(fixture.keys(survey)).toEqual(keysOf(LONG_KEYS.slice(0, 15)));
      expect(survey.gaps).toEqual([
        {
          from: blocks.offsetOf(15),
          to: isKnown ? fixture.footer.filterOffset : fixture.size,
          firstStorageId: 21,
          lastStorageId: isKnown ? 23 : LAST_STORAGE_ID,
        },
      ]);
    }
  });

  test("is damaged where a block was just found: that is lost", () => {
    const fixture = new Fixture(LONG_KEYS);
    fixture.onRead = () => {
      fixture.onRead = () => {};
      fixture.damage(HEADER + 100);
    };
    const survey = fixture.survey(undefined);
    expect(fixture.keys(survey)).toEqual(keysOf(LONG_KEYS.slice(1)));
    expect(survey.gaps).toEqual([
      { from: HEADER, to: survey.blocks.offsetOf(0), firstStorageId: 0, lastStorageId: 20 },
    ]);
  });

  test("is damaged behind the survey: an error says where", () => {
    const fixture = new Fixture(LONG_KEYS);
    const survey = fixture.survey(fixture.footer);
    const entries = fixture.entries(survey);
    const byte = survey.blocks.offsetOf(1);
    fixture.damage(byte + 100);
    expect(() => entries.next()).toThrow(CorruptRun);
    expect(entries.isValid).toBe(false);
    const again = fixture.entries(survey);
    expect(() => again.next()).toThrow(expect.objectContaining({ path: PATH, byte }));
  });
});
