import { join } from "node:path";
import { openErlangFile, writeErlangFile } from "@store/erlang";
import { expect, test } from "vitest";
import { output, runStore } from "../support/run-in-process.js";
import { scratch } from "../support/scratch.js";

test("import-erlang loads a file of Erlang's, and export-erlang writes one", async () => {
  const directory = scratch();
  const [place, given, written] = ["data", "given.tab", "written.tab"].map((name) =>
    join(directory, name),
  ) as [string, string, string];
  const records = [
    ["r1", { state: "started" }],
    ["r2", 2n ** 80n],
  ] as const;
  writeErlangFile(given, { name: "runs", type: "ordered_set", records });
  expect(await output(["import-erlang", place, "runs/runs", given])).toContain("2 records");
  expect(await output(["get", place, "runs/runs", '"r1"'])).toContain("started");
  await output(["export-erlang", place, "runs/runs", written, "--extended-info", "md5sum"]);
  const file = openErlangFile(written);
  expect([file.kind, file.type]).toEqual(["tab2file", "ordered_set"]);
  expect([...file.records()]).toEqual(records);
});

test("import-erlang of a file that isn't there, and of one that is none of Erlang's, says so", async () => {
  const place = join(scratch(), "data");
  const absent = await runStore(["import-erlang", place, "d/t", "absent.dets"]);
  expect([absent.code, absent.stderr]).toEqual([3, expect.stringContaining("no file")]);
  const other = await runStore(["import-erlang", place, "d/t", process.execPath]);
  expect([other.code, other.stderr]).toEqual([1, expect.stringContaining("dets")]);
});
