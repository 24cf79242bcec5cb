import { spawnSync } from "node:child_process";
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { crc32 } from "node:zlib";
import { expect, test } from "vitest";
import { output } from "./support/run-in-process.js";
import { scratch } from "./support/scratch.js";

const page = readFileSync(new URL("../../../../docs/dump-format.md", import.meta.url), "utf8");
const [, sample = ""] = /```json\n(.*?)```/s.exec(page) ?? [];
const [, recipe = ""] = /```sh\n(.*?)```/s.exec(page) ?? [];

test("the dump in docs/dump-format.md is one", async () => {
  const body = sample.split("\n").slice(0, -2).join("\n");
  expect(sample).toContain(crc32(`${body}\n`).toString(16).padStart(8, "0"));
  const to = join(scratch(), "to");
  // One of its records has expired since, unless the page is new.
  expect(await output(["load", to], { input: sample })).toBe("3 records of 2 tables loaded\n");
  expect(await output(["scan", to, "journal/events"])).toBe('[["r1",1],{"type":"started"}]\n');
});

test("the recipe in docs/dump-format.md makes one", async () => {
  const cwd = scratch();
  writeFileSync(join(cwd, "body.ndjson"), `${sample.split("\n").slice(0, -2).join("\n")}\n`);
  const { status, stderr } = spawnSync("bash", ["-ec", recipe], { cwd, encoding: "utf8" });
  expect([status, stderr]).toEqual([0, ""]);
  expect(readFileSync(join(cwd, "dump.ndjson"), "utf8")).toBe(sample);
});
