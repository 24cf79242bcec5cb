import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { expect, onTestFinished, test } from "vitest";

const PROGRAM = fileURLToPath(new URL("../dist/main.js", import.meta.url));
const WORKERS = 3;

test("workers share what they count, also while the one that owns the files is killed", async () => {
  const dataDir = mkdtempSync(join(tmpdir(), "cluster-"));
  const primary = spawn(process.execPath, [PROGRAM, `${WORKERS}`, "0", dataDir]);
  onTestFinished(async () => {
    const ended = once(primary, "close");
    if (primary.kill()) await ended;
    rmSync(dataDir, { recursive: true, force: true, maxRetries: 10, retryDelay: 100 });
  });
  const base = `http://127.0.0.1:${await portOf(primary)}`;

  let answered = 0;
  const workers = new Set<number>();
  const counts = new Set<number>();
  for (let round = 0; round < 4; round++) {
    if (round === 1 || round === 3) process.kill(ownerOf(dataDir), "SIGKILL");
    for (let call = 0; call < 30; call++) {
      const visit = await get<{ visits: number; worker: number }>(`${base}/home`);
      // A connection to the worker that was killed, or a write that was under way in it: then nobody knows.
      if (visit === undefined) continue;
      answered++;
      expect(counts.has(visit.visits)).toBe(false);
      counts.add(visit.visits);
      workers.add(visit.worker);
    }
  }
  expect(answered).toBeGreaterThan(100);
  expect(workers.size).toBeGreaterThan(1);
  const pages = await get<{ home: number }>(`${base}/`);
  expect(pages?.home).toBeGreaterThanOrEqual(answered);
  expect(pages?.home).toBeLessThanOrEqual(120);
});

/** Waits until all workers listen. */
function portOf(primary: ChildProcess): Promise<number> {
  return new Promise((resolve, reject) => {
    let printed = "";
    primary.stdout?.on("data", (chunk) => {
      printed += chunk;
      const ports = [...printed.matchAll(/listens at port (\d+)/g)];
      if (ports.length >= WORKERS) resolve(Number(ports[0]?.[1]));
    });
    primary.once("close", () => reject(new Error(`it has ended:\n${printed}`)));
  });
}

function ownerOf(dataDir: string): number {
  const epochs = readdirSync(dataDir).filter((name) => name.startsWith("E"));
  const file = join(dataDir, epochs.sort().at(-1) ?? "", "OWNER");
  return (JSON.parse(readFileSync(file, "utf8")) as { pid: number }).pid;
}

async function get<T>(url: string): Promise<T | undefined> {
  try {
    const response = await fetch(url, { signal: AbortSignal.timeout(20_000) });
    return response.ok ? ((await response.json()) as T) : undefined;
  } catch {
    return undefined;
  }
}
