import { describe, expect, onTestFinished, test } from "vitest";
import { partOf } from "../../../../tooling/long.js";
import { TreeReader } from "../src/tree/tree-reader.js";
import { CASES } from "./support/model-cases.js";
import { check } from "./support/model-check.js";

/** Ends what hangs, and nothing that is only slow on a busy machine. */
const TIMEOUT = 60_000 * partOf(1, 20);

describe("a lock-free read, in its interleavings with the stores of a writer", () => {
  for (const [title, each] of Object.entries(CASES)) {
    test(`${title}: sees what was there before a write or after it`, { timeout: TIMEOUT }, () => {
      const { runs, turns, isComplete, illegal, found, stores, broken } = check(
        each,
        partOf(1_000, 50_000),
      );
      expect(illegal).toEqual([]);
      expect(broken).toEqual([]);
      expect(stores).toBeGreaterThan(3);
      expect(found.length).toBeGreaterThan(0);
      expect(runs).toBeGreaterThan(1);
      console.log(
        `${title}: ${stores} stores, ${runs} interleavings, ${isComplete ? "all" : `of up to ${turns} turns`}`,
      );
    });
  }

  test("a reader that doesn't look at the versions again sees what never was", () => {
    const { isValid } = TreeReader.prototype;
    TreeReader.prototype.isValid = () => true;
    onTestFinished(() => {
      TreeReader.prototype.isValid = isValid;
    });
    const found = Object.values(CASES).filter((each) => check(each, 300).illegal.length > 0);
    console.log(`without a second look: ${found.length} of ${Object.keys(CASES).length} cases`);
    expect(found.length).toBeGreaterThan(5);
  });
});
