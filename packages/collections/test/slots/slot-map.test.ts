import type { Key } from "@store/core";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { SlotMap } from "../../src/slots/slot-map.js";
import { KEY_RULES } from "../support/key-rules.js";

type Entry = readonly [key: Key, serial: number];

function slotMap(entries: Iterable<Entry> = []): SlotMap<Entry> {
  const map = new SlotMap<Entry>(KEY_RULES);
  for (const entry of entries) map.set(entry[0], entry);
  return map;
}

function entries(map: SlotMap<Entry>): IterableIterator<Entry> {
  return map.scan((_key, entry) => entry);
}

function numbered(count: number): Entry[] {
  return Array.from({ length: count }, (_, index) => [index, index]);
}

/** What a Map of JavaScript, in its insertion order, says about neighbours. */
function neighbours(model: ReadonlyMap<Key, Entry>, key: Key): [Key | undefined, Key | undefined] {
  const keys = [...model.keys()];
  const index = keys.indexOf(key);
  return index < 0 ? [undefined, undefined] : [keys[index - 1], keys[index + 1]];
}

function checkSame(map: SlotMap<Entry>, model: ReadonlyMap<Key, Entry>): void {
  expect(map.size).toBe(model.size);
  expect([...entries(map)]).toEqual([...model.values()]);
  expect(map.firstKey()).toBe([...model.keys()].at(0));
  expect(map.lastKey()).toBe([...model.keys()].at(-1));
  for (const key of model.keys()) {
    expect(map.get(key)).toBe(model.get(key));
    expect([map.keyBefore(key), map.keyAfter(key)]).toEqual(neighbours(model, key));
  }
}

describe("a slot map", () => {
  test("does what a Map in insertion order does, and knows each key's neighbours", () => {
    const operation = fc.record({
      key: fc.integer({ min: 0, max: 120 }),
      // Runs of deletions are what makes holes, and what closes them.
      kind: fc.constantFrom("set", "set", "delete", "delete", "clear or update"),
      run: fc.integer({ min: 1, max: 60 }),
    });
    fc.assert(
      fc.property(fc.array(operation, { maxLength: 40 }), (operations) => {
        const map = slotMap();
        const model = new Map<Key, Entry>();
        let serial = 0;
        for (const { key, kind, run } of operations) {
          for (let at = key; at < key + run; at++) {
            const entry: Entry = [at, serial++];
            if (kind === "set") {
              map.set(at, entry);
              model.set(at, entry);
            } else if (kind === "delete") {
              expect(map.delete(at)).toBe(model.get(at));
              model.delete(at);
            } else if (run === 60) {
              map.clear();
              model.clear();
            } else {
              const known = model.has(at);
              const slot = map.slotOf(at);
              expect(slot === undefined ? undefined : map.valueAt(slot)).toBe(model.get(at));
              if (slot !== undefined) map.replaceAt(slot, entry);
              if (known) model.set(at, entry);
            }
          }
          checkSame(map, model);
        }
      }),
      { numRuns: 60 },
    );
  });

  test("cursors see once what is there throughout, nothing twice, nothing that is gone or came later", () => {
    const change = fc.record({
      after: fc.integer({ min: 0, max: 8 }),
      from: fc.integer({ min: 0, max: 200 }),
      count: fc.integer({ min: 1, max: 120 }),
      kind: fc.constantFrom("delete", "insert", "insert again", "replace", "clear"),
    });
    fc.assert(
      fc.property(fc.array(change, { maxLength: 12 }), fc.boolean(), (changes, keepSome) => {
        const map = slotMap(numbered(200));
        const untouched = new Set(numbered(200).map(([key]) => key));
        const seen: Key[] = [];
        const cursor = entries(map);
        const step = () => {
          const turn = cursor.next();
          if (turn.done) return false;
          seen.push(turn.value[0]);
          if (!untouched.has(turn.value[0])) expect.unreachable(`${turn.value[0]} comes`);
          return true;
        };
        for (const { after, from, count, kind } of changes) {
          for (let left = after; left > 0 && step(); left--);
          for (let key = from; key < from + count; key++) {
            if (keepSome && key % 7 === 0) continue;
            if (kind === "delete") {
              map.delete(key);
              untouched.delete(key);
            } else if (kind === "insert") map.set(1_000 + key, [1_000 + key, 0]);
            else if (kind === "insert again") {
              map.delete(key);
              untouched.delete(key);
              map.set(key, [key, 0]);
            } else if (map.has(key)) map.set(key, [key, -1]);
          }
          if (kind === "clear" && !keepSome && count > 100) {
            map.clear();
            untouched.clear();
          }
        }
        while (step());
        expect(new Set(seen).size).toBe(seen.length);
        for (const key of untouched) expect(seen).toContain(key);
      }),
      { numRuns: 100 },
    );
  });

  test("a cursor doesn't visit what was deleted between two that were deleted before", () => {
    const map = slotMap(numbered(5));
    const cursor = entries(map);
    for (const key of [0, 1]) expect(cursor.next().value).toEqual([key, key]);
    for (const key of [1, 3, 2]) map.delete(key);
    expect([...cursor]).toEqual([[4, 4]]);
  });

  test("a cursor doesn't visit what is inserted after the last one was deleted", () => {
    const map = slotMap(numbered(3));
    const cursor = entries(map);
    map.delete(2);
    map.set(2, [2, 0]);
    expect([...cursor].map(([key]) => key)).toEqual([0, 1]);
    expect(map.lastKey()).toBe(2);
  });

  test("a cursor opened before several moves of the slots finds its place after each", () => {
    const map = slotMap(numbered(1_000));
    const cursor = entries(map);
    const seen: Key[] = [];
    for (let round = 0; round < 10; round++) {
      for (let key = round * 100; key < (round + 1) * 100; key++)
        if (key % 10 !== 0) map.delete(key);
      const turn = cursor.next();
      if (!turn.done) seen.push(turn.value[0]);
    }
    for (const [key] of cursor) seen.push(key);
    expect(seen).toEqual(Array.from({ length: 100 }, (_, index) => index * 10));
  });

  test("a cursor doesn't visit what is inserted after it began, so that a loop that inserts ends", () => {
    const map = slotMap(numbered(3));
    const seen: Key[] = [];
    for (const [key] of entries(map)) {
      seen.push(key);
      map.set(Number(key) + 100, [Number(key) + 100, 0]);
    }
    expect(seen).toEqual([0, 1, 2]);
    expect(map.size).toBe(6);
  });

  test("tells numbers, which a hole has one of too, from holes", () => {
    const map = new SlotMap<number>(KEY_RULES);
    for (let key = 0; key < 10; key++) map.set(key, key);
    for (const key of [0, 3, 4, 9]) map.delete(key);
    expect([...map.scan((key, value) => [key, value])]).toEqual(
      [1, 2, 5, 6, 7, 8].map((key) => [key, key]),
    );
    expect([map.firstKey(), map.keyAfter(2), map.keyBefore(5), map.lastKey()]).toEqual([
      1, 5, 2, 8,
    ]);
    expect([map.size, map.get(3), map.get(5)]).toEqual([6, undefined, 5]);
  });

  test("a cursor over a map that is cleared ends, and what comes later isn't its", () => {
    const map = slotMap(numbered(10));
    const cursor = entries(map);
    cursor.next();
    map.clear();
    map.set("later", ["later", 0]);
    expect(cursor.next().done).toBe(true);
    expect([...entries(map)]).toEqual([["later", 0]]);
  });
});
