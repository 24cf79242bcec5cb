import type { Key, StoreRecord } from "@store/core";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { type BagDirectory, type Directory, WHOLE_DIRECTORY } from "../src/directory.js";
import { HashDirectory } from "../src/hash-directory.js";
import { MultiDirectory } from "../src/multi-directory.js";
import { OrderedDirectory } from "../src/ordered-directory.js";
import { BagTwins, DirectoryTwins, expectSame } from "./support/directory-twins.js";
import { type FakeLog, keyOf, numberOf } from "./support/fake-log.js";

class SetTwins extends DirectoryTwins<Directory> {
  protected readonly isSet = true;
  protected readonly isOrdered = false;
}

class OrderedTwins extends DirectoryTwins<Directory> {
  protected readonly isSet = true;
  protected readonly isOrdered = true;
}

/** Few hashes for many contents, and one of them is 0; of a record that is a key alone, that of its number. */
const EQUALITY = {
  compareKeys: (a: Key, b: Key) => numberOf(a) - numberOf(b),
  hashRecord: ([key, ...content]: StoreRecord) =>
    content.length === 0 ? numberOf(key) : (Number(content[0]) % 3) - 1,
  equalRecords: (a: readonly unknown[], b: readonly unknown[]) => a[1] === b[1],
};

const hashDirectory = () => new HashDirectory(EQUALITY);
const orderedDirectory = () => new OrderedDirectory((a, b) => numberOf(a) - numberOf(b));
const multiDirectory = (log: FakeLog) => new MultiDirectory(EQUALITY, log.comparePositions);

const DIRECTORIES: Record<string, () => DirectoryTwins<Directory>> = {
  "hash directory": () => new SetTwins(hashDirectory),
  "ordered directory": () => new OrderedTwins(orderedDirectory),
  "multi-directory": () => new BagTwins(multiDirectory),
};

const key = fc.nat(400);
const bound = fc.option(fc.record({ key: key.map(keyOf), inclusive: fc.boolean() }), {
  nil: undefined,
});
const limit = fc.constant(Number.POSITIVE_INFINITY);
const range = fc.record({ lower: bound, upper: bound, reverse: fc.boolean(), limit });

const call = fc.record({
  kind: fc.constantFrom(
    ...(["put", "put", "put", "pile", "remove", "remove", "remove all but few", "clear"] as const),
    ...(["find", "remove equal", "remove equal", "open", "open", "step", "step"] as const),
    ...(["relocate", "step relocation", "step relocation"] as const),
  ),
  key,
  // Now and then enough for several steps of a relocation.
  count: fc.oneof({ weight: 5, arbitrary: fc.nat(80) }, { weight: 1, arbitrary: fc.nat(1_500) }),
  content: fc.nat(6),
  flag: fc.boolean(),
  range,
});

type Call = typeof call extends fc.Arbitrary<infer T> ? T : never;

function run(twins: DirectoryTwins<Directory>, { kind, key, count, content, flag, range }: Call) {
  switch (kind) {
    case "put":
      for (let at = key; at < key + count; at++) twins.put(at, content + (at % 2));
      break;
    case "pile":
      for (let index = 0; index < count; index++) twins.put(key, content + (index % 5));
      break;
    case "remove":
      for (let at = key; at < key + count; at++) twins.remove(at);
      break;
    case "remove all but few":
      for (let at = 0; at < 2_000; at++) if (at % 100 !== key % 100) twins.remove(at);
      break;
    case "clear":
      if (flag) twins.clear();
      break;
    case "find":
      if (twins instanceof BagTwins) twins.find(key, content);
      break;
    case "remove equal":
      if (twins instanceof BagTwins) twins.removeEqual([key, key + 1, key + 2], content, flag);
      break;
    case "open":
      twins.open(flag ? "keys" : "records", range);
      break;
    case "step":
      twins.step(count);
      break;
    case "relocate":
      twins.relocate(flag);
      break;
    case "step relocation":
      twins.stepRelocation();
      break;
  }
}

for (const [name, create] of Object.entries(DIRECTORIES)) {
  describe(`a ${name}`, () => {
    test("does what its model does, whatever is under way meanwhile", () => {
      fc.assert(
        fc.property(fc.array(call, { minLength: 5, maxLength: 30 }), (calls) => {
          const twins = create();
          for (const each of calls) {
            run(twins, each);
            expect(twins.directory.size).toBe(twins.size);
          }
          twins.check();
          twins.finish();
        }),
        { numRuns: 20 },
      );
    });

    test("gives back what it took when most is removed, and all when it is cleared", () => {
      const { directory } = create();
      expect(directory.memoryBytes).toBe(0);
      for (let number = 0; number < 50_000; number++) directory.put(keyOf(number), number, 1);
      const full = directory.memoryBytes;
      expect(full).toBeGreaterThanOrEqual(50_000 * 12);
      for (let number = 0; number < 49_000; number++) directory.remove(keyOf(number));
      expect(directory.memoryBytes).toBeLessThan(full / 4);
      directory.clear();
      expect(directory.memoryBytes).toBe(0);
      for (let number = 0; number < 100; number++) directory.put(keyOf(number), number, 1);
      const positions = [
        ...directory.scan(WHOLE_DIRECTORY, (entry) => directory.positionOf(entry)),
      ];
      expectSame(positions, [...Array(100).keys()]);
    });
  });
}

test.each(["hash directory", "ordered directory"])(
  "a %s takes no more when records are replaced",
  (name) => {
    const { directory } = (DIRECTORIES[name] as () => DirectoryTwins<Directory>)();
    directory.put("key", 0, 1);
    const { memoryBytes } = directory;
    for (let position = 1; position < 1_000; position++) directory.put("key", position, 1);
    expect(directory.memoryBytes).toBe(memoryBytes);
  },
);

describe("relocate of a directory", () => {
  for (const [name, create] of Object.entries(DIRECTORIES)) {
    test(`goes through a thousand records or so in a step, ${name}`, () => {
      const twins = create();
      for (let number = 0; number < 5_000; number++) twins.put(number);
      let asked = 0;
      const counts: number[] = [];
      const move = (position: number) => {
        asked++;
        return position;
      };
      for (const _ of twins.directory.relocate(move)) {
        counts.push(asked);
        asked = 0;
      }
      counts.push(asked);
      expect(counts.reduce((sum, count) => sum + count)).toBe(5_000);
      expect(Math.max(...counts)).toBe(1_000);
    });
  }

  test("goes through many records of one key in steps, and moves them all at once", () => {
    const twins = new BagTwins(multiDirectory);
    for (let content = 0; content < 3_500; content++) twins.put(7, content);
    const positions = () =>
      twins.directory.entriesOf(keyOf(7)).map((entry) => twins.directory.positionOf(entry));
    const before = positions();
    const steps = twins.directory.relocate((position) => position + 1_000_000);
    for (let step = 0; step < 3; step++) {
      steps.next();
      expectSame(positions(), before);
    }
    twins.directory.removeEntries(keyOf(7), twins.directory.entriesOf(keyOf(7)).slice(1, 3_400));
    while (!steps.next().done);
    const left = [...before.slice(0, 1), ...before.slice(3_400)];
    expectSame(
      positions(),
      left.map((position) => position + 1_000_000),
    );
  });

  test("leaves the records alone that came after a clear in the midst of many of one key", () => {
    const twins = new BagTwins(multiDirectory);
    for (let content = 0; content < 3_500; content++) twins.put(7, content);
    twins.relocate(true);
    twins.stepRelocation();
    twins.clear();
    for (let content = 0; content < 20; content++) twins.put(7, content);
    twins.finish();
  });
});

test("a relocation of many records of one key leaves those alone that came meanwhile", () => {
  const directory = new MultiDirectory(EQUALITY, (a, b) => a - b);
  for (let position = 0; position < 1_500; position++) directory.put("key", position, 1);
  const steps = directory.relocate((position) => position + 10_000);
  expect(steps.next().done).toBe(false);
  directory.put("key", 5_000, 1);
  expect([...steps]).toEqual([]);
  const moved = Array.from({ length: 1_500 }, (_, index) => 10_000 + index);
  const positions = directory.entriesOf("key").map((entry) => directory.positionOf(entry));
  expect(positions).toEqual([...moved, 5_000]);
});

describe("a walk through the records of a multi-directory", () => {
  test("goes on where it was among those of one key when the entries change, and not beyond its end", () => {
    const twins = new BagTwins(multiDirectory);
    for (let number = 0; number < 300; number++) twins.put(number);
    for (let content = 0; content < 50; content++) twins.put(300, content);
    for (let number = 0; number < 290; number++) twins.remove(number);
    twins.open("records", WHOLE_DIRECTORY);
    twins.step(30);
    const [before] = twins.directory.entriesOf(keyOf(300));
    for (let number = 301; number < 500; number++) twins.put(number);
    for (let number = 290; number < 500; number++) if (number !== 300) twins.remove(number);
    expect(twins.directory.entriesOf(keyOf(300))[0]).not.toBe(before);
    twins.step(5);
    for (let content = 0; content < 50; content++) twins.put(300, content);
    twins.finish();
  });

  test("passes over what is left of a key that is removed, and comes back", () => {
    const twins = new BagTwins(multiDirectory);
    for (let index = 0; index < 20; index++) twins.put(1 + (index % 2), index);
    twins.open("records", WHOLE_DIRECTORY);
    twins.step(5);
    twins.remove(1);
    for (let content = 0; content < 10; content++) twins.put(1, content);
    twins.finish();
  });
});

describe("findEqual of a multi-directory", () => {
  test("reads a record once, and then those that have the hash", () => {
    const log = [...Array(2_000).keys()];
    const directory: BagDirectory = new MultiDirectory(
      { ...EQUALITY, hashRecord: ([, content]) => Number(content) + 1 },
      (a, b) => a - b,
    );
    let reads = 0;
    const find = (content: number) => {
      reads = 0;
      directory.findEqual(["key", content], (entry) => {
        reads++;
        return ["key", directory.positionOf(entry)];
      });
      return reads;
    };
    for (const position of log.slice(0, 10)) directory.put("key", position, 1);
    expect([find(3), find(3), find(99)]).toEqual([11, 1, 0]);
    for (const position of log.slice(10)) directory.put("key", position, 1);
    expect([find(1_500), find(1_500), find(9_999)]).toEqual([1_991, 1, 0]);
    const [first = -1] = directory.entriesOf("key");
    directory.removeEntries("key", [first]);
    expect([find(1_500), find(0)]).toEqual([1, 0]);
    directory.removeEntries("key", directory.entriesOf("key").slice(0, 1_200));
    // That closes the holes: all that are left have another entry.
    directory.put("other", 2_000, 1);
    expect(directory.entriesOf("key")[0]).toBe(0);
    expect([find(1_500), find(1)]).toEqual([1, 0]);
  });

  test("leaves the entries of others valid when some are removed", () => {
    const twins = new BagTwins(multiDirectory);
    for (let number = 0; number < 300; number++) twins.put(number, number);
    const entries = [...twins.scan(WHOLE_DIRECTORY)];
    for (const [number, entry] of entries.slice(0, 299).entries()) {
      twins.directory.removeEntries(keyOf(number), [entry]);
    }
    expect(twins.directory.entriesOf(keyOf(299))).toEqual(entries.slice(299));
    twins.directory.put(
      keyOf(1),
      twins.log.append({ key: 1, identity: 0, content: 0, length: 1 }),
      1,
    );
    expect(twins.directory.entriesOf(keyOf(299))).toEqual([0]);
  });
});
