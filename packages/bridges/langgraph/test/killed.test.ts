import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";
import { expect, onTestFinished, test } from "vitest";
import { partOf } from "../../../../tooling/long.js";
import { randomFrom } from "./support/random.js";

const PROGRAM = fileURLToPath(new URL("programs/graph.mjs", import.meta.url));
const KILLS = partOf(20, 100);
/** More than all killed lives together may do. */
const STEPS = KILLS * 8;

interface Life {
  /** The last step that was done before it began. */
  readonly from: number;
  /** The last step that it began. */
  readonly reached: number;
  readonly end: unknown;
}

/** Lets the program live until it has begun some steps, and kills it as soon as it says so. */
async function live(directory: string, steps: number): Promise<Life> {
  const child = spawn(process.execPath, [PROGRAM, directory, String(STEPS)], {
    stdio: ["ignore", "pipe", "inherit"],
  });
  const ended = once(child, "exit");
  let from: number | undefined;
  let reached = 0;
  let end: unknown;
  for await (const line of createInterface({ input: child.stdout })) {
    const space = line.indexOf(" ");
    const value: unknown = JSON.parse(line.slice(space + 1));
    if (line.startsWith("from")) from = reached = value as number;
    else if (line.startsWith("end")) end = value;
    else reached = value as number;
    if (from !== undefined && reached >= from + steps) child.kill("SIGKILL");
  }
  await ended;
  if (from === undefined) throw new Error("it ended before it said where it goes on from");
  return { from, reached, end };
}

const seed = Math.floor(Math.random() * 2 ** 32);

test(`a graph that is killed ${KILLS} times goes on each time, and ends as if it had not been: seed ${seed}`, async () => {
  const directory = mkdtempSync(join(tmpdir(), "langgraph-killed-"));
  onTestFinished(() => rmSync(directory, { recursive: true }));
  const random = randomFrom(seed);

  let reached = 0;
  for (let kill = 0; kill < KILLS; kill++) {
    const life = await live(directory, 1 + Math.floor(random() * 4));
    expect(life.end).toBeUndefined();
    // The step that was under way when it was killed may not be done; those before are.
    expect(life.from).toBeGreaterThanOrEqual(reached - 1);
    expect(life.reached).toBeGreaterThan(life.from);
    reached = Math.max(reached, life.reached);
  }
  expect(reached).toBeGreaterThanOrEqual(KILLS / 2);

  const { end } = await live(directory, Number.POSITIVE_INFINITY);
  const all = Array.from({ length: STEPS }, (_, index) => index + 1);
  expect(end).toEqual({
    step: STEPS,
    left: all,
    right: all,
    seen: all.map((step) => [step, String(BigInt(step) ** 20n)]),
  });
}, 600_000);
