import { expect, test } from "vitest";
import { Run } from "../src/run.js";
import { openStore } from "./slice.js";

function startRun() {
  const { tables } = openStore();
  const run = Run.start(tables, "first", "subject");
  if (run === undefined) throw new Error("the claim was refused");
  return { tables, run };
}

test("a second run of a subject is refused and leaves nothing behind", () => {
  const { tables } = startRun();

  expect(Run.start(tables, "second", "subject")).toBeUndefined();
  expect(tables.claims.lookup("subject")).toEqual([["subject", "first"]]);
  expect([...tables.runs.keys()]).toEqual(["first"]);
  expect(tables.events.size).toBe(1);
});

test("a run that was cancelled meanwhile isn't finished over it", () => {
  const { tables, run } = startRun();
  tables.runs.updateElement("first", [2, "cancelled"]);

  expect(run.finish()).toBe(false);
  expect(tables.runs.lookup("first")[0]?.[1]).toBe("cancelled");
});

test("who saw the run before it finished can't cancel it afterwards", () => {
  const { tables, run } = startRun();
  const [seen] = tables.runs.lookup("first");
  if (seen === undefined) throw new Error("the run is not on record");

  expect(run.finish()).toBe(true);
  expect(tables.runs.replace(seen, [seen[0], "cancelled", seen[2]])).toBe(false);
  expect(tables.runs.lookup("first")[0]?.[1]).toBe("done");
});

test("a step that fails stays on record with what it had stored", () => {
  const { tables, run } = startRun();
  const work = (batch: readonly string[]) => {
    if (batch.includes("bad")) throw new Error("bad batch");
  };

  expect(() => run.step("words", [["a", "b"], ["c"], ["bad"]], work)).toThrow("bad batch");
  expect([...tables.steps.records()]).toEqual([[["first", 1], "words", "running", 3, 0]]);
});
