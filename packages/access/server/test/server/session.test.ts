import { expect, test } from "vitest";
import { Session } from "../../src/server/session.js";

const ANSWER = new Uint8Array([1]);

test("begin of a write that is under way, answered, settled or forgotten says so", () => {
  const session = new Session(3);
  expect(session.begin(5)).toBe("new");
  expect(session.begin(5)).toBe("under way");
  session.remember(5, ANSWER);
  expect(session.begin(5)).toBe(ANSWER);
  // One that got lost comes after later ones.
  expect(session.begin(4)).toBe("new");
  session.remember(4, ANSWER);
  session.settle(5);
  expect(session.begin(4)).toBe("forgotten");
  expect(session.begin(5)).toBe(ANSWER);
});

test("beyond its bound, the oldest answers are forgotten, and none that is under way", () => {
  const session = new Session(3);
  for (let id = 1; id <= 6; id++) session.begin(id);
  for (let id = 2; id <= 6; id++) session.remember(id, ANSWER);
  expect(session.begin(1)).toBe("under way");
  expect([2, 3, 4].map((id) => session.begin(id))).toEqual(Array(3).fill("forgotten"));
  expect(session.begin(6)).toBe(ANSWER);
});

test("a write that came to nothing may be begun again", () => {
  const session = new Session(3);
  session.begin(1);
  session.abandon(1);
  expect(session.begin(1)).toBe("new");
});

test("an answer to a write that was settled meanwhile isn't kept", () => {
  const session = new Session(3);
  session.begin(1);
  session.settle(2);
  session.remember(1, ANSWER);
  expect(session.begin(1)).toBe("forgotten");
});
