import type { Store, StoreRecord, Table } from "@store/core";
import { describe, expect, test } from "vitest";
import { partOf } from "../../../../tooling/long.js";
import { directoryDigest } from "../prove/workload/directory-digest.js";
import { PowerCuts } from "./support/power-cuts.js";

/** Longer than a frame. */
const large = "x".repeat(70_000);
/** Each change is flushed. */
const TINY = 1;

function tableOf(store: Store<"sync">): Table<StoreRecord> {
  return store.ensureTable<StoreRecord>("d", "t");
}

/** Flushes are due, and then a compaction. */
function churn(store: Store<"sync">): void {
  const table = tableOf(store);
  for (let number = 0; number < 6; number++) table.insert(["a", number]);
  table.insert(["b", 1]);
  table.delete("b");
}

describe("when the power goes at any moment", () => {
  test("what an open and a sync have brought to disk is found", () => {
    const cuts = new PowerCuts();
    const store = cuts.open();
    for (const key of ["a", "b"]) {
      tableOf(store).insert([key, 1]);
      tableOf(store).sync();
      cuts.keep(store);
    }
    cuts.check();
  });

  test("what is in directories that a process had made before it died is found", async () => {
    for (let nth = 1; nth <= partOf(5, 5, 2); nth++) {
      const cuts = new PowerCuts();
      cuts.fileSystem.fail({ nth, code: "EIO", calls: ["syncDirectory"], lasting: true });
      expect(() => cuts.open()).toThrow();
      cuts.fileSystem.heal();
      await cuts.machine.kill();
      const store = cuts.open();
      tableOf(store).insert(["a", 1]);
      tableOf(store).sync();
      cuts.keep(store);
      cuts.check();
    }
  });

  test("what was written before a close is found", () => {
    const cuts = new PowerCuts();
    const store = cuts.open();
    tableOf(store).insert(["a", large]);
    const state = directoryDigest(store);
    store.close();
    cuts.keepState(state);
    cuts.check();
  });

  test("what a sync that failed has written elsewhere is found", () => {
    const cuts = new PowerCuts();
    const store = cuts.open();
    tableOf(store).insert(["a", 1]);
    cuts.fileSystem.fail({ nth: 1, code: "EIO", calls: ["sync"] });
    tableOf(store).sync();
    cuts.keep(store);
    cuts.check();
  });

  test("a recovery that is cut short is no hindrance to the next", async () => {
    const cuts = new PowerCuts();
    const store = cuts.open();
    tableOf(store).insert(["a", 1]);
    tableOf(store).sync();
    cuts.keep(store);
    tableOf(store).insert(["b", 1]);
    await cuts.machine.kill();
    cuts.keep(cuts.open());
    cuts.check();
  });

  test("an open that fails when its manifest is written takes nothing from the epoch before", async () => {
    // Of the manifest's name, and of the epoch's.
    for (const nth of [2, 3]) {
      const cuts = new PowerCuts();
      const store = cuts.open();
      tableOf(store).insert(["a", 1]);
      tableOf(store).sync();
      cuts.keep(store);
      await cuts.machine.kill();
      cuts.watch();
      cuts.fileSystem.fail({ nth, code: "EIO", calls: ["syncDirectory"] });
      expect(() => cuts.open()).toThrow();
      expect(cuts.machine.fileSystem.list("/data")).toHaveLength(1);
      cuts.check();
    }
  });

  test("what a takeover has copied is found", async () => {
    const cuts = new PowerCuts();
    const store = cuts.open();
    tableOf(store).insert(["a", large]);
    const state = directoryDigest(store);
    store.close();
    cuts.keepState(state);
    cuts.watch();
    cuts.fileSystem.fail({ nth: 1, code: "EPERM", calls: ["link"], lasting: true });
    const again = cuts.open();
    tableOf(again).insert(["b", 1]);
    tableOf(again).sync();
    cuts.keep(again);
    cuts.check();
  });

  test("flushes and compactions lose nothing", async () => {
    const cuts = new PowerCuts();
    const store = cuts.open(TINY);
    churn(store);
    tableOf(store).sync();
    cuts.keep(store);
    cuts.watch();
    await cuts.machine.workAll();
    tableOf(store).insert(["b", 1]);
    tableOf(store).sync();
    cuts.keep(store);
    cuts.check();
  });

  test("what is written while flushes and compactions are under way is found", async () => {
    const cuts = new PowerCuts();
    const store = cuts.open(TINY);
    churn(store);
    tableOf(store).sync();
    cuts.keep(store);
    cuts.watch();
    for (let change = 1; change < 5 && (await cuts.machine.work()); change++) {
      tableOf(store).insert(["c", change]);
      tableOf(store).sync();
      cuts.keep(store);
    }
    cuts.check();
  });

  test("a compaction whose manifest can't be synced loses nothing", async () => {
    for (let nth = 1; nth <= 4; nth++) {
      const cuts = new PowerCuts();
      const store = cuts.open(TINY);
      churn(store);
      tableOf(store).sync();
      cuts.keep(store);
      cuts.watch();
      const { fileSystem, machine } = cuts;
      fileSystem.fail({ nth, code: "EIO", calls: ["syncDirectoryInBackground"] });
      await machine.workAll();
      expect(fileSystem.hasFailed).toBe(true);
      cuts.check();
    }
  });
});
