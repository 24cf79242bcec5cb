import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { Program } from "../../../tooling/program.js";

const SERVER = fileURLToPath(new URL("../dist/main.js", import.meta.url));
const DASHBOARD = fileURLToPath(new URL("../dist/dashboard.js", import.meta.url));
const SOON = { timeout: 15_000, interval: 20 };

let dataDir: string;
let programs: Program[];

beforeEach(() => {
  dataDir = mkdtempSync(join(tmpdir(), "counters-"));
  programs = [];
});

afterEach(async () => {
  for (const program of programs) await program.kill();
  rmSync(dataDir, { recursive: true, force: true });
});

/** Starts it on a port that is free, and waits until it answers. */
async function start(main: string) {
  const program = new Program(main, dataDir, "0");
  programs.push(program);
  const url = await program.line(/^http:/);
  return { program, url };
}

async function post(url: string, path: string): Promise<{ status: number; total?: number }> {
  const response = await fetch(`${url}${path}`, { method: "POST" });
  return { status: response.status, ...((await response.json()) as object) };
}

type Summary = { totals: Record<string, number>; minutes: { name: string; count: number }[] };

async function look(dashboard: string): Promise<Summary> {
  const response = await fetch(`${dashboard}/json`);
  expect(response.status).toBe(200);
  return (await response.json()) as Summary;
}

test("the dashboard sees what the server counts while it counts, and never less than before", async () => {
  const { url } = await start(SERVER);
  await post(url, "/count/a");
  const { url: dashboard } = await start(DASHBOARD);

  const seen: number[] = [];
  let isCounting = true;
  const watching = (async () => {
    while (isCounting) seen.push((await look(dashboard)).totals.a ?? 0);
  })();
  for (let round = 0; round < 10; round++) {
    await Promise.all(Array.from({ length: 30 }, () => post(url, "/count/a")));
    await post(url, "/count/b?by=5");
  }
  await vi.waitFor(async () => {
    expect((await look(dashboard)).totals).toEqual({ a: 301, b: 50 });
  }, SOON);
  isCounting = false;
  await watching;
  expect(seen).toEqual([...seen].sort((one, other) => one - other));
  // Several looks while it was counted, not only one before and one after.
  expect(new Set(seen).size).toBeGreaterThan(1);

  const { minutes } = await look(dashboard);
  const counted = minutes.filter(({ name }) => name === "a").map(({ count }) => count);
  expect(counted.reduce((sum, n) => sum + n, 0)).toBe(301);
  expect(await (await fetch(dashboard)).text()).toContain("<tr><td>a<td>301");
});

test("a server that is killed has lost no count that it answered, and the dashboard goes on with the next one", async () => {
  const first = await start(SERVER);
  await post(first.url, "/count/a");
  const { url: dashboard } = await start(DASHBOARD);
  let sent = 1;
  let answered = 1;
  // Each posts until the server is gone, which ends it by an error.
  const posting = Promise.allSettled(
    Array.from({ length: 20 }, async () => {
      for (;;) {
        sent++;
        await post(first.url, "/count/a");
        answered++;
      }
    }),
  );
  await vi.waitFor(() => expect(answered).toBeGreaterThan(100), SOON);
  expect(await first.program.kill()).toBe(true);
  await posting;

  const second = await start(SERVER);
  const { total = 0 } = await post(second.url, "/count/a?by=0");
  // More than were answered are possible: they were counted, and their answers lost.
  expect(total).toBeGreaterThanOrEqual(answered);
  expect(total).toBeLessThanOrEqual(sent);
  await post(second.url, "/count/after");
  await vi.waitFor(async () => {
    expect((await look(dashboard)).totals).toEqual({ a: total, after: 1 });
  }, SOON);
});

test("a dashboard that comes first says so, and finds the tables once a server has made them", async () => {
  const { url: dashboard } = await start(DASHBOARD);
  expect((await fetch(`${dashboard}/json`)).status).toBe(503);
  const { url } = await start(SERVER);
  await post(url, "/count/a");
  await vi.waitFor(async () => expect((await look(dashboard)).totals).toEqual({ a: 1 }), SOON);
});

test("what can't be counted is refused with 400, and changes nothing", async () => {
  const { url } = await start(SERVER);
  const most = Number.MAX_SAFE_INTEGER;
  expect((await post(url, `/count/a?by=${most}`)).total).toBe(most);
  for (const by of ["1", "0.5", "x", "1e99"]) {
    expect((await post(url, `/count/a?by=${by}`)).status).toBe(400);
  }
  expect((await post(url, "/count/a?by=-1")).total).toBe(most - 1);
  expect((await post(url, "/count/a/b")).status).toBe(404);
  expect(await (await fetch(`${url}/count/never`)).json()).toEqual({ name: "never", total: 0 });
});
