import { createStore, type Store, type StoreRecord, type Table } from "@store/core";
import { describe, expect, test } from "vitest";
import { OLDEST, RandomChooser } from "../../prove/power-cut/chooser.js";
import { Random } from "../../prove/random.js";
import { DATA } from "../../prove/workload/machine.js";
import { createTimerHeartbeat } from "../../simulation/timer-heartbeat.js";
import { createFileAdapter } from "../../src/file-adapter.js";
import type { FileOptions } from "../../src/options.js";
import { TreeRig } from "../support/tree-rig.js";

const IO = expect.objectContaining({ code: "STORE_IO" });

/** An async store over a machine whose syncs in the background land when the test says so. */
class Fixture {
  readonly rig = new TreeRig();
  readonly store: Store<"async">;
  /** The calls that were made, in order, and what each came to. */
  readonly outcomes: unknown[] = [];

  constructor(options: FileOptions = {}) {
    const { fileSystem, host } = this.rig;
    const environment = { fileSystem, host, createHeartbeat: createTimerHeartbeat };
    this.store = createStore({
      adapter: createFileAdapter(environment),
      options: { dataDir: DATA, autoSave: 0, ...options },
      mode: "async",
    });
  }

  table(): Promise<Table<StoreRecord, "async">> {
    return this.store.ensureTable<StoreRecord>("d", "t");
  }

  /** Notes what the calls come to. */
  follow(...calls: Promise<unknown>[]): void {
    for (const call of calls) {
      const index = this.outcomes.push("waits") - 1;
      call.then(
        (value) => {
          this.outcomes[index] = value ?? "done";
        },
        (error) => {
          this.outcomes[index] = error;
        },
      );
    }
  }

  /** The records that are found after a loss of power that keeps as little as it may. */
  recordsAfterPowerCut(): readonly StoreRecord[] {
    const store = this.rig.cutPower(OLDEST).open();
    return [...store.ensureTable<StoreRecord>("d", "t").records()];
  }
}

/** Microtasks, and turns of the event loop: a call may let others have theirs. */
async function settle(): Promise<void> {
  for (let turn = 0; turn < 5; turn++) await new Promise((resolve) => setImmediate(resolve));
}

describe("in an async store with autoSave 0", () => {
  test("writes wait for one sync that they share, which doesn't block", async () => {
    const fixture = new Fixture();
    const { rig, store } = fixture;
    const table = await fixture.table();
    const [blocking, grouped] = [
      rig.fileSystem.count("sync"),
      rig.fileSystem.count("syncInBackground"),
    ];
    fixture.follow(
      table.insert(["a", 1]),
      table.insertMany([
        ["b", 1],
        ["c", 1],
      ]),
      table.updateCounter("a", 2),
      table.take("c"),
      store.batch().insert(table, ["d", 1]).delete(table, "b").commit(),
    );
    await settle();
    expect(fixture.outcomes).toEqual(["waits", "waits", "waits", "waits", "waits"]);
    expect(rig.fileSystem.count("syncInBackground")).toBe(grouped + 1);
    expect(await rig.land()).toBe(true);
    await settle();
    expect(fixture.outcomes).toEqual(["done", "done", 3, [["c", 1]], true]);
    expect(rig.fileSystem.count("sync")).toBe(blocking);
    expect(fixture.recordsAfterPowerCut()).toEqual([
      ["a", 3],
      ["d", 1],
    ]);
  });

  test("reads don't wait, and see what is on its way", async () => {
    const fixture = new Fixture();
    const table = await fixture.table();
    fixture.follow(table.insert(["a", 1]));
    expect(await table.lookup("a")).toEqual([["a", 1]]);
    expect(await table.size).toBe(1);
    expect(fixture.outcomes).toEqual(["waits"]);
  });

  test("a write that comes while a sync is on its way waits for the next", async () => {
    const fixture = new Fixture();
    const table = await fixture.table();
    fixture.follow(table.insert(["a", 1]));
    await settle();
    fixture.follow(table.insert(["b", 1]), table.insert(["c", 1]));
    await settle();
    await fixture.rig.land();
    await settle();
    expect(fixture.outcomes).toEqual(["done", "waits", "waits"]);
    await fixture.rig.land();
    await settle();
    expect(fixture.outcomes).toEqual(["done", "done", "done"]);
    expect(await fixture.rig.land()).toBe(false);
  });

  test("a call that changes nothing, and one that fails, don't wait", async () => {
    const fixture = new Fixture();
    const table = await fixture.table();
    expect(await table.delete("a")).toBeUndefined();
    expect(await table.take("a")).toEqual([]);
    await expect(table.updateCounter("a", 1)).rejects.toThrow(
      expect.objectContaining({ code: "STORE_KEY_NOT_FOUND" }),
    );
    expect(await fixture.rig.land()).toBe(false);
  });

  test("tables that are made or dropped are on disk", async () => {
    const fixture = new Fixture();
    await fixture.store.ensureTable("d", "other");
    await fixture.table();
    await fixture.store.dropTable("d", "other");
    const store = fixture.rig.cutPower(OLDEST).open();
    expect(store.tables("d")).toEqual([{ name: "t", type: "set" }]);
  });

  test("when a sync fails, what it was about is written elsewhere, and the calls succeed", async () => {
    const fixture = new Fixture();
    const table = await fixture.table();
    fixture.follow(table.insert(["a", 1]));
    await settle();
    await fixture.rig.land(Object.assign(new Error("EIO"), { code: "EIO" }));
    await settle();
    expect(fixture.outcomes).toEqual(["done"]);
    expect(fixture.recordsAfterPowerCut()).toEqual([["a", 1]]);
  });

  test("when that fails, too, so do the calls, and nothing more is written", async () => {
    const fixture = new Fixture();
    const table = await fixture.table();
    fixture.follow(table.insert(["a", 1]), table.insert(["b", 1]));
    await settle();
    fixture.rig.fileSystem.fail({ nth: 1, code: "EIO", calls: ["sync"], lasting: true });
    await fixture.rig.land(Object.assign(new Error("EIO"), { code: "EIO" }));
    await settle();
    expect(fixture.outcomes).toEqual([IO, IO]);
    fixture.rig.fileSystem.heal();
    await expect(table.insert(["c", 1])).rejects.toThrow(IO);
  });

  test("closing the store brings to disk what calls wait for", async () => {
    const fixture = new Fixture();
    const table = await fixture.table();
    fixture.follow(table.insert(["a", 1]));
    await fixture.store.close();
    await settle();
    expect(fixture.outcomes).toEqual(["done"]);
    expect(fixture.recordsAfterPowerCut()).toEqual([["a", 1]]);
  });

  test("who lost the directory meanwhile is told, and not that it is on disk", async () => {
    const fixture = new Fixture();
    const { rig } = fixture;
    const table = await fixture.table();
    fixture.follow(table.insert(["a", 1]));
    await settle();
    const owner = rig.memory.list(DATA).find((name) => name.startsWith("E"));
    rig.memory.rename(`${DATA}/${owner}`, `${DATA}/another`);
    await rig.land();
    await settle();
    expect(fixture.outcomes).toEqual([expect.objectContaining({ code: "STORE_FENCED" })]);
  });

  for (const options of [{ ramFile: true }, { atomicCounters: true }]) {
    test(`${Object.keys(options)}: what is done is on disk`, async () => {
      const fixture = new Fixture(options);
      const table = await fixture.table();
      fixture.follow(table.insert(["a", 1]), table.updateCounter("a", 1));
      await settle();
      expect(fixture.outcomes).toEqual(["waits", "waits"]);
      while (await fixture.rig.land()) await settle();
      expect(fixture.outcomes).toEqual(["done", 2]);
      expect(fixture.recordsAfterPowerCut()).toEqual([["a", 2]]);
    });
  }
});

test("whatever a loss of power keeps, it is a prefix, with all that callers were told is on disk", async () => {
  for (let seed = 0; seed < 150; seed++) {
    const random = new Random(seed);
    const fixture = new Fixture();
    const table = await fixture.table();
    for (let step = 0; step < 30; step++) {
      if (random.oneIn(3)) await fixture.rig.land();
      else fixture.follow(table.insert([fixture.outcomes.length]));
      if (random.oneIn(2)) await settle();
    }
    await settle();
    const told = fixture.outcomes.lastIndexOf("done") + 1;
    const after = fixture.rig.cutPower(new RandomChooser(random)).open({ repair: true });
    const keys = [...after.ensureTable<StoreRecord>("d", "t").keys()].map(Number);
    keys.sort((a, b) => a - b);
    expect(keys, `seed ${seed}`).toEqual(keys.map((_, index) => index));
    expect(keys.length, `seed ${seed}`).toBeGreaterThanOrEqual(told);
  }
});
