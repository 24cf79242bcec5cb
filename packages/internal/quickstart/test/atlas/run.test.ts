import { describe, expect, test } from "vitest";
import { Run } from "../../src/atlas/run.js";
import { openStore } from "../support/slice.js";

function startRun(how: "by batches" | "one by one" = "one by one") {
  const { store, tables } = openStore();
  const own = how === "by batches" ? { ...tables, batch: () => store.batch() } : tables;
  const run = Run.start(own, "first", "subject");
  if (run === undefined) throw new Error("the claim was refused");
  return { tables: own, run };
}

describe.each(["by batches", "one by one"] as const)(
  "a run whose records are written %s",
  (how) => {
    test("is on record with an event when it starts, and with another when it finishes", () => {
      const { tables, run } = startRun(how);
      expect(run.finish()).toBe(true);

      expect(tables.claims.lookup("subject")).toEqual([["subject", "first"]]);
      expect(tables.runs.lookup("first")[0]?.[1]).toBe("done");
      expect([...tables.events.records()]).toEqual([
        [1, "first", 0, "started", 0, expect.any(Number)],
        [2, "first", 0, "done", 0, expect.any(Number)],
      ]);
    });

    test("is refused as the second of a subject, and leaves nothing behind", () => {
      const { tables } = startRun(how);

      expect(Run.start(tables, "second", "subject")).toBeUndefined();
      expect(tables.claims.lookup("subject")).toEqual([["subject", "first"]]);
      expect([...tables.runs.keys()]).toEqual(["first"]);
      expect(tables.events.size).toBe(1);
    });

    test("isn't finished, nor said to be, over a record that was cancelled meanwhile", () => {
      const { tables, run } = startRun(how);
      tables.runs.updateElement("first", [2, "cancelled"]);

      expect(run.finish()).toBe(false);
      expect(tables.runs.lookup("first")[0]?.[1]).toBe("cancelled");
      expect(tables.events.size).toBe(1);
    });
  },
);

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
  const words = {
    table: { name: "words", sync: () => {} },
    items: ["a", "b", "c", "d", "bad"],
    batchSize: 2,
    store(batch: readonly string[]) {
      if (batch.includes("bad")) throw new Error("bad batch");
    },
  };

  expect(() => [...run.step(words)]).toThrow("bad batch");
  expect([...tables.steps.records()]).toEqual([
    [["first", 1], "words", "running", 4, expect.any(Number)],
  ]);
});

test("a run that is resumed keeps its record but for the process, and its steps go on", () => {
  const { tables } = startRun();
  tables.runs.insert(["first", "running", { subject: "subject", startedAt: 1, pid: -1 }]);

  const run = Run.resume(tables, "subject");
  expect(run?.id).toBe("first");
  expect(tables.runs.lookup("first")).toEqual([
    ["first", "running", { subject: "subject", startedAt: 1, pid: process.pid }],
  ]);
  expect(run?.finish()).toBe(true);
  expect([...tables.events.records()].map(([, , , what]) => what)).toEqual([
    "started",
    "resumed",
    "done",
  ]);
});

test("the time of a step that is resumed counts on from what is on record", () => {
  const { tables, run } = startRun();
  const letters = {
    table: { name: "letters", sync: () => {} },
    items: ["a", "b"],
    batchSize: 1,
    store: () => {},
  };
  run.step(letters).next();
  tables.steps.updateElement(["first", 1], [5, 1_000_000]);

  const batches = [...(Run.resume(tables, "subject")?.step(letters) ?? [])];
  expect(batches).toEqual([{ step: "letters", records: 1 }]);
  expect(tables.steps.lookup(["first", 1])[0]?.[4]).toBeGreaterThan(1_000_000);
});

test("from whom a run was taken over, that one can't finish it", () => {
  const { tables, run } = startRun();
  tables.runs.insert(["first", "running", { subject: "subject", startedAt: 1, pid: -1 }]);
  const heir = Run.resume(tables, "subject");

  expect(run.finish()).toBe(false);
  expect(heir?.finish()).toBe(true);
});

test("there is nothing to resume without a claim, nor of a run that is over", () => {
  const { tables, run } = startRun();
  expect(Run.resume(tables, "another subject")).toBeUndefined();

  run.finish();
  expect(Run.resume(tables, "subject")).toBeUndefined();
  tables.runs.updateElement("first", [2, "cancelled"]);
  expect(Run.resume(tables, "subject")).toBeUndefined();
  expect(tables.events.size).toBe(2);
});
