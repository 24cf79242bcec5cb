import type { StoreRecord, Table } from "@store/core";
import { describe, expect, test } from "vitest";
import { digestOf } from "../prove/life/digest.js";
import { PowerCuts } from "./support/power-cuts.js";

/** So much that a log isn't written together with the next one. */
const large = "x".repeat(70_000);

/** Leaves more dead bytes than a table may have, and few others. */
function churn(table: Table<StoreRecord>): void {
  table.insert(["a", large.repeat(16)]);
  table.insert(["a", 1]);
  table.insert(["b", 1]);
  table.delete("b");
}

describe("when the power goes at any moment", () => {
  test("what an open and a sync have brought to disk is found", () => {
    const cuts = new PowerCuts();
    const table = cuts.open();
    table.insert(["a", 1]);
    table.sync();
    cuts.keep(table);
    table.insert(["b", 1]);
    table.sync();
    cuts.keep(table);
    cuts.check();
  });

  test("what is in directories that a process had made before it died is found", async () => {
    for (let nth = 1; nth <= 5; nth++) {
      const cuts = new PowerCuts();
      cuts.fileSystem.fail({ nth, code: "EIO", calls: ["syncDirectory"], lasting: true });
      expect(() => cuts.open()).toThrow();
      cuts.fileSystem.heal();
      await cuts.machine.kill();
      const table = cuts.open();
      table.insert(["a", 1]);
      table.sync();
      cuts.keep(table);
      cuts.check();
    }
  });

  test("what was written before a close is found", () => {
    const cuts = new PowerCuts();
    const table = cuts.open();
    table.insert(["a", large]);
    const state = digestOf(table);
    table.close();
    cuts.keepState(state);
    cuts.check();
  });

  test("what a sync that failed has written elsewhere is found", () => {
    const cuts = new PowerCuts();
    const table = cuts.open();
    table.insert(["a", 1]);
    cuts.fileSystem.fail({ nth: 1, code: "EIO", calls: ["sync"] });
    table.sync();
    cuts.keep(table);
    cuts.check();
  });

  test("a recovery that is cut short is no hindrance to the next", async () => {
    const cuts = new PowerCuts();
    const table = cuts.open();
    table.insert(["a", 1]);
    table.sync();
    cuts.keep(table);
    table.insert(["b", 1]);
    await cuts.machine.kill();
    cuts.keep(cuts.open());
    cuts.check();
  });

  test("an open that fails when its manifest is written takes nothing from the epoch before", async () => {
    // Of the manifest's name, and of the epoch's.
    for (const nth of [3, 4]) {
      const cuts = new PowerCuts();
      const table = cuts.open();
      table.insert(["a", 1]);
      table.sync();
      cuts.keep(table);
      await cuts.machine.kill();
      cuts.watch();
      cuts.fileSystem.fail({ nth, code: "EIO", calls: ["syncDirectory"] });
      expect(() => cuts.open()).toThrow();
      expect(cuts.machine.fileSystem.list("/data/d/t")).toHaveLength(1);
      cuts.check();
    }
  });

  test("what a takeover has copied is found", async () => {
    const cuts = new PowerCuts();
    const table = cuts.open();
    table.insert(["a", large]);
    table.sync();
    cuts.keep(table);
    await cuts.machine.kill();
    cuts.watch();
    cuts.fileSystem.fail({ nth: 1, code: "EPERM", calls: ["link"], lasting: true });
    const again = cuts.open();
    again.insert(["b", 1]);
    again.sync();
    cuts.keep(again);
    cuts.check();
  });

  test("a compaction loses nothing", async () => {
    const cuts = new PowerCuts();
    const table = cuts.open();
    churn(table);
    table.sync();
    cuts.keep(table);
    cuts.watch();
    await cuts.machine.workAll();
    table.insert(["b", 1]);
    table.sync();
    cuts.keep(table);
    cuts.check();
  });

  test("what is written while a compaction is under way is found", async () => {
    const cuts = new PowerCuts();
    const table = cuts.open();
    churn(table);
    table.sync();
    cuts.keep(table);
    cuts.watch();
    for (let change = 1; await cuts.machine.work(); change++) {
      table.insert(["c", change]);
      table.sync();
      cuts.keep(table);
    }
    cuts.check();
  });

  test("a compaction whose manifest can't be synced loses nothing", async () => {
    const cuts = new PowerCuts();
    const table = cuts.open();
    churn(table);
    table.sync();
    cuts.keep(table);
    const { fileSystem, machine } = cuts;
    // Of the new log's name, of the manifest with that, of the compaction's output, of the manifest with that.
    fileSystem.fail({ nth: 4, code: "EIO", calls: ["syncDirectoryInBackground"] });
    cuts.watch();
    await machine.workAll();
    expect(fileSystem.hasFailed).toBe(true);
    cuts.check();
  });
});
