import { execFile } from "node:child_process";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { expect, test } from "vitest";

test("the agent gets an answer to each job, from whichever tool took it", async () => {
  const program = fileURLToPath(new URL("../dist/agent.js", import.meta.url));
  const { stdout } = await promisify(execFile)(process.execPath, [program]);
  expect(stdout.trim().split("\n")).toEqual([
    "40 answers, 0 jobs left",
    "1 recall tables that an owner writes and every process reads",
    "2 shout STEP 0",
    "recall: 20 uses",
    "shout: 20 uses",
  ]);
});
