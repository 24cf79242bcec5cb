import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { createStore } from "@store/core";
import { fileAdapter } from "@store/file";
import { expect, onTestFinished, test } from "vitest";
import { Program } from "../../../tooling/program.js";
import { openQueue } from "../src/queue.js";

const MAIN = fileURLToPath(new URL("../dist/main.js", import.meta.url));
const MAILS = Array.from({ length: 40 }, (_, index) => `mail-${index}`);
const isUndeliverable = (index: number) => index % 4 === 3;

type Letter = readonly [id: string, job: { readonly attempts: number }];

test("a worker that is killed three times loses no job, and ends none twice", async () => {
  const dataDir = mkdtempSync(join(tmpdir(), "job-queue-"));
  onTestFinished(() => rmSync(dataDir, { recursive: true, force: true }));

  const lines: string[] = [];
  for (const printed of [15, 22, 9]) {
    const worker = new Program(MAIN, dataDir);
    await worker.printed(printed);
    expect(await worker.kill()).toBe(true);
    lines.push(...worker.lines);
  }
  const last = new Program(MAIN, dataDir);
  expect(await last.exitCode()).toBe(0);
  lines.push(...last.lines);
  expect(lines).toContain("30 done, 10 dead:");

  await using store = createStore({ adapter: fileAdapter, options: { dataDir }, mode: "async" });
  const { tables } = await openQueue(store, "mail", {
    leaseMs: 1_000,
    maxAttempts: 5,
    backoffMs: () => 0,
  });
  const done = await tables.done.foldl(([id], ids) => [...ids, id], [] as string[]);
  expect(done.sort()).toEqual(MAILS.filter((_, index) => !isUndeliverable(index)).sort());
  const dead = await tables.dead.foldl((letter, letters) => [...letters, letter], [] as Letter[]);
  expect(dead.map(([id]) => id).sort()).toEqual(
    MAILS.filter((_, index) => isUndeliverable(index)).sort(),
  );
  for (const [, { attempts }] of dead) expect(attempts).toBe(5);
  expect([await tables.due.size, await tables.ids.size, await tables.leases.size]).toEqual([
    0, 0, 0,
  ]);

  // No attempt is handed out twice, and a job is done again only if its worker died.
  const attempts = lines.filter((line) => line.startsWith("sending"));
  expect(new Set(attempts).size).toBe(attempts.length);
  for (const id of done) {
    const sent = lines.filter((line) => line === `sent ${id}`).length;
    expect(sent).toBeGreaterThanOrEqual(1);
    expect(sent).toBeLessThanOrEqual(4);
  }
});
