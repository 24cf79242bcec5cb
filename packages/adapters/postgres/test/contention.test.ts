import { type ChildProcess, fork } from "node:child_process";
import { once } from "node:events";
import { createStore } from "@store/core";
import { afterAll, describe, expect, test } from "vitest";
import { partOf } from "../../../../tooling/long.js";
import { postgresAdapter } from "../src/index.js";
import { dropSchema, hasServer, QUICK_URL, uniqueSchema } from "./support/servers.js";

const PROCESSES = 8;
const ROUNDS = partOf(25, 300);

interface Done {
  claimed: number;
  swapped: number;
  appended: number[];
  transfers: number;
  firsts: number;
}

describe.skipIf(!hasServer)("eight processes on one schema", () => {
  const schema = uniqueSchema();
  afterAll(() => dropSchema(schema));

  test("counters, insertNew, replace, append and batches lose and repeat nothing", async () => {
    const store = createStore({
      adapter: postgresAdapter,
      options: { client: QUICK_URL, schema },
    });
    const swaps = await store.ensureTable("contention", "swaps");
    await swaps.insert(["one", { by: "", count: 0 }]);

    const done = await contend(schema);
    const total = PROCESSES * ROUNDS;
    const claimed = done.reduce((sum, one) => sum + one.claimed, 0);
    const firsts = done.reduce((sum, one) => sum + one.firsts, 0);
    const swapped = done.reduce((sum, one) => sum + one.swapped, 0);
    expect({ claimed, firsts }).toEqual({ claimed: ROUNDS, firsts: ROUNDS });
    expect(done.map(({ transfers }) => transfers)).toEqual(Array(PROCESSES).fill(ROUNDS));
    expect(done.flatMap(({ appended }) => appended).sort((a, b) => a - b)).toEqual(
      Array.from({ length: total }, (_unused, index) => index + 1),
    );

    const counters = await store.ensureTable("contention", "counters");
    const totals = await store.ensureTable("contention", "totals");
    const log = await store.ensureTable("contention", "log");
    const events = await store.ensureTable("contention", "events");
    expect(await counters.lookup("all")).toEqual([["all", total]]);
    expect(await counters.lookup("big")).toEqual([["big", 2n ** 70n + BigInt(total)]]);
    expect(await swaps.lookupElement("one", 2)).toMatchObject({ count: swapped });
    expect([await totals.lookupElement("a", 2), await totals.lookupElement("b", 2)]).toEqual([
      0, 0,
    ]);
    expect(await log.count({ prefix: ["transfers"] })).toBe(total);
    expect(await events.size).toBe(10 + ROUNDS);
    await store.close();
  });
});

/** Starts the processes, lets them begin together, and returns what each says that it did. */
async function contend(schema: string): Promise<Done[]> {
  const program = new URL("support/contender.mjs", import.meta.url);
  const processes = Array.from({ length: PROCESSES }, (_unused, name) =>
    fork(program, [QUICK_URL, schema, String(name), String(ROUNDS)]),
  );
  try {
    await Promise.all(processes.map(messageOf));
    const results = processes.map(messageOf);
    for (const process of processes) process.send("go");
    return (await Promise.all(results)) as Done[];
  } finally {
    for (const process of processes) process.kill();
  }
}

async function messageOf(process: ChildProcess): Promise<unknown> {
  const ended = once(process, "exit").then(([code]) => {
    throw new Error(`a process ended with ${code}`);
  });
  const [message] = await Promise.race([once(process, "message"), ended]);
  return message;
}
