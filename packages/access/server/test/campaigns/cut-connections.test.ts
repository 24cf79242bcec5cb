import { join } from "node:path";
import { createStore, type Store } from "@store/core";
import { memoryAdapter } from "@store/memory";
import { expect, onTestFinished, test } from "vitest";
import { partOf } from "../../../../../tooling/long.js";
import { CuttingProxy } from "../support/cutting-proxy.js";
import { ownDirectory } from "../support/places.js";
import { newSeed, randomOf } from "../support/random.js";
import { slowAdapter } from "../support/slow-adapter.js";
import { connect, serve } from "../support/stores.js";

const CUTS = partOf(80, 1_000);
const CALLERS = 16;

test.each(["a store of memory", "a slow async store"])(
  "while the server lives, calls over connections that are cut at any byte succeed and happen once; served: %s",
  { timeout: 60_000 * partOf(1, 30) },
  async (kind) => {
    const seed = newSeed();
    console.log(`seed ${seed}`);
    const random = randomOf(seed);
    // In the slow one a connection may be cut while a write is under way in the server.
    const slow = slowAdapter(() => random() * 3);
    const { path } = await serve(
      {},
      createStore({ adapter: kind.includes("slow") ? slow : memoryAdapter }),
    );
    const proxyPath = join(ownDirectory(), "proxy");
    const proxy = await CuttingProxy.start(proxyPath, path);
    onTestFinished(() => proxy.close());
    const store = connect({ path: proxyPath });
    const writers = await tablesOf(store);

    const counts = new Set<number>();
    let batches = 0;
    let number = 0;
    proxy.cutAfter(1_000);
    await Promise.all(Array.from({ length: CALLERS }, work));

    console.log(`${kind}: ${proxy.cuts} cuts, ${number} rounds of calls`);

    // What has happened, seen by a connection that isn't cut.
    const { counters, journal, claims } = await tablesOf(connect({ path }));
    expect(await counters.lookup("n"), `seed ${seed}`).toEqual([["n", counts.size]]);
    expect(counts.size, `seed ${seed}: each count once`).toBe(number);
    expect(await counters.lookup("batches")).toEqual([["batches", batches]]);
    const keys: unknown[] = [];
    for await (const key of journal.keys()) keys.push(key);
    expect(keys).toEqual(Array.from({ length: batches }, (_, index) => ["log", index + 1]));
    expect(await claims.size).toBe(batches);

    async function work(): Promise<void> {
      while (proxy.cuts < CUTS) {
        const own = ++number;
        counts.add(await writers.counters.updateCounter("n", 1, ["n", 0]));
        const isDone = await store
          .batch()
          .updateCounter(writers.counters, "batches", 1, ["batches", 0])
          .append(writers.journal, ["log"], own)
          .insertNew(writers.claims, [own, "x".repeat(Math.floor(random() * 300))])
          .commit();
        expect(isDone, `seed ${seed}: batch ${own} is done by its own caller, once`).toBe(true);
        batches++;
        expect(await writers.claims.member(own)).toBe(true);
        if (random() < 0.3) proxy.cutAfter(Math.floor(random() * 1_500));
        if (random() < 0.01) proxy.cutNow();
      }
    }
  },
);

async function tablesOf(store: Store<"async">) {
  return {
    counters: await store.ensureTable<[name: string, n: number]>("d", "counters"),
    journal: await store.ensureTable<[key: [string, number], n: number]>("d", "journal", {
      type: "ordered_set",
    }),
    claims: await store.ensureTable<[n: number, text: string]>("d", "claims"),
  };
}
