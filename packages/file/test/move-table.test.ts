import { expect, test } from "vitest";
import { MoveTable } from "../src/move-table.js";
import { SEGMENT_SPAN } from "../src/segment.js";

test("find says where a frame is now; one that wasn't moved is where it was", () => {
  const moves = new MoveTable();
  const target = 7 * SEGMENT_SPAN;
  for (const segment of [0, 3]) {
    for (let frame = 0; frame < 200; frame++) {
      moves.add(segment * SEGMENT_SPAN + 64 + frame * 10, target + segment * 1_000 + frame);
    }
  }
  for (const segment of [0, 3]) {
    for (let frame = 0; frame < 200; frame++) {
      const from = segment * SEGMENT_SPAN + 64 + frame * 10;
      expect(moves.find(from)).toBe(target + segment * 1_000 + frame);
      expect(moves.find(from + 1)).toBe(from + 1);
    }
    expect(moves.find(segment * SEGMENT_SPAN + 63)).toBe(segment * SEGMENT_SPAN + 63);
  }
  expect(moves.find(SEGMENT_SPAN + 64)).toBe(SEGMENT_SPAN + 64);
});

test("find says so for frames that stand one after another before and after, and for none between these", () => {
  const moves = new MoveTable();
  const frames = Array.from({ length: 30 }, (_, frame) => 64 + frame * 10);
  const isMoved = (_: number, index: number) => index % 7 !== 0;
  const target = SEGMENT_SPAN + 64;
  const moved = frames.filter(isMoved);
  for (const [count, from] of moved.entries()) moves.add(from, target + count * 10);
  expect(moved.map((from) => moves.find(from))).toEqual(
    moved.map((_, count) => target + count * 10),
  );
  const others = frames.filter((from, index) => !isMoved(from, index));
  expect(others.map((from) => moves.find(from))).toEqual(others);
});
