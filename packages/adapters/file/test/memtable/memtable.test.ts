import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { hashKey } from "../../src/format/run/filter-page.js";
import { FrameStager } from "../../src/log/frame-stager.js";
import { LogBuffer } from "../../src/log/log-buffer.js";
import { Memtable } from "../../src/memtable/memtable.js";
import type { EntryCursor, EntryStream } from "../../src/runs/entry-cursor.js";
import { MergeCursor } from "../../src/runs/merge-cursor.js";

/** A memtable, and the changes that are put into it. */
class Fixture {
  readonly buffer = new LogBuffer();
  readonly stager = new FrameStager(this.buffer);
  readonly memtable = new Memtable(this.buffer);

  /** Puts a value, or (undefined) a deletion. Returns what takes that back. */
  put(key: Buffer, value: string | undefined): () => void {
    const bytes = value === undefined ? undefined : Buffer.from(value);
    this.stager.putBytes(key, 0, key.length, bytes, false);
    const { position, keyStart, keyEnd } = this.stager;
    const before = this.memtable.set(position, keyStart, keyEnd);
    const entry = this.memtable.lastEntry;
    return () => this.memtable.restore(entry, before);
  }

  /** All entries, sorted, from the first on. */
  sorted(): EntryCursor {
    const sorting = this.memtable.sortedParts();
    let step = sorting.next();
    while (!step.done) step = sorting.next();
    const cursor = MergeCursor.over(step.value);
    cursor.seek(Buffer.alloc(0), 0, 0);
    return cursor;
  }

  get(key: Buffer): string | undefined {
    const position = this.memtable.get(key, 0, key.length, hashKey(key, 0, key.length));
    if (position < 0) return "none";
    if (this.memtable.isDeletion(position)) return undefined;
    const cursor = this.memtable.cursor();
    cursor.seek(key, 0, key.length);
    return textOfValue(cursor);
  }
}

function keyOf({ buffer, keyStart, keyEnd }: EntryStream): string {
  return buffer.toString("latin1", keyStart, keyEnd);
}

function textOfValue({
  buffer,
  valueStart,
  valueEnd,
  isTombstone,
}: EntryStream): string | undefined {
  return isTombstone ? undefined : buffer.toString("latin1", valueStart, valueEnd);
}

/** Keys none of which begins with another, as those of entries are: all end with a byte that is nowhere else. */
const key = fc
  .array(fc.constantFrom(1, 2, 200, 255), { maxLength: 9 })
  .map((bytes) => Buffer.from([...bytes, 0]));
const change = fc.record({
  key,
  value: fc.option(fc.string({ maxLength: 20 }), { nil: undefined }),
  isTakenBack: fc.boolean(),
});

describe("a memtable", () => {
  test("has the last change of each key, in the order of their bytes, whatever was taken back", () => {
    fc.assert(
      fc.property(fc.array(change, { maxLength: 60 }), fc.boolean(), (changes, isOrdered) => {
        const fixture = new Fixture();
        const model = new Map<string, string | undefined>();
        for (const { key, value, isTakenBack } of changes) {
          const undo = fixture.put(key, value);
          if (isOrdered) fixture.memtable.order.lastBefore(key, 0, key.length);
          if (isTakenBack) undo();
          else model.set(key.toString("latin1"), value);
        }
        const expected = [...model].sort(([a], [b]) => (a < b ? -1 : 1));
        expect(fixture.memtable.size).toBe(model.size);
        const sorted: [string, string | undefined][] = [];
        for (const entry = fixture.sorted(); entry.isValid; entry.next()) {
          sorted.push([keyOf(entry), textOfValue(entry)]);
        }
        expect(sorted).toEqual(expected);
        for (const { key } of changes) {
          const name = key.toString("latin1");
          expect(fixture.get(key)).toBe(model.has(name) ? model.get(name) : "none");
        }
      }),
    );
  });

  test("forgets a change that is taken back after others came, and takes its key in again", () => {
    for (const isOrdered of [false, true]) {
      const fixture = new Fixture();
      const [first, second] = [Buffer.from("a."), Buffer.from("b.")] as const;
      const undo = fixture.put(first, "gone");
      fixture.put(second, "stays");
      if (isOrdered) fixture.memtable.order.lastBefore(second, 0, second.length);
      undo();
      const names: string[] = [];
      for (const entry = fixture.sorted(); entry.isValid; entry.next()) names.push(keyOf(entry));
      expect([fixture.get(first), names, fixture.memtable.size]).toEqual(["none", ["b."], 1]);
      const cursor = fixture.memtable.cursor();
      cursor.seek(first, 0, first.length);
      expect(keyOf(cursor)).toBe("b.");
      cursor.previous();
      expect(cursor.isValid).toBe(false);
      const undoAgain = fixture.put(first, "again");
      expect([fixture.get(first), fixture.memtable.size]).toEqual(["again", 2]);
      undoAgain();
      expect([fixture.get(first), fixture.memtable.size]).toEqual(["none", 1]);
    }
  });

  test("takes a key in again that was taken back, before anybody asked for an order", () => {
    const fixture = new Fixture();
    const [first, second] = [Buffer.from("a."), Buffer.from("b.")] as const;
    const undo = fixture.put(first, "gone");
    fixture.put(second, "stays");
    undo();
    fixture.put(first, "again");
    const cursor = fixture.memtable.cursor();
    cursor.seek(first, 0, first.length);
    expect([keyOf(cursor), textOfValue(cursor)]).toEqual(["a.", "again"]);
    cursor.next();
    expect(keyOf(cursor)).toBe("b.");
  });

  test("a cursor goes to any place, and on from there while entries come", () => {
    fc.assert(
      fc.property(fc.array(key, { minLength: 1, maxLength: 40 }), key, (keys, sought) => {
        const fixture = new Fixture();
        const half = Math.ceil(keys.length / 2);
        for (const each of keys.slice(0, half)) fixture.put(each, "early");
        const cursor = fixture.memtable.cursor();
        cursor.seek(sought, 0, sought.length);
        const text = sought.toString("latin1");
        const early = namesOf(keys.slice(0, half));
        expect(cursor.isValid ? keyOf(cursor) : undefined).toBe(early.find((name) => name >= text));
        for (const each of keys.slice(half)) fixture.put(each, "late");
        const all = namesOf(keys);
        if (cursor.isValid) {
          const at = keyOf(cursor);
          cursor.next();
          expect(cursor.isValid ? keyOf(cursor) : undefined).toBe(all.find((name) => name > at));
        }
        cursor.seekBefore(sought, 0, sought.length);
        const below = all.filter((name) => name < text);
        expect(cursor.isValid ? keyOf(cursor) : undefined).toBe(below.at(-1));
        if (!cursor.isValid) return;
        cursor.previous();
        expect(cursor.isValid ? keyOf(cursor) : undefined).toBe(below.at(-2));
      }),
    );
  });

  test("finds keys that were chosen to be in each other's way by their order", () => {
    const fixture = new Fixture();
    const keys: Buffer[] = [];
    for (let number = 0; keys.length < 400; number++) {
      const candidate = Buffer.from(`key ${number}.`);
      if ((hashKey(candidate, 0, candidate.length) & 1023) === 0) keys.push(candidate);
    }
    for (const each of keys) fixture.put(each, each.toString());
    for (const each of keys) expect(fixture.get(each)).toBe(each.toString());
    expect(fixture.memtable.index.isCrowded).toBe(true);
    for (const each of keys) fixture.put(each, "again");
    expect(fixture.memtable.size).toBe(keys.length);
    for (const each of keys) expect(fixture.get(each)).toBe("again");
    expect(fixture.get(Buffer.from("key none."))).toBe("none");
  });

  test("tells keys of the same hash apart", () => {
    const keys = ["key 33579.", "key 102435."].map((text) => Buffer.from(text));
    const [short, long] = keys as [Buffer, Buffer];
    expect(hashKey(short, 0, short.length)).toBe(hashKey(long, 0, long.length));
    const fixture = new Fixture();
    fixture.put(short, "short");
    expect(fixture.get(long)).toBe("none");
    fixture.put(long, "long");
    expect([fixture.get(short), fixture.get(long)]).toEqual(["short", "long"]);
    expect(fixture.memtable.size).toBe(2);
  });

  test("sorts keys that share many bytes", () => {
    const fixture = new Fixture();
    const names = Array.from({ length: 20_000 }, (_, number) => {
      const scattered = (number * 7_919) % 20_000;
      return `${"shared beginning ".repeat(scattered % 3)}${String(scattered).padStart(6, "0")}.`;
    });
    for (const name of names) fixture.put(Buffer.from(name), name);
    const sorted: string[] = [];
    const entry = fixture.sorted();
    for (; entry.isValid; entry.next()) sorted.push(keyOf(entry));
    expect(sorted).toEqual(names.sort());
    const middle = Buffer.from(names[10_000] as string);
    entry.seekBefore(middle, 0, middle.length);
    expect(keyOf(entry)).toBe(names[9_999]);
    entry.previous();
    expect(keyOf(entry)).toBe(names[9_998]);
    entry.seek(middle, 0, middle.length);
    expect(keyOf(entry)).toBe(names[10_000]);
  });

  test("says how much memory it takes, which grows with what is in it", () => {
    const fixture = new Fixture();
    const before = fixture.memtable.memoryBytes;
    for (let number = 0; number < 1_000; number++) {
      fixture.put(Buffer.from(`${number}.`), "x".repeat(100));
    }
    expect(fixture.memtable.memoryBytes - before).toBeGreaterThan(100_000);
    expect(fixture.memtable.memoryBytes).toBeLessThan(1_000_000);
  });
});

function namesOf(keys: readonly Buffer[]): string[] {
  return [...new Set(keys.map((each) => each.toString("latin1")))].sort();
}
