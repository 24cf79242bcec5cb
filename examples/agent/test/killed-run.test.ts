import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { createStore } from "@store/core";
import { fileAdapter } from "@store/file";
import { memoryAdapter } from "@store/memory";
import { expect, onTestFinished, test } from "vitest";
import { Program } from "../../../tooling/program.js";
import { Agent, openTables } from "../src/agent.js";
import { ruleModel, tools } from "../src/researcher.js";

const MAIN = fileURLToPath(new URL("../dist/main.js", import.meta.url));
const GOAL = "ets, dets, mnesia, khepri, rocksdb, lmdb";

test("a run that is killed again and again goes on where it stood, with no step twice", async () => {
  const dataDir = mkdtempSync(join(tmpdir(), "agent-"));
  onTestFinished(() => rmSync(dataDir, { recursive: true, force: true }));

  let kills = 0;
  for (;;) {
    const run = new Program(MAIN, dataDir);
    // By turns before it has done anything, after its first line, and after its second.
    await run.printed(kills % 3);
    if (!(await run.kill())) break;
    kills++;
    if (run.lines.some((line) => line.startsWith("done"))) break;
    expect(kills).toBeLessThan(200);
  }
  expect(kills).toBeGreaterThan(12);
  expect(await new Program(MAIN, dataDir).exitCode()).toBe(0);

  using store = createStore({ adapter: fileAdapter, options: { dataDir } });
  using undisturbed = createStore({ adapter: memoryAdapter });
  await new Agent(undisturbed, { model: ruleModel, tools }).run("compare", GOAL);
  const [killed, expected] = [openTables(store), openTables(undisturbed)];
  expect([...killed.journal.records()]).toEqual([...expected.journal.records()]);
  expect([...killed.artifacts.records()]).toEqual([...expected.artifacts.records()]);
  expect([...killed.runs.records()]).toEqual([...expected.runs.records()]);
});
