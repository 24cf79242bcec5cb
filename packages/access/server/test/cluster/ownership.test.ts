import { existsSync, readdirSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createStore, type Store } from "@store/core";
import { fileAdapter } from "@store/file";
import { expect, onTestFinished, test } from "vitest";
import { socketPlace } from "../../src/cluster/socket-place.js";
import { type ClusterOptions, clusterAdapter } from "../../src/index.js";
import { ownDirectory } from "../support/places.js";
import { until } from "../support/raw-client.js";

/** Milliseconds that a takeover may take on a machine that has more to do. */
const SLOW = 3_000;

function member(dataDir: string, options: ClusterOptions = {}): Store<"async"> {
  const store = createStore({ adapter: clusterAdapter, options: { dataDir, ...options } });
  onTestFinished(() => store.close().catch(() => {}));
  return store;
}

type Count = [id: string, n: number];

test("the first to come owns the directory, listens in it for its user only, and shows no table of its own", async () => {
  const dataDir = join(ownDirectory(), "data");
  const [first, second] = [member(dataDir), member(dataDir)];
  const mine = await first.ensureTable<Count>("d", "t");
  const theirs = await second.ensureTable<Count>("d", "t");
  expect(statSync(join(dataDir, "cluster.sock")).mode & 0o777).toBe(0o600);
  expect(await mine.updateCounter("k", 1, ["k", 0])).toBe(1);
  expect(await theirs.updateCounter("k", 1)).toBe(2);
  expect(await first.tables("d")).toEqual([{ name: "t", type: "set" }]);
  await second.close();
  await first.close();
  expect(readdirSync(dataDir).filter((name) => name.endsWith(".sock"))).toEqual([]);
  // An ordinary directory of the file adapter.
  const alone = createStore({ adapter: fileAdapter, options: { dataDir } });
  expect(alone.ensureTable("d", "t").lookup("k")).toEqual([["k", 2]]);
  alone.close();
});

test("when the owner closes, another takes over: no call fails, and each happens once", async () => {
  const dataDir = join(ownDirectory(), "data");
  const stores = [member(dataDir)];
  await stores[0]?.ensureTable("d", "t");
  const counts = new Set<number>();
  let isOver = false;
  const start = async (store: Store<"async">) => {
    const table = await store.ensureTable<Count>("d", "t");
    return Promise.all(
      Array.from({ length: 8 }, async () => {
        while (!isOver) counts.add(await table.updateCounter("n", 1, ["n", 0]));
      }),
    );
  };
  const last = member(dataDir);
  const calling = start(last);
  const takeovers: number[] = [];
  for (let round = 0; round < 5; round++) {
    const before = counts.size;
    await until(() => counts.size > before + 50);
    const closed = stores.pop()?.close();
    const from = performance.now();
    await closed;
    const at = counts.size;
    await until(() => counts.size > at);
    takeovers.push(performance.now() - from);
    // Whoever calls owns it by now: it hands it on to one that comes after it.
    stores.push(member(dataDir));
    await stores[0]?.ensureTable("d", "t");
  }
  isOver = true;
  await calling;
  expect(Math.max(...takeovers)).toBeLessThan(SLOW);
  const table = await last.ensureTable<Count>("d", "t");
  expect(await table.lookup("n")).toEqual([["n", counts.size]]);
  expect(Math.max(...counts)).toBe(counts.size);
});

test("a directory in the hands of a program that doesn't share it is STORE_LOCKED", async () => {
  const dataDir = join(ownDirectory(), "data");
  const alone = createStore({ adapter: fileAdapter, options: { dataDir } });
  alone.ensureTable("d", "t");
  await expect(member(dataDir).ensureTable("d", "t")).rejects.toMatchObject({
    code: "STORE_LOCKED",
    message: expect.stringContaining(`${process.pid}`),
  });
  alone.close();
  await member(dataDir).ensureTable("d", "t");
});

test("the other way round, a program of its own is STORE_LOCKED while the cluster has the directory", async () => {
  const dataDir = join(ownDirectory(), "data");
  await member(dataDir).ensureTable("d", "t");
  const alone = createStore({ adapter: fileAdapter, options: { dataDir } });
  expect(() => alone.ensureTable("d", "t")).toThrow(
    expect.objectContaining({ code: "STORE_LOCKED" }),
  );
});

test("a directory that can't be made is refused at once", async () => {
  const file = join(ownDirectory(), "file");
  writeFileSync(file, "");
  for (const dataDir of [file, join(file, "data")]) {
    await expect(member(dataDir).ensureTable("d", "t"), dataDir).rejects.toMatchObject({
      code: "STORE_IO",
    });
  }
});

test("a path too long for a socket has it in the directory for temporary files, by a digest", async () => {
  const dataDir = join(ownDirectory(), "x".repeat(100), "data");
  const place = socketPlace(dataDir);
  expect(place.startsWith(tmpdir())).toBe(true);
  const [first, second] = [member(dataDir), member(dataDir)];
  await (await first.ensureTable("d", "t")).insert(["k", 1]);
  expect(existsSync(place)).toBe(true);
  expect(await (await second.ensureTable("d", "t")).lookup("k")).toEqual([["k", 1]]);
  await second.close();
  await first.close();
  expect(existsSync(place)).toBe(false);
});

test("an owner whose directory is taken away goes on as a client of whoever has it, or says so", async () => {
  const { renameSync } = await import("node:fs");
  const parent = ownDirectory();
  const dataDir = join(parent, "data");
  const table = await member(dataDir, { callTimeout: 5_000 }).ensureTable<Count>("d", "t");
  await table.insert(["k", 1]);
  renameSync(dataDir, join(parent, "moved"));
  // It is a new directory by now, without the table: nothing is made behind one's back.
  const outcome = await table.sync().then(
    () => "done",
    (error: { code: string }) => error.code,
  );
  expect(["STORE_FENCED", "STORE_TABLE_CLOSED", "STORE_OUTCOME_UNKNOWN"]).toContain(outcome);
  await expect(table.insert(["k", 2])).rejects.toMatchObject({
    code: expect.stringMatching(/STORE_TABLE_CLOSED|STORE_OUTCOME_UNKNOWN/),
  });
  await expect(table.lookup("k")).rejects.toMatchObject({ code: "STORE_TABLE_CLOSED" });
});
