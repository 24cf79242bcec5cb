import { fork } from "node:child_process";
import { once } from "node:events";
import { fileURLToPath } from "node:url";
import { describe, expect, test } from "vitest";
import { partOf } from "../../../../tooling/long.js";
import { isServerThere, SERVER_URL } from "./support/server.js";
import { openStore, ownPrefix } from "./support/stores.js";

const PROCESSES = 8;
const ROUNDS = partOf(40, 1_000);
const PROGRAM = fileURLToPath(new URL("programs/worker.mjs", import.meta.url));
const isThere = await isServerThere();

type Won = Record<"claims" | "swaps" | "batches" | "taken", number>;

describe.skipIf(!isThere)(isThere ? "processes" : "skipped: no Redis answers", () => {
  test(`${PROCESSES} processes at once count exactly`, { timeout: 300_000 }, async () => {
    const prefix = ownPrefix();
    const store = openStore({ prefix });
    const claims = await store.ensureTable("d", "claims");
    const swaps = await store.ensureTable("d", "swaps");
    await swaps.insert(["s", 0]);
    await claims.insertMany(Array.from({ length: ROUNDS }, (_unused, n) => [["gift", n], 1]));

    const workers = Array.from({ length: PROCESSES }, (_unused, number) =>
      fork(PROGRAM, [SERVER_URL, prefix, `${number}`, `${ROUNDS}`]),
    );
    await Promise.all(workers.map((worker) => once(worker, "message")));
    const ends = workers.map((worker) => once(worker, "message"));
    for (const worker of workers) worker.send("go");
    const won = (await Promise.all(ends)).map(([message]) => message as Won);
    const total = (name: keyof Won) => won.reduce((sum, each) => sum + each[name], 0);

    const calls = PROCESSES * ROUNDS;
    const counters = await store.ensureTable("d", "counters");
    const events = await store.ensureTable("d", "events", { type: "ordered_set" });
    const bag = await store.ensureTable("d", "bag", { type: "bag" });
    expect(await counters.lookup("small")).toEqual([["small", calls]]);
    expect(await counters.lookup("big")).toEqual([["big", BigInt(calls) * 2n ** 64n]]);
    expect(await events.count({ prefix: ["log"] })).toBe(calls);
    expect(await events.last()).toEqual(["log", calls]);
    expect(await bag.lookup("k")).toHaveLength(ROUNDS);
    expect(total("claims")).toBe(ROUNDS);
    expect(total("taken")).toBe(ROUNDS);
    expect(await swaps.lookup("s")).toEqual([["s", total("swaps")]]);
    expect(total("batches")).toBe(ROUNDS);
    expect(await counters.lookup("batches")).toEqual([["batches", ROUNDS]]);
    expect(await events.count({ prefix: ["batches"] })).toBe(ROUNDS);
  });
});
