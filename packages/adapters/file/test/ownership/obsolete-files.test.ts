import { mkdirSync, readdirSync, symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { FailingFileSystem } from "../../simulation/failing-file-system.js";
import { STALE_AFTER } from "../../src/ownership/heartbeat.js";
import { removeEpoch, removeObsoleteFiles } from "../../src/ownership/obsolete-files.js";
import { nodeFileSystem } from "../../src/platform/node-file-system.js";
import { nodeHost } from "../../src/platform/node-host.js";
import { ContendedTable, claimTable, TABLE } from "../support/contended-table.js";
import { temporaryDirectory } from "../support/playground.js";

/** A table where a process died after so many calls of its claim; undefined if it was granted before. */
function tableAfterCrash(calls: number): ContendedTable | undefined {
  const table = new ContendedTable();
  table.claim().lease.release();
  const host = table.host.spawn();
  const fileSystem = new FailingFileSystem(table.fileSystem);
  fileSystem.fail({ nth: calls + 1, code: "EIO", lasting: true });
  try {
    claimTable({ fileSystem, host });
    return undefined;
  } catch {
    host.kill(host.process);
    return table;
  }
}

test("a claimant that died after any of its calls holds up nobody, and leaves nothing for good", () => {
  let calls = 0;
  for (let table = tableAfterCrash(0); table !== undefined; table = tableAfterCrash(calls)) {
    const { epoch, lease } = table.claim();
    expect(() => lease.verify()).not.toThrow();
    // What of a claim doesn't say whose it was has to grow old.
    table.host.advance(STALE_AFTER + 1);
    for (let old = 1; old < epoch; old++) removeEpoch(table, TABLE, old);
    removeObsoleteFiles(table, TABLE);
    const own = `E00000${epoch}`;
    expect(table.names, `after ${calls} calls`).toEqual([own, `${own}/OWNER`, `${own}/lock`]);
    calls++;
  }
  expect(calls).toBeGreaterThan(10);
});

describe("removeObsoleteFiles", () => {
  function tableWithClaim(owner: string): ContendedTable {
    const table = new ContendedTable();
    table.fileSystem.makeDirectory(`${TABLE}/claim-1`);
    table.write(`${TABLE}/claim-1/OWNER`, owner);
    return table;
  }

  test.each([
    ["of one who lives, as far as can be told", "other"],
    ["that isn't written yet", ""],
  ])("leaves a claim %s, until it is old", (_, host) => {
    const owner = { ...new ContendedTable().host.process, host, uuid: "1", since: "" };
    const table = tableWithClaim(host === "" ? "" : JSON.stringify(owner));
    removeObsoleteFiles(table, TABLE);
    table.host.advance(STALE_AFTER);
    removeObsoleteFiles(table, TABLE);
    expect(table.names).toEqual(["claim-1", "claim-1/OWNER"]);
    table.host.advance(1);
    removeObsoleteFiles(table, TABLE);
    expect(table.names).toEqual([]);
  });

  test("removes what others had begun to remove, whatever is in it", () => {
    const table = new ContendedTable();
    table.fileSystem.makeDirectory(`${TABLE}/gone-1`);
    table.fileSystem.makeDirectory(`${TABLE}/gone-1/lock`);
    table.write(`${TABLE}/gone-1/000001.log`, "records");
    removeObsoleteFiles(table, TABLE);
    expect(table.names).toEqual([]);
  });

  test("leaves epochs, and what it doesn't know, alone", () => {
    const table = new ContendedTable();
    const { lease } = table.claim();
    table.write(`${TABLE}/notes.txt`, "");
    lease.release();
    table.host.advance(60_000);
    removeObsoleteFiles(table, TABLE);
    expect(table.names).toEqual(["E000001", "E000001/RELEASED", "notes.txt"]);
  });

  test("of a claim that its owner would still make takes it away whole, so that no epoch comes of half", () => {
    const table = new ContendedTable();
    const sleeper = table.host.spawn();
    const { rename } = table.fileSystem;
    table.fileSystem.rename = (from, to) => {
      table.fileSystem.rename = rename;
      table.host.advance(STALE_AFTER + 1);
      removeObsoleteFiles(table, TABLE);
      rename.call(table.fileSystem, from, to);
    };
    expect(table.claim(sleeper).epoch).toBe(1);
    expect(table.names).toEqual(["E000001", "E000001/OWNER", "E000001/lock"]);
  });
});

describe("removeEpoch", () => {
  test("removes all at once for others: under its number there is never half of it", () => {
    const table = new ContendedTable();
    const { directory } = table.claim();
    table.write(`${directory}/MANIFEST`, "");
    const fileSystem = new FailingFileSystem(table.fileSystem);
    fileSystem.fail({ nth: 2, code: "EIO", lasting: true });
    removeEpoch({ fileSystem, host: table.host }, TABLE, 1);
    expect(table.epochs).toEqual([]);
    expect(table.names.filter((name) => name.endsWith("/MANIFEST"))).toHaveLength(1);
    removeObsoleteFiles(table, TABLE);
    expect(table.names).toEqual([]);
  });

  test("that can't be done, or is done already, leaves it at that", () => {
    const table = new ContendedTable();
    table.claim();
    const { names } = table;
    const fileSystem = new FailingFileSystem(table.fileSystem);
    fileSystem.fail({ nth: 1, code: "EPERM" });
    removeEpoch({ fileSystem, host: table.host }, TABLE, 1);
    removeEpoch(table, TABLE, 7);
    expect(table.names).toEqual(names);
  });
});

test.skipIf(process.platform === "win32")(
  "removal takes links away, and leaves what they lead to",
  () => {
    const directory = temporaryDirectory();
    const at = (...names: string[]) => join(directory, ...names);
    for (const name of ["table", "table/gone-1", "target", "table/gone-2"]) mkdirSync(at(name));
    writeFileSync(at("target", "file"), "");
    symlinkSync(at("target"), at("table", "gone-x"));
    symlinkSync(at("target"), at("table", "gone-1", "inner"));
    symlinkSync(at("target", "file"), at("table", "gone-1", "file"));
    symlinkSync(at("nowhere"), at("table", "gone-2", "dangling"));
    removeObsoleteFiles({ fileSystem: nodeFileSystem, host: nodeHost }, at("table"));
    expect(readdirSync(at("table"))).toEqual([]);
    expect(readdirSync(at("target"))).toEqual(["file"]);
  },
);
