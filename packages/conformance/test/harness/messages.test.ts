import { expect, test } from "vitest";
import { type ConformanceOptions, conformance } from "../../src/index.js";
import { FAULTS } from "../faults/index.js";
import { firstFailure, RecordingRunner } from "./recording-runner.js";

/** What the kit says of a seeded fault. */
async function messageOf(name: string): Promise<string> {
  const fault = FAULTS.find((known) => known.name === name);
  if (fault === undefined) throw new Error(`there is no fault "${name}"`);
  const runner = new RecordingRunner();
  conformance(runner, { ...fault.options, runs: 10, seed: 1 } satisfies ConformanceOptions);
  const failure = await firstFailure(
    runner.tests.filter(
      ({ suite, title }) => suite.startsWith(fault.suite) && title.startsWith(fault.test ?? ""),
    ),
  );
  return String(failure?.error);
}

// Each says what was done, what was expected, what was found, and the likely cause.

test("the failure of a batch without a transaction names the write, and how much of it is there", async () => {
  const message = await messageOf("halves a batch when its process is killed");
  expect(message).toMatch(/Steps 1 to \d+ must have survived, and those up to \d+ may have/);
  expect(message).toMatch(/must hold the effect of steps 1 to N, with N from \d+ to \d+/);
  expect(message).toMatch(
    /a part of step \d+, (insertMany|insertNewMany|matchDelete)\(.*: \d+ of its \d+ changes/,
  );
  expect(message).toContain("Likely cause: a write of several records isn't one transaction");
});

test("the failure of a write that is lost names the write", async () => {
  const message = await messageOf(
    "declares that what returned survives a kill, and keeps it in memory until sync",
  );
  expect(message).toMatch(
    /It holds the effect of \d+ steps: what followed, from step \d+, \w+\(.*\), is lost/,
  );
  expect(message).toContain("Likely cause: a write returns before it can survive");
});

test("the failure of a write that is missing between others names it", async () => {
  const message = await messageOf(
    "keeps a write when its process is killed, and loses an earlier one",
  );
  expect(message).toMatch(/the effect of steps 1 to \d+, but not of step \d+, (delete|take)\(/);
  expect(message).toContain("Likely cause: writes reach the disk in another order");
});

test("the failure of a table that forgets its type shows the call, no handle, and the cause", async () => {
  const message = await messageOf("opens a table as the type that was asked for");
  expect(message).toMatch(/ensureTable\(.*\) should have failed with STORE_TABLE_TYPE_MISMATCH/);
  expect(message).toMatch(/returned \(the table "t", of type \w+\)/);
  expect(message).toContain("The type must be stored with the table");
});

test("the failure of a scan that pages by OFFSET counts what it missed, and names OFFSET", async () => {
  const message = await messageOf("scan reads pages of 64 records by OFFSET");
  expect(message).toMatch(
    /records\({}\) over a table of 2502 records changed by \d+ writes meanwhile missed \d+ of the \d+ records/,
  );
  expect(message).toContain("begins at a position (OFFSET)");
});

test("the failure of an exclusive adapter that lets two processes in says so", async () => {
  const message = await messageOf("declares exclusive, and lets in all that come at once");
  expect(message).toContain("processes opened the table at the same time, and one should have");
});

test("the failure of a batch whose tables were written one by one counts the batches in each", async () => {
  const message = await messageOf(
    "has done the part of a batch that is of one table when its process is killed",
  );
  expect(message).toMatch(/the effect differs: the set that of \d+, the ordered_set that of \d+/);
  expect(message).toContain("Likely cause: the changes of a batch reach the disk table by table");
});
