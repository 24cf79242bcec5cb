import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { BodyHeap } from "../src/body-heap.js";

/** A body of some length, all of one byte. */
const bodyOf = (length: number, byte: number) => new Uint8Array(length).fill(byte);

/** Whether that body is at that position. */
function holds(heap: BodyHeap, position: number, body: Uint8Array): boolean {
  return heap.bodyAt(position, body.length).equals(body);
}

describe("BodyHeap", () => {
  test("keeps each body as it is until it is freed, whatever comes and goes besides", () => {
    const length = fc.oneof(fc.integer({ min: 1, max: 40 }), fc.integer({ min: 1, max: 5_000 }));
    const step = fc.oneof(
      { weight: 3, arbitrary: fc.record({ add: length }) },
      { weight: 2, arbitrary: fc.record({ free: fc.nat() }) },
    );
    fc.assert(
      fc.property(fc.array(step, { maxLength: 400, size: "max" }), (steps) => {
        const heap = new BodyHeap();
        const bodies = new Map<number, Uint8Array>();
        let count = 0;
        for (const action of steps) {
          if ("add" in action) {
            const body = bodyOf(action.add, ++count);
            const position = heap.add(body);
            if (bodies.has(position)) throw new Error(`${position} is taken`);
            bodies.set(position, body);
          } else if (bodies.size > 0) {
            const position = [...bodies.keys()][action.free % bodies.size] as number;
            heap.free(position);
            bodies.delete(position);
          }
        }
        for (const [position, body] of bodies) {
          expect(holds(heap, position, body)).toBe(true);
        }
      }),
    );
  });

  test("pages that come and go in any order don't get in each other's way", () => {
    const count = 600;
    const some = fc.shuffledSubarray([...Array(count).keys()], { minLength: count / 2 });
    fc.assert(
      fc.property(fc.array(some, { minLength: 1, maxLength: 3 }), (rounds) => {
        const heap = new BodyHeap();
        const add = (_: unknown, index: number) => heap.add(bodyOf(200, index));
        const positions = Array.from({ length: count }, add);
        for (const indexes of rounds) {
          for (const index of indexes) heap.free(positions[index] as number);
          for (const index of indexes) positions[index] = add(undefined, index);
        }
        const isWhole = positions.every((position, index) =>
          holds(heap, position, bodyOf(200, index)),
        );
        expect(isWhole).toBe(true);
        expect(heap.bytes).toBeLessThan(1.5 * 200 * count);
      }),
      { numRuns: 50 },
    );
  });

  test("add and free in turn take the room of what is there at a time", () => {
    const heap = new BodyHeap();
    const positions: number[] = [];
    for (let index = 0; index < 1_000; index++) positions.push(heap.add(bodyOf(100, 1)));
    const { bytes } = heap;
    expect(bytes).toBeLessThan(1.2 * 100_000 + 2 ** 14);
    for (let round = 0; round < 20_000; round++) {
      heap.free(positions[round % 1_000] as number);
      positions[round % 1_000] = heap.add(bodyOf(97 + (round % 8), 2));
    }
    expect(heap.bytes).toBeLessThan(1.5 * bytes);
  });

  test("bodies that grow, all of them, leave the room of the smaller ones to the larger ones", () => {
    const heap = new BodyHeap();
    let positions: number[] = [];
    for (let length = 10; length <= 3_000; length += 10) {
      const grown = [];
      for (let index = 0; index < 100; index++) {
        grown.push(heap.add(bodyOf(length, 1)));
        const before = positions[index];
        if (before !== undefined) heap.free(before);
      }
      positions = grown;
    }
    // And one page for each size of slots.
    expect(heap.bytes).toBeLessThan(100 * 3_000 + 80 * 2 ** 14);
  });

  test("free of all gives the pages back, but for one of each size", () => {
    const heap = new BodyHeap();
    const positions: number[] = [];
    for (let index = 0; index < 10_000; index++) positions.push(heap.add(bodyOf(500, 1)));
    for (let index = 0; index < 50; index++) positions.push(heap.add(bodyOf(50_000, 1)));
    for (const position of positions) heap.free(position);
    expect(heap.bytes).toBe(2 ** 14);
  });

  test("a large body takes its length", () => {
    const heap = new BodyHeap();
    const position = heap.add(bodyOf(1_000_000, 7));
    expect(heap.bytes).toBe(1_000_000);
    expect(holds(heap, position, bodyOf(1_000_000, 7))).toBe(true);
  });

  test("clear gives everything back", () => {
    const heap = new BodyHeap();
    for (let length = 1; length < 5_000; length += 7) heap.add(bodyOf(length, 1));
    heap.clear();
    expect(heap.bytes).toBe(0);
    const position = heap.add(bodyOf(20, 3));
    expect(holds(heap, position, bodyOf(20, 3))).toBe(true);
  });
});
