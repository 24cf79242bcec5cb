import { createStore, type Store } from "@store/core";
import { memoryAdapter } from "@store/memory";
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { type Claim, openQueue, type Queue } from "../src/queue.js";
import { work } from "../src/work.js";

const START = 1_700_000_000_000;

let store: Store<"async">;
let queue: Queue;

beforeEach(async () => {
  vi.useFakeTimers({ now: START, toFake: ["Date"] });
  store = createStore({ adapter: memoryAdapter, mode: "async" });
  queue = await openQueue(store, "jobs", {
    leaseMs: 1_000,
    maxAttempts: 3,
    backoffMs: (attempts) => 100 * attempts,
  });
});

afterEach(async () => {
  await store.close();
  vi.useRealTimers();
});

async function claimed(): Promise<Claim> {
  const claim = await queue.claim();
  if (claim === undefined) throw new Error("there is nothing to claim");
  return claim;
}

test("claim gives jobs in the order in which they are due, none before its time", async () => {
  await queue.add("later", {}, START + 50);
  await queue.add("now", {}, START);
  await queue.add("before", {}, START - 50);
  expect((await claimed()).id).toBe("before");
  expect((await claimed()).id).toBe("now");
  expect(await queue.claim()).toBeUndefined();
  vi.setSystemTime(START + 50);
  expect((await claimed()).id).toBe("later");
});

test("claim by many at once gives each job to one of them", async () => {
  for (let index = 0; index < 10; index++) await queue.add(`j${index}`, {});
  const claims = await Promise.all(Array.from({ length: 20 }, () => queue.claim()));
  const ids = claims.flatMap((claim) => (claim === undefined ? [] : [claim.id]));
  expect(ids.sort()).toEqual(Array.from({ length: 10 }, (_, index) => `j${index}`));
});

test("a lease that runs out gives the job to the next one, and the first can't end it any more", async () => {
  await queue.add("j", { n: 1 });
  const first = await claimed();
  vi.setSystemTime(START + 999);
  expect(await queue.claim()).toBeUndefined();
  vi.setSystemTime(START + 1_000);
  const second = await claimed();
  expect(second.job).toEqual({ payload: { n: 1 }, attempts: 2 });
  expect(await queue.renew(first)).toBe(false);
  expect(await queue.complete(first)).toBe(false);
  expect(await queue.fail(first, "late")).toBe(false);
  expect(await queue.complete(second)).toBe(true);
  expect(await queue.complete(second)).toBe(false);
  expect(await queue.tables.done.lookup("j")).toEqual([["j", second.job]]);
  expect(await queue.nextDue()).toBeUndefined();
});

test("renew holds a job for another lease", async () => {
  await queue.add("j", {});
  const claim = await claimed();
  vi.setSystemTime(START + 900);
  expect(await queue.renew(claim)).toBe(true);
  vi.setSystemTime(START + 1_899);
  expect(await queue.claim()).toBeUndefined();
  expect(await queue.complete(claim)).toBe(true);
});

test("a job that fails comes again after its backoff, and goes to the dead letters in the end", async () => {
  await queue.add("j", {});
  for (const attempt of [1, 2]) {
    const claim = await claimed();
    expect(claim.job.attempts).toBe(attempt);
    expect(await queue.fail(claim, `fault ${attempt}`)).toBe(true);
    expect(await queue.nextDue()).toBe(Date.now() + 100 * attempt);
    expect(await queue.claim()).toBeUndefined();
    vi.setSystemTime(Date.now() + 100 * attempt);
  }
  await queue.fail(await claimed(), "fault 3");
  const letter = ["j", { payload: {}, attempts: 3, error: "fault 3" }];
  expect(await queue.tables.dead.lookup("j")).toEqual([letter]);
  expect(await queue.nextDue()).toBeUndefined();
});

test("a job that kills its workers goes to the dead letters as well", async () => {
  await queue.add("j", {});
  for (let attempt = 1; attempt <= 3; attempt++) {
    await claimed();
    vi.setSystemTime(Date.now() + 1_000);
  }
  expect(await queue.claim()).toBeUndefined();
  const letter = ["j", { payload: {}, attempts: 3, error: "its worker died" }];
  expect(await queue.tables.dead.lookup("j")).toEqual([letter]);
  expect(await queue.tables.ids.size).toBe(0);
});

test("revive gives a dead letter all its attempts again, once", async () => {
  await queue.add("j", { n: 1 });
  for (let attempt = 1; attempt <= 3; attempt++) {
    await queue.fail(await claimed(), "fault");
    vi.setSystemTime(Date.now() + 1_000);
  }
  expect(await Promise.all([queue.revive("j"), queue.revive("j")])).toEqual([true, false]);
  expect(await queue.tables.dead.size).toBe(0);
  expect((await claimed()).job).toEqual({ payload: { n: 1 }, attempts: 1 });
});

test("add of a job that waits, is held, done or dead adds none", async () => {
  expect(await queue.add("j", {})).toBe(true);
  expect(await queue.add("j", {}, START + 1)).toBe(false);
  const claim = await claimed();
  expect(await queue.add("j", {})).toBe(false);
  await queue.complete(claim);
  expect(await queue.add("j", {})).toBe(false);
  // What was done is forgotten after a day.
  vi.setSystemTime(START + 24 * 60 * 60 * 1_000);
  expect(await queue.add("j", {})).toBe(true);
});

test("work aborts a handler whose lease was lost, and does every job in the end", async () => {
  vi.useRealTimers();
  await queue.add("slow", {});
  const attempts: number[] = [];
  const aborted = vi.fn();
  await work(
    queue,
    async ({ id, job }, signal) => {
      attempts.push(job.attempts);
      if (job.attempts > 1) return;
      // As if it had been stopped for longer than the lease.
      await queue.tables.leases.delete(id);
      await new Promise((resolve) => signal.addEventListener("abort", resolve));
      aborted();
    },
    { concurrency: 2, renewMs: 200, restMs: 10 },
  );
  expect(attempts).toEqual([1, 2]);
  expect(aborted).toHaveBeenCalledOnce();
  expect(await queue.tables.done.size).toBe(1);
});
