import { type ChildProcess, fork, spawn } from "node:child_process";
import { once } from "node:events";
import { fileURLToPath } from "node:url";
import { describe, expect, test } from "vitest";
import { partOf } from "../../../../tooling/long.js";
import { hasSqlite } from "./support/has-sqlite.js";
import { openStore } from "./support/open-store.js";
import { Random } from "./support/random.js";
import { scratchPath } from "./support/scratch.js";

const WORKERS = 8;

describe.skipIf(!hasSqlite)("several processes", () => {
  test("eight at once, on a file that isn't there yet, count exactly, whatever they do", async () => {
    const path = scratchPath();
    const times = partOf(40, 500);
    const workers = Array.from({ length: WORKERS }, (_, worker) =>
      fork(program("contend"), [path, String(worker), String(times)]),
    );
    await Promise.all(workers.map(messageOf));
    const results = workers.map(messageOf);
    for (const worker of workers) worker.send("go");
    const won = (await Promise.all(results)).map((result) => (result as { won: number }).won);

    const all = WORKERS * times;
    const store = openStore({ path });
    const table = store.ensureTable<[string, number]>("d", "counters");
    expect(table.lookupMany(["counted", "in batches", "swapped"])).toEqual([
      [["counted", all]],
      [["in batches", all]],
      [["swapped", all]],
    ]);
    expect(won.reduce((sum, count) => sum + count)).toBe(times);
    const journal = store.ensureTable("d", "journal", { type: "ordered_set" });
    for (const prefix of ["by call", "by batch"]) {
      const numbers = [...journal.keys({ prefix: [prefix] })].map((key) => (key as unknown[])[1]);
      expect(numbers).toEqual(Array.from({ length: all }, (_, index) => index + 1));
    }
    expect(store.ensureTable("d", "bag", { type: "bag" }).size).toBe(all);
  });

  test("killed at any moment, they leave what they acknowledged, whole, and at most one step more", async () => {
    const path = scratchPath();
    const random = new Random(1);
    const acknowledged = [0, 0];
    for (let kill = 0; kill < partOf(5, 200); kill++) {
      const workers = acknowledged.map((_, worker) => startLoad(path, worker));
      // Each is killed while it writes, the other one too, and what follows meets what they left.
      await Promise.all(workers.map(({ wrote }) => wrote(1 + random.below(60))));
      for (const [worker, { kill }] of workers.entries()) {
        const more = await kill();
        acknowledged[worker] = checkedState(path, worker, (acknowledged[worker] ?? 0) + more);
      }
      const store = openStore({ path });
      const [total] = store.ensureTable<[string, number]>("d", "totals").lookup("all");
      expect(total?.[1]).toBe(acknowledged.reduce((sum, count) => sum + count));
      store.close();
    }
  }, 900_000);
});

/** How many steps of a worker are there, after it was killed: those that it acknowledged, or one more; each is whole. */
function checkedState(path: string, worker: number, acknowledged: number): number {
  const store = openStore({ path });
  const name = String(worker);
  const totals = store.ensureTable<[string, number]>("d", "totals");
  const journal = store.ensureTable("d", "journal", { type: "ordered_set" });
  const bag = store.ensureTable<[string, number]>("d", "bag", { type: "bag" });
  const count = totals.lookup(name)[0]?.[1] ?? 0;
  expect([acknowledged, acknowledged + 1]).toContain(count);
  const numbers = Array.from({ length: count }, (_, index) => index + 1);
  expect([...journal.keys({ prefix: [name] })]).toEqual(numbers.map((number) => [name, number]));
  expect(bag.lookup(name).map(([, number]) => number)).toEqual(numbers);
  store.close();
  return count;
}

function startLoad(path: string, worker: number) {
  const child = spawn(process.execPath, [program("load"), path, String(worker)], {
    stdio: ["ignore", "pipe", "ignore"],
  });
  let steps = 0;
  let onStep = () => {};
  child.stdout.on("data", (bytes: Buffer) => {
    steps += bytes.length;
    onStep();
  });
  const gone = once(child, "close");
  return {
    /** Settled when it has acknowledged so many steps, or has ended. */
    wrote: (count: number) =>
      Promise.race([
        gone,
        new Promise<void>((resolve) => {
          onStep = () => steps >= count && resolve();
          onStep();
        }),
      ]),
    /** Returns how many steps it has acknowledged. */
    async kill() {
      child.kill("SIGKILL");
      await gone;
      expect(child.signalCode).toBe("SIGKILL");
      return steps;
    },
  };
}

function program(name: string): string {
  return fileURLToPath(new URL(`programs/${name}.mjs`, import.meta.url));
}

/** The next message of a worker, which fails if it ends before. */
function messageOf(worker: ChildProcess): Promise<unknown> {
  return new Promise((resolve, reject) => {
    worker.once("message", resolve);
    worker.once("exit", (code) => reject(new Error(`a worker ended with ${code}`)));
  });
}
