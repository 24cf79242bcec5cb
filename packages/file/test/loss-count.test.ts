import { expect, test, vi } from "vitest";
import { FRAME_HEADER_BYTES } from "../src/frame.js";
import { LossCount } from "../src/loss-count.js";

const BASE = "000002.base";

test("the output of a compaction that stops without an end is damaged there, and has lost something", () => {
  const refuse = vi.fn();
  const losses = new LossCount(0, refuse);
  losses.enterBase();
  losses.baseRecord();
  losses.leaveBase(BASE, 100);
  expect(losses.lostChanges).toBe(1);
  expect(losses.damaged).toEqual([{ file: BASE, from: 100, to: 100 }]);
  expect(refuse).toHaveBeenCalledExactlyOnceWith(BASE, 100);
  // How many changes went into it, nobody knows: any number may come next.
  expect(losses.change(17, "000003.log", 64)).toBe(true);
  expect(losses.lostChanges).toBe(1);
});

test("outside of the output of a compaction neither its records nor its end count", () => {
  const losses = new LossCount(5, vi.fn());
  losses.baseRecord();
  losses.endBase(7, 3, "000003.log", FRAME_HEADER_BYTES);
  losses.leaveBase("000003.log", 200);
  expect([losses.sequence, losses.lostChanges, losses.damaged]).toEqual([7, 0, []]);
});
