import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { Bucket } from "../../src/maps/bucket.js";

/** Stands for a record: equal ones have the same content. */
interface Item {
  readonly content: number;
}

/** A hash that different contents share now and then. */
const hash = (content: number) => content % 7;

class Counted {
  readonly bucket: Bucket<Item>;
  hashed = 0;

  constructor(first: number, ...contents: number[]) {
    this.bucket = new Bucket<Item>("key", { content: first });
    this.add(...contents);
  }

  readonly hashOf = ({ content }: Item): number => {
    this.hashed++;
    return hash(content);
  };

  add(...contents: number[]): void {
    for (const content of contents) this.bucket.add({ content });
  }

  find(content: number): Item[] {
    const record = ["key", content] as const;
    const candidates = this.bucket.candidates(record, () => hash(content), this.hashOf);
    return candidates.filter((item) => item.content === content);
  }
}

describe("a bucket", () => {
  test("finds the same equal items as a look at all of them, in order, whatever came and went", () => {
    const call = fc.record({
      kind: fc.constantFrom("add", "add", "find", "remove", "replace", "clear"),
      contents: fc.array(fc.nat(40), { minLength: 1, maxLength: 12 }),
    });
    fc.assert(
      fc.property(fc.array(call, { maxLength: 60 }), (calls) => {
        const counted = new Counted(0);
        const { bucket } = counted;
        let model: Item[] = [...bucket.items];
        for (const { kind, contents } of calls) {
          const [first = 0] = contents;
          if (kind === "add") {
            counted.add(...contents);
            model.push(...bucket.items.slice(model.length));
          } else if (kind === "find") {
            expect(counted.find(first)).toEqual(model.filter(({ content }) => content === first));
          } else if (kind === "remove") {
            // Some of the equal ones, but not all of them.
            const gone = new Set(
              model.filter((item, at) => contents.includes(item.content + (at % 2))),
            );
            if (gone.size > 0) bucket.remove(gone, counted.hashOf);
            model = model.filter((item) => !gone.has(item));
          } else if (kind === "replace") {
            bucket.replaceItems((item) => ({ ...item }));
            model = [...bucket.items];
          } else if (contents.length === 12) {
            bucket.clear();
            model = [];
          }
          expect(bucket.items).toEqual(model);
        }
        for (let content = 0; content <= 40; content++) {
          const expected = model.filter((item) => item.content === content);
          const found = counted.find(content);
          expect(
            found.length === expected.length && found.every((item, at) => item === expected[at]),
          ).toBe(true);
        }
      }),
    );
  });

  test("asks for the hash of each item once, and of none while they are few", () => {
    const counted = new Counted(0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14);
    counted.find(3);
    expect(counted.hashed).toBe(0);
    counted.add(...Array(1_000).keys());
    expect(counted.hashed).toBe(0);
    for (let round = 0; round < 3; round++) counted.find(3);
    expect(counted.hashed).toBe(1_015);
    counted.add(5);
    counted.find(5);
    expect(counted.hashed).toBe(1_016);
  });

  test("needs no hash of an item to remove it that no search has come by", () => {
    const counted = new Counted(0, ...Array(99).keys());
    const { bucket, hashOf } = counted;
    counted.find(3);
    counted.add(...Array(100).keys());
    const told = new Set(bucket.items.slice(0, 100));
    const gone = new Set(bucket.items.slice(50, 150));
    bucket.remove(gone, (item) => (told.has(item) ? hashOf(item) : 0));
    expect([3, 48, 49, 70].map((content) => counted.find(content).length)).toEqual([1, 1, 0, 1]);
  });

  test("leaves the items that someone is going through alone when some are removed", () => {
    const counted = new Counted(1, 2, 3);
    const { items } = counted.bucket;
    counted.bucket.remove(new Set(items.slice(0, 1)), counted.hashOf);
    expect(items.map(({ content }) => content)).toEqual([1, 2, 3]);
    expect(counted.bucket.items.map(({ content }) => content)).toEqual([2, 3]);
  });
});
