import { createStore } from "@store/core";
import { memoryAdapter } from "@store/memory";
import { expect, onTestFinished, test } from "vitest";
import { attachStore, sharedAdapter, shareStore } from "../src/index.js";
import { inThread, messageOf, sharedStore, startThread } from "./support/threads.js";

test("lookup in a worker finds what the owner wrote, before and after the share", async () => {
  const store = sharedStore();
  const runs = store.ensureTable("d", "runs", { type: "ordered_set" });
  runs.insert(["a", { state: "open" }]);
  const ticket = shareStore(store);
  runs.insert(["b", { state: "done" }]);
  const late = store.ensureTable("e", "made later", { type: "bag" });
  late.insertMany([
    ["k", 1],
    ["k", 2],
  ]);
  expect(shareStore(store)).toBe(ticket);
  const found = await inThread(
    store,
    `return [[...store.ensureTable("d", "runs").records()], store.ensureTable("e", "made later").lookup("k"),
      store.tables("d"), store.ensureTable("d", "runs").info().adapter]`,
  );
  expect(found).toEqual([
    [
      ["a", { state: "open" }],
      ["b", { state: "done" }],
    ],
    [
      ["k", 1],
      ["k", 2],
    ],
    [{ name: "runs", type: "ordered_set" }],
    "attached",
  ]);
});

test("domains of an attached store are the owner's that have tables", async () => {
  const store = sharedStore();
  store.ensureTable("b", "t");
  store.ensureTable("a", "t");
  store.dropTable("b", "t");
  store.configureDomain("c", { adapter: memoryAdapter });
  store.ensureTable("c", "t");
  const worker = startThread("domains.mjs", { ticket: shareStore(store) });
  expect(await messageOf(worker)).toEqual(["a", "c"]);
});

test("insert in a worker is seen by the owner and by another worker", async () => {
  const store = sharedStore();
  await inThread(store, `store.ensureTable("d", "t").insert(["k", { n: 1 }])`);
  expect(store.ensureTable("d", "t").lookup("k")).toEqual([["k", { n: 1 }]]);
  expect(await inThread(store, `return store.ensureTable("d", "t").lookup("k")`)).toEqual([
    ["k", { n: 1 }],
  ]);
});

test("a record of several megabytes goes to the owner and comes back", async () => {
  const store = createStore({ adapter: memoryAdapter });
  onTestFinished(() => store.close());
  const length = await inThread(
    store,
    `const table = store.ensureTable("d", "t"); table.insert(["k", "x".repeat(5e6), new Uint8Array(1e6).fill(7)]);
     const [[, text, bytes]] = table.lookup("k"); return [text.length, bytes.length, bytes[999999]]`,
  );
  expect(length).toEqual([5e6, 1e6, 7]);
});

test("a schema of the worker revises what its batch writes, whatever others write meanwhile", async () => {
  const store = sharedStore();
  store.ensureTable("d", "t").insert(["n", 0]);
  const run = `
    const schema = { "~standard": { version: 1, vendor: "test", validate: (value) => ({ value: [value[0], value[1]] }) } };
    const table = store.ensureTable("d", "t", { schema });
    for (let i = 0; i < 300; i++) store.batch().updateCounter(table, "n", 1).commit();
    return table.lookup("n")`;
  await Promise.all([inThread(store, run), inThread(store, run)]);
  expect(store.ensureTable("d", "t").lookup("n")).toEqual([["n", 600]]);
});

test("updateElement by several threads at once, each of another position, loses none", async () => {
  const store = sharedStore();
  const table = store.ensureTable("d", "t");
  table.insert(["k", 0, 0, 0]);
  const run = `
    const table = store.ensureTable("d", "t");
    for (let i = 1; i <= 200; i++) {
      table.updateElement("k", [data, i]);
      table.updateCounter("n", 1, ["n", 0]);
      if (table.lookup("k")[0][data - 1] !== i) return "lost";
    }
    return "kept"`;
  const results = await Promise.all([2, 3, 4].map((data) => inThread(store, run, { data })));
  expect(results).toEqual(["kept", "kept", "kept"]);
  expect(table.lookup("k")).toEqual([["k", 200, 200, 200]]);
  expect(table.lookup("n")).toEqual([["n", 600]]);
});

test("an atomic counter counts while its owner is busy, from several threads at once", async () => {
  const store = createStore({ adapter: sharedAdapter, options: { atomicCounters: true } });
  onTestFinished(() => store.close());
  const table = store.ensureTable("d", "t");
  table.insert(["n", 5]);
  const ticket = shareStore(store);
  const flag = new Int32Array(new SharedArrayBuffer(8));
  const run = `
    const table = store.ensureTable("d", "t"); table.lookup("n");
    Atomics.add(data, 0, 1); Atomics.wait(data, 1, 0);
    for (let i = 0; i < 10000; i++) table.updateCounter("n", 3);
    Atomics.add(data, 0, 1);
    return table.lookup("n")`;
  const threads = [1, 2, 3].map(() => startThread("run.mjs", { ticket, run, data: flag }));
  const answers = threads.map((thread) => messageOf(thread));
  while (Atomics.load(flag, 0) < 3) await new Promise((resolve) => setTimeout(resolve, 1));
  Atomics.store(flag, 1, 1);
  Atomics.notify(flag, 1);
  // This thread is busy until all have counted: nobody can have asked it.
  const end = performance.now() + 20_000;
  while (Atomics.load(flag, 0) < 6 && performance.now() < end) table.updateCounter("n", 1);
  expect(Atomics.load(flag, 0)).toBe(6);
  await Promise.all(answers);
  const [[, count]] = table.lookup("n") as unknown as [[string, number]];
  const own = count - 5 - 90_000;
  expect(own).toBeGreaterThan(0);
  expect(table.updateCounter("n", 1)).toBe(count + 1);
});

test("changes of counters by the owner lose no count of other threads", async () => {
  const store = createStore({ adapter: sharedAdapter, options: { atomicCounters: true } });
  onTestFinished(() => store.close());
  const table = store.ensureTable("d", "t");
  table.insert(["n", 0]);
  let isOver = false;
  const counted = Promise.all(
    [1, 2].map(() =>
      inThread<number>(
        store,
        `const table = store.ensureTable("d", "t");
         for (let i = 0; i < 20000; i++) table.updateCounter("n", 1, ["n", 0]); return 20000`,
      ),
    ),
  ).finally(() => {
    isOver = true;
  });
  let sum = 0;
  let batches = 0;
  for (let round = 0; !isOver; round++) {
    if (round % 3 === 0) {
      for (const [, n] of table.take("n")) sum += n as number;
    } else if (round % 3 === 1) {
      store.batch().updateCounter(table, "n", 7, ["n", 0]).commit();
      batches++;
    } else {
      const [record] = table.lookup("n");
      if (record !== undefined) table.replace(record, [record[0], record[1]]);
    }
    if (round % 16 === 0) await new Promise((resolve) => setImmediate(resolve));
  }
  const counts = await counted;
  for (const [, n] of table.take("n")) sum += n as number;
  expect(batches).toBeGreaterThan(0);
  expect(sum).toBe((counts[0] as number) + (counts[1] as number) + 7 * batches);
});

test("attachStore in the thread that owns the store is refused", () => {
  const store = sharedStore();
  const ticket = shareStore(store);
  expect(() => attachStore(ticket)).toThrow(
    expect.objectContaining({ code: "STORE_INVALID_OPERATION" }),
  );
  expect(() => attachStore({} as never)).toThrow(
    expect.objectContaining({ code: "STORE_INVALID_OPTIONS" }),
  );
});
