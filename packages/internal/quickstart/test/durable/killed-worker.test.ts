import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, expect, test } from "vitest";
import type { Batch } from "../../src/atlas/run.js";
import { killWorker } from "../../src/durable/killed-worker.js";

const directory = mkdtempSync(join(tmpdir(), "store-quickstart-"));
afterAll(() => rmSync(directory, { recursive: true }));

/** A program that acknowledges so many batches, and does something else then. */
function program(name: string, batches: number, then: string): string {
  const file = join(directory, `${name}.mjs`);
  writeFileSync(
    file,
    `import { writeSync } from "node:fs";
    for (let records = 1; records <= ${batches}; records++) {
      writeSync(1, JSON.stringify({ step: process.argv[2], records }) + "\\n");
    }
    ${then}`,
  );
  return file;
}

test("a worker that would go on is dead after its batches, and each that it said was heard", async () => {
  const heard: Batch[] = [];
  const { pid = 0, acknowledged } = await killWorker(
    program("endless", 1_000, "setInterval(() => {}, 1_000);"),
    ["letters"],
    1_000,
    (batch) => heard.push(batch),
  );

  expect(() => process.kill(pid, 0)).toThrow("ESRCH");
  expect(acknowledged).toHaveLength(1_000);
  expect(acknowledged.at(-1)).toEqual({ step: "letters", records: 1_000 });
  expect(heard).toEqual(acknowledged);
});

test("a worker that fails before is not taken for one that was killed, and what it said is shown", async () => {
  const file = program("failing", 2, `throw new Error("there is no room");`);
  await expect(killWorker(file, [], 3, () => {})).rejects.toThrow(
    /^the worker ended by itself, with 1:\n(.|\n)*Error: there is no room/,
  );
});

test("nor is one that is through before", async () => {
  const file = program("quick", 2, "");
  await expect(killWorker(file, [], 3, () => {})).rejects.toThrow("ended by itself, with 0");
});
