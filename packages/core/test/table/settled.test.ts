import { expect, test } from "vitest";
import { type Adapter, createStore, type Mode } from "../../src/index.js";
import { arrayAdapter, asyncArrayAdapter } from "../support/array-adapter.js";
import { failure, MODES, storeOf } from "../support/mode.js";

/** What the next call waits for, if it is an async store's. */
interface Disk {
  waiting: (() => Promise<void>) | undefined;
  readonly asked: string[];
  readonly modes: (Mode | undefined)[];
}

function onDisk(base: Adapter): { adapter: Adapter; disk: Disk } {
  const disk: Disk = { waiting: undefined, asked: [], modes: [] };
  const adapter: Adapter = {
    ...base,
    open(options, toolkit, mode) {
      disk.modes.push(mode);
      const opened = base.open(options, toolkit, mode);
      return Object.assign(opened, {
        settled() {
          disk.asked.push("asked");
          return disk.waiting?.();
        },
      });
    },
  };
  return { adapter, disk };
}

test("an adapter is told the mode of the store", async () => {
  for (const mode of MODES) {
    const { adapter, disk } = onDisk(arrayAdapter());
    await storeOf(mode, adapter).ensureTable("d", "t");
    expect(disk.modes).toEqual([mode]);
  }
});

test("a call of an async store is resolved when what a sync adapter has it wait for is", async () => {
  const { adapter, disk } = onDisk(arrayAdapter({ capabilities: { batches: true } }));
  const store = createStore({ adapter, mode: "async" });
  const table = await store.ensureTable<[string, number]>("d", "t");
  let land = (): void => {};
  disk.waiting = () =>
    new Promise((resolve) => {
      land = resolve;
    });
  const calls = [
    () => table.insert(["a", 1]),
    () => table.updateCounter("a", 1),
    () => store.batch().insert(table, ["b", 1]).commit(),
  ];
  const done: unknown[] = [];
  for (const call of calls) {
    const result = call().then((value) => done.push(value));
    await new Promise((resolve) => setImmediate(resolve));
    expect(done).toEqual([]);
    land();
    await result;
    done.length = 0;
  }
  expect(disk.asked).toHaveLength(calls.length);
});

test("it fails, named like any failure of the call, if that does", async () => {
  const { adapter, disk } = onDisk(arrayAdapter());
  const table = await createStore({ adapter, mode: "async" }).ensureTable("d", "t");
  for (const waiting of [
    () => Promise.reject(new Error("the disk is gone")),
    () => {
      throw new Error("the disk is gone");
    },
  ]) {
    disk.waiting = waiting;
    const error = await failure("STORE_IO", () => table.insert(["a", 1]));
    expect(error.message).toMatch(/^insert on table "t" .*the disk is gone/);
  }
});

test("it is asked before anything else runs", async () => {
  const { adapter, disk } = onDisk(arrayAdapter());
  const table = await createStore({ adapter, mode: "async" }).ensureTable("d", "t");
  const call = table.insert(["a", 1]);
  expect(disk.asked).toHaveLength(1);
  await call;
});

test("nobody asks in a sync store, nor of an async adapter", async () => {
  for (const [mode, base] of [
    ["sync", arrayAdapter()],
    ["async", asyncArrayAdapter()],
  ] as const) {
    const { adapter, disk } = onDisk(base as Adapter);
    const table = await storeOf(mode, adapter).ensureTable("d", "t");
    await table.insert(["a", 1]);
    expect(disk.asked).toEqual([]);
  }
});
