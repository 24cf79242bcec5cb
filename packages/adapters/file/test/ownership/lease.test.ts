import { describe, expect, test } from "vitest";
import { FailingFileSystem } from "../../simulation/failing-file-system.js";
import type { ManualHost } from "../../simulation/manual-host.js";
import type { Claim } from "../../src/ownership/claim.js";
import { BEAT_EVERY, STALE_AFTER } from "../../src/ownership/heartbeat.js";
import { readOwner } from "../../src/ownership/owner.js";
import type { CreateHeartbeat } from "../../src/platform/environment.js";
import { readWhole } from "../../src/platform/whole-file.js";
import { ContendedTable, claimTable, replaceEpoch, TABLE } from "../support/contended-table.js";

const FENCED = expect.objectContaining({ code: "STORE_FENCED" });
const MINUTE = 60_000;

/** A table with an owner, whose calls can fail, and are counted. */
class OwnedTable extends ContendedTable {
  readonly owner: ManualHost;
  readonly calls = new FailingFileSystem(this.fileSystem);
  readonly #claim: Claim;

  /** @param machine by default another one: only the heartbeat tells whether the owner lives */
  constructor(machine: string = "other") {
    super();
    this.owner = this.host.spawn({ pid: 4711, host: machine });
    this.#claim = claimTable({ fileSystem: this.calls, host: this.owner });
  }

  get lease(): Claim["lease"] {
    return this.#claim.lease;
  }

  get directory(): string {
    return this.#claim.directory;
  }

  /** Lets the owner's event loop stand still for a while; what others do meanwhile comes at the end. */
  sleep(milliseconds: number, meanwhile = (): void => {}): void {
    this.owner.stop();
    this.host.advance(milliseconds);
    meanwhile();
    this.owner.resume();
  }
}

describe("check", () => {
  test("makes no system call while the heartbeat is fresh", () => {
    const { lease, calls, host } = new OwnedTable();
    const before = calls.count();
    for (const wait of [0, 1000, 1000]) {
      host.advance(wait);
      lease.check();
    }
    expect(calls.count()).toBe(before);
    host.advance(BEAT_EVERY);
    const beaten = calls.count();
    lease.check();
    expect(beaten).toBeGreaterThan(before);
    expect(calls.count()).toBe(beaten);
  });

  test("after the table was taken over throws, names the new owner, and does so for ever", () => {
    const table = new OwnedTable();
    const { lease, host } = table;
    table.sleep(MINUTE, () => table.claim(host).lease.release());
    const last = table.claim(host);
    const expected = {
      code: "STORE_FENCED",
      message:
        "the table was taken over, and is open in process 1 on host host since 2025-01-01T00:01:00.000Z",
      cause: { pid: 1, host: "host", since: "2025-01-01T00:01:00.000Z" },
    };
    expect(() => lease.check()).toThrow(expect.objectContaining(expected));
    expect(lease.isLost).toBe(true);
    last.lease.release();
    table.fileSystem.rename(last.directory, `${TABLE}/elsewhere`);
    table.fileSystem.rename(table.directoryOf(2), `${TABLE}/elsewhere too`);
    expect(() => lease.check()).toThrow(expect.objectContaining(expected));
    expect(() => lease.verify()).toThrow(expect.objectContaining(expected));
  });

  test("after the own epoch is gone throws", () => {
    const table = new OwnedTable();
    table.fileSystem.rename(table.directory, `${TABLE}/gone-1`);
    expect(() => table.lease.verify()).toThrow(FENCED);
    expect(table.lease.isLost).toBe(true);
    expect(() => table.lease.check()).toThrow(FENCED);
  });

  test("after the whole table is gone throws", () => {
    const table = new OwnedTable();
    table.fileSystem.rename(TABLE, "/elsewhere");
    expect(() => table.lease.verify()).toThrow(FENCED);
  });

  test.each([
    ["the event loop stands still for a minute", (table: OwnedTable) => table.sleep(MINUTE)],
    ["the machine sleeps", (table: OwnedTable) => table.host.shiftWallTime(8 * 60 * MINUTE)],
    ["the clock is set back", (table: OwnedTable) => table.host.shiftWallTime(-60 * MINUTE)],
    ["the clock is set back a bit", (table: OwnedTable) => table.host.shiftWallTime(-1)],
  ])("when %s looks once; without a contender the table stays, and is held again", (_, happen) => {
    const table = new OwnedTable();
    const before = table.calls.count("list");
    happen(table);
    table.lease.check();
    const looked = table.calls.count("list");
    expect(looked).toBeGreaterThan(before);
    table.lease.check();
    expect(table.calls.count("list")).toBe(looked);
    expect(table.refusal()).toMatchObject({ code: "STORE_LOCKED", cause: { pid: 4711 } });
  });

  test("when the clock was set back by what had passed, finds by the other one that the heartbeat is old", () => {
    const table = new OwnedTable();
    table.sleep(STALE_AFTER - 1);
    table.host.shiftWallTime(1 - STALE_AFTER);
    const before = table.calls.count("list");
    table.lease.check();
    expect(table.calls.count("list")).toBeGreaterThan(before);
  });

  test("goes on without a heartbeat where none can be made, but looks each time", () => {
    const table = new OwnedTable();
    table.fileSystem.removeDirectory(`${table.directory}/lock`);
    table.calls.fail({ nth: 1, code: "ENOSPC", calls: ["makeDirectory"], lasting: true });
    table.sleep(MINUTE);
    for (let times = 0; times < 3; times++) {
      const before = table.calls.count("list");
      table.lease.check();
      expect(table.calls.count("list")).toBeGreaterThan(before);
    }
    table.host.advance(MINUTE);
    table.claim();
    expect(() => table.lease.check()).toThrow(FENCED);
  });

  test("makes the heartbeat anew after someone removed it", () => {
    const table = new OwnedTable();
    table.fileSystem.removeDirectory(`${table.directory}/lock`);
    table.host.advance(MINUTE);
    table.lease.check();
    table.host.advance(MINUTE);
    expect(table.refusal()).toMatchObject({ code: "STORE_LOCKED" });
    const before = table.calls.count();
    table.lease.check();
    expect(table.calls.count()).toBe(before);
  });

  test("that can't look throws what the file system throws, and is not lost by it", () => {
    const table = new OwnedTable();
    table.sleep(MINUTE);
    table.calls.fail({ nth: 1, code: "EIO", calls: ["list"], lasting: true });
    expect(() => table.lease.check()).toThrow(expect.objectContaining({ code: "EIO" }));
    expect(table.lease.isLost).toBe(false);
    table.calls.heal();
    table.lease.check();
  });
});

describe("the heartbeat", () => {
  test("holds an idle table for as long as the event loop turns", () => {
    const table = new OwnedTable();
    for (let minute = 0; minute < 10; minute++) {
      table.host.advance(MINUTE);
      expect(table.refusal()).toMatchObject({ code: "STORE_LOCKED" });
    }
  });

  test("of an owner that overslept finds the table taken over by itself, and never beats again", () => {
    const table = new OwnedTable();
    const before = table.fileSystem.status(`${table.directory}/lock`);
    table.sleep(MINUTE, () => table.claim());
    table.host.advance(BEAT_EVERY);
    expect(table.lease.isLost).toBe(true);
    const calls = table.calls.count();
    table.host.advance(MINUTE);
    expect(table.calls.count()).toBe(calls);
    expect(table.fileSystem.status(`${table.directory}/lock`)).toEqual(before);
  });

  test("that comes although the lease is lost, and was abandoned, touches nothing", () => {
    const table = new ContendedTable();
    const calls = new FailingFileSystem(table.fileSystem);
    let late = (): void => {};
    const createHeartbeat: CreateHeartbeat = (_, directory, beat) => {
      calls.makeDirectory(directory);
      late = beat;
      return { renew: beat, stop() {}, abandon() {} };
    };
    const { lease } = claimTable({ fileSystem: calls, host: table.host, createHeartbeat });
    table.fileSystem.makeDirectory(table.directoryOf(2));
    expect(() => lease.verify()).toThrow(FENCED);
    const before = calls.count();
    late();
    expect(calls.count()).toBe(before);
  });

  test("that fails for a while holds the table by the last one, and then goes on", () => {
    const table = new OwnedTable();
    table.calls.fail({ nth: 1, code: "EIO", lasting: true });
    table.host.advance(STALE_AFTER - BEAT_EVERY);
    expect(table.refusal()).toMatchObject({ code: "STORE_LOCKED" });
    table.calls.heal();
    table.host.advance(STALE_AFTER);
    expect(table.refusal()).toMatchObject({ code: "STORE_LOCKED" });
    expect(() => table.lease.check()).not.toThrow();
  });
});

describe("release", () => {
  test("leaves an epoch that says it was given back, and no heartbeat", () => {
    const table = new OwnedTable();
    table.lease.release();
    expect(table.names).toEqual(["E000001", "E000001/RELEASED"]);
    const calls = table.calls.count();
    table.lease.release();
    table.host.advance(MINUTE);
    expect(table.calls.count()).toBe(calls);
    expect(table.claim().epoch).toBe(2);
  });

  test("leaves nothing open, also where nobody could look at what is", () => {
    for (const start of ["1", undefined]) {
      const table = new ContendedTable();
      const calls = new FailingFileSystem(table.fileSystem);
      const { lease } = claimTable({ fileSystem: calls, host: table.host.spawn({ start }) });
      const opened = calls.count("create") + calls.count("open") - calls.count("close");
      expect(opened).toBe(start === undefined ? 0 : 1);
      lease.release();
      expect(calls.count("create") + calls.count("open") - calls.count("close")).toBe(0);
    }
  });

  test("of a lease that is lost touches nothing", () => {
    const table = new OwnedTable();
    table.sleep(MINUTE, () => table.claim());
    expect(() => table.lease.check()).toThrow(FENCED);
    const { names } = table;
    table.lease.release();
    expect(table.names).toEqual(names);
    expect(names).toContain("E000001/OWNER");
  });

  test("of an epoch that is gone, or half gone, does what it can", () => {
    const half = new OwnedTable();
    half.fileSystem.remove(`${half.directory}/OWNER`);
    half.lease.release();
    // Without it nobody knows whose the rest is.
    expect(half.names).toEqual(["E000001", "E000001/lock"]);
    const gone = new OwnedTable();
    gone.fileSystem.rename(gone.directory, `${TABLE}/gone-1`);
    gone.lease.release();
    expect(gone.names).toContain("gone-1/OWNER");
  });

  test("that is cut short anywhere leaves a table that is free when the process has ended", () => {
    for (const nth of [1, 2]) {
      const table = new OwnedTable("host");
      table.calls.fail({ nth, code: "EIO", lasting: true });
      table.lease.release();
      table.host.kill(table.owner.process);
      expect(table.claim().epoch).toBe(2);
    }
  });

  test("is the end: a check that comes later doesn't beat", () => {
    const table = new OwnedTable();
    table.lease.release();
    table.host.advance(MINUTE);
    table.lease.check();
    table.lease.beat();
    expect(table.names).toEqual(["E000001", "E000001/RELEASED"]);
  });
});

describe("an epoch whose directory was replaced by one with the same number", () => {
  test("is lost at once for whoever looks, and left to its new owner", () => {
    const table = new OwnedTable();
    table.host.advance(1_000);
    const uuid = replaceEpoch(table, table.directory);
    table.lease.check();
    const { names } = table;
    expect(() => table.lease.verify()).toThrow(
      expect.objectContaining({
        code: "STORE_FENCED",
        message: expect.stringMatching(/^the table was taken over, and is open in process \d+ on/),
      }),
    );
    expect(() => table.lease.check()).toThrow(FENCED);
    expect(() => table.lease.beat()).toThrow(FENCED);
    table.lease.release();
    table.host.advance(MINUTE);
    expect(table.names).toEqual(names);
    expect(readOwner(table.fileSystem, table.directory)?.uuid).toBe(uuid);
  });

  test("is lost, too, when it is a backup of the same epoch, with the same OWNER in it", () => {
    const table = new OwnedTable();
    const { fileSystem, directory } = table;
    const text = readWhole(fileSystem, `${directory}/OWNER`).toString();
    fileSystem.rename(directory, "/moved away");
    fileSystem.makeDirectory(directory);
    table.write(`${directory}/OWNER`, text);
    expect(() => table.lease.verify()).toThrow(FENCED);
  });

  test("isn't given back by its owner, who didn't look before", () => {
    const table = new OwnedTable();
    replaceEpoch(table, table.directory);
    const { names } = table;
    table.lease.release();
    expect(table.names).toEqual(names);
  });

  test("is noticed by the next heartbeat", () => {
    const table = new OwnedTable();
    replaceEpoch(table, table.directory);
    table.host.advance(BEAT_EVERY);
    expect(table.lease.isLost).toBe(true);
  });

  test("with an OWNER that can't be read is left, too", () => {
    const table = new OwnedTable();
    table.fileSystem.remove(`${table.directory}/OWNER`);
    table.write(`${table.directory}/OWNER`, "[]");
    expect(() => table.lease.verify()).toThrow(
      expect.objectContaining({
        message: expect.stringMatching(/its epoch, was removed, moved away or replaced$/),
      }),
    );
  });
});

describe("guard", () => {
  test("does it and returns what it returns, or throws what it throws", () => {
    const { lease } = new OwnedTable();
    expect(lease.guard(() => 7)).toBe(7);
    expect(() =>
      lease.guard(() => {
        throw new Error("no room");
      }),
    ).toThrow("no room");
  });

  test("of a lost lease does nothing; of one that is lost meanwhile fails for that reason", () => {
    const table = new OwnedTable();
    expect(() =>
      table.lease.guard(() => {
        table.fileSystem.rename(table.directory, "/moved");
        throw new Error("it is gone");
      }),
    ).toThrow(FENCED);
    let isDone = false;
    const act = () => {
      isDone = true;
    };
    expect(() => table.lease.guard(act)).toThrow(FENCED);
    expect(isDone).toBe(false);
  });
});

describe("beat", () => {
  test("keeps a table while the event loop stands still, and costs nothing in between", () => {
    const table = new OwnedTable();
    table.owner.stop();
    for (let second = 0; second < 60; second++) {
      table.host.advance(1_000);
      const before = table.calls.count("touch");
      for (let times = 0; times < 100; times++) table.lease.beat();
      expect(table.calls.count("touch") - before).toBeLessThanOrEqual(1);
      expect(table.refusal()).toMatchObject({ code: "STORE_LOCKED" });
    }
    expect(table.calls.count("touch")).toBeGreaterThan(15);
    expect(table.calls.count("touch")).toBeLessThan(30);
  });

  test("finds that the table was taken over", () => {
    const table = new OwnedTable();
    table.sleep(MINUTE, () => table.claim());
    expect(() => table.lease.beat()).toThrow(FENCED);
  });
});
