import { createStore, type StoreRecord } from "@store/core";
import { expect, onTestFinished, test } from "vitest";
import { isLong, partOf } from "../../../../tooling/long.js";
import { sharedAdapter, shareStore } from "../src/index.js";
import { inThread, messageOf, startThread } from "./support/threads.js";

const THREADS = partOf(24, 1_000);
const AT_ONCE = 4;

test(
  `${THREADS} threads that are terminated at any moment harm nobody, and their room comes back`,
  async () => {
    const store = createStore({ adapter: sharedAdapter });
    onTestFinished(() => store.close());
    store.configureDomain("counters", {
      adapter: sharedAdapter,
      options: { atomicCounters: true },
    });
    const left = store.ensureTable("d", "left", { type: "ordered_set" });
    const right = store.ensureTable("d", "right", { type: "bag" });
    store.ensureTable("counters", "n").insert(["all", 0]);
    const ticket = shareStore(store);
    const bytes = () => left.info().details?.sharedBytes as number;
    const content = (records: Iterable<StoreRecord>) =>
      [...records].map((record) => JSON.stringify(record)).sort();

    let extent = 0;
    let counted = 0;
    for (let ended = 0; ended < THREADS; ended += AT_ONCE) {
      const threads = Array.from({ length: AT_ONCE }, (_, index) =>
        // Few keys, so that what all threads leave is bounded.
        startThread("life.mjs", { ticket, id: index }),
      );
      await Promise.all(threads.map((thread) => messageOf(thread)));
      for (const thread of threads) {
        await new Promise((resolve) => setTimeout(resolve, Math.random() * 12));
        await thread.terminate();
      }
      // What was done was done whole: of each batch both changes, or none.
      expect(content(left.records())).toEqual(content(right.records()));
      const [[, count]] = store.ensureTable("counters", "n").lookup("all") as unknown as [
        [0, number],
      ];
      expect(count).toBeGreaterThan(counted);
      counted = count;
      if (ended === 0) extent = bytes();
    }
    // At most what the first four took, and as much again for what was cut off.
    expect(bytes()).toBeLessThan(2 * extent + 2 ** 20);
    expect(await inThread(store, 'return store.ensureTable("d", "left").size')).toBe(left.size);
  },
  isLong ? 1_800_000 : 60_000,
);

test("slots and blocks of calls whose thread was terminated are given back", async () => {
  const store = createStore({ adapter: sharedAdapter });
  onTestFinished(() => store.close());
  const table = store.ensureTable("d", "t");
  const ticket = shareStore(store);
  const run =
    'const t = store.ensureTable("d", "t"); port.postMessage(0); for (;;) t.insert(["k", "x".repeat(1e5)]);';
  for (let round = 0; round < 8; round++) {
    const thread = startThread("run.mjs", { ticket, run });
    await messageOf(thread);
    await thread.terminate();
  }
  // An answer that nobody fetches is given up after some seconds.
  const used = () => table.info().memoryBytes as number;
  const end = performance.now() + 20_000;
  const floor = 1e5 + 4e5;
  while (used() > floor && performance.now() < end) {
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
  expect(used()).toBeLessThan(floor);
});
