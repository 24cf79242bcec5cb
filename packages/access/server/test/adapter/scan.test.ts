import { join } from "node:path";
import type { Key, TableType } from "@store/core";
import { expect, onTestFinished, test } from "vitest";
import { CuttingProxy } from "../support/cutting-proxy.js";
import { ownDirectory } from "../support/places.js";
import { newSeed, randomOf } from "../support/random.js";
import { connect, serve } from "../support/stores.js";

const TYPES: readonly TableType[] = ["set", "ordered_set", "bag", "duplicate_bag"];
const RECORDS = 6_000;

test.each(TYPES)(
  "a scan of a %s whose connections break, while the table changes, comes by each record that stays once",
  async (type) => {
    const seed = newSeed();
    const random = randomOf(seed);
    const { path, store } = await serve();
    const proxyPath = join(ownDirectory(), "proxy");
    const proxy = await CuttingProxy.start(proxyPath, path);
    onTestFinished(() => proxy.close());
    const table = await store.ensureTable<[key: Key, n: number, text: string]>("d", "t", { type });
    const isBag = type.endsWith("bag");
    const keyOf = (n: number) => (isBag ? Math.floor(n / 3) : n);
    // Every fifth will go, the others stay.
    for (let n = 0; n < RECORDS; n++) await table.insert([keyOf(n), n, "x".repeat(50)]);
    const remote = await connect({ path: proxyPath }).ensureTable<[Key, number, string]>("d", "t");

    for (const what of ["records", "keys"] as const) {
      const found: unknown[] = [];
      let cuts = 0;
      for await (const item of remote[what]()) {
        found.push(what === "records" ? (item as [Key, number])[1] : item);
        // Once at least, wherever the seed leads.
        if (found.length === 100 || random() < 0.002) {
          proxy.cutNow();
          cuts++;
          for (let count = 0; count < 20; count++) {
            const n = Math.floor(random() * (RECORDS / 5)) * 5;
            await table.deleteObject([keyOf(n), n, "x".repeat(50)]);
            await table.insert([`new ${random()}`, -1, ""]);
          }
        }
      }
      expect(cuts, `seed ${seed}`).toBeGreaterThan(0);
      const old = found.filter((item) => typeof item === "number" && item >= 0) as number[];
      const once = new Set(old);
      expect(once.size, `seed ${seed}: ${what} twice`).toBe(old.length);
      const missing = Array.from({ length: RECORDS }, (_, n) => n)
        .filter((n) => n % 5 > 0)
        .map((n) => (what === "records" ? n : keyOf(n)))
        .filter((n) => !once.has(n));
      expect(missing, `seed ${seed}: ${what} missed`).toEqual([]);
      if (type === "ordered_set")
        expect(old, `seed ${seed}`).toEqual(old.toSorted((a, b) => a - b));
    }
  },
);

test("a scan in reverse, with bounds and a limit, goes on where its connection broke", async () => {
  const { path, store } = await serve();
  const proxyPath = join(ownDirectory(), "proxy");
  const proxy = await CuttingProxy.start(proxyPath, path);
  onTestFinished(() => proxy.close());
  const table = await store.ensureTable<[n: number]>("d", "t", { type: "ordered_set" });
  await table.insertMany(Array.from({ length: 9_000 }, (_, n) => [n] as [number]));
  const remote = await connect({ path: proxyPath }).ensureTable<[n: number]>("d", "t");
  const found: number[] = [];
  for await (const [n] of remote.records({ gt: 100, lt: 8_000, reverse: true, limit: 5_000 })) {
    found.push(n);
    if (found.length % 1_500 === 0) proxy.cutNow();
  }
  expect(found).toEqual(Array.from({ length: 5_000 }, (_, index) => 7_999 - index));
});

test("two scans at once, one given up, don't hold up calls or each other", async () => {
  const { path } = await serve();
  const remote = await connect({ path }).ensureTable<[n: number]>("d", "t", {
    type: "ordered_set",
  });
  await remote.insertMany(Array.from({ length: 20_000 }, (_, n) => [n] as [number]));
  const first = remote.records();
  const second = remote.keys();
  expect((await first.next()).value).toEqual([0]);
  for (let n = 0; n < 10_000; n++) expect((await second.next()).value).toBe(n);
  await second.return?.();
  let count = 1;
  for await (const _record of first) {
    if (++count % 5_000 === 0) expect(await remote.size).toBe(20_000);
  }
  expect(count).toBe(20_000);
});
