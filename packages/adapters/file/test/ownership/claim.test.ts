import { describe, expect, test } from "vitest";
import { FailingFileSystem } from "../../simulation/failing-file-system.js";
import type { ManualHost } from "../../simulation/manual-host.js";
import type { MemoryFileSystem } from "../../simulation/memory-file-system.js";
import { createTimerHeartbeat } from "../../simulation/timer-heartbeat.js";
import { type Claim, claimEpoch, withdrawClaim } from "../../src/ownership/claim.js";
import { STALE_AFTER } from "../../src/ownership/heartbeat.js";
import { removeEpoch } from "../../src/ownership/obsolete-files.js";
import { readOwner } from "../../src/ownership/owner.js";
import type { CreateHeartbeat } from "../../src/platform/environment.js";
import type { FileSystem } from "../../src/platform/file-system.js";
import { readWhole } from "../../src/platform/whole-file.js";
import { codedError } from "../support/coded-error.js";
import { ContendedTable, claimTable, replaceEpoch, TABLE } from "../support/contended-table.js";

/** Plays a scene for each call of a claim: `act` comes before that call. */
function eachCall(
  play: (table: ContendedTable, claimWith: (act: () => void) => Claim | undefined) => void,
): void {
  for (let nth = 1, calls = nth; calls >= nth; nth++) {
    calls = 0;
    const table = new ContendedTable();
    play(table, (act) => {
      const fileSystem = new Proxy(table.fileSystem, {
        get: (inner, name: keyof FileSystem) => {
          if (++calls === nth) act();
          return inner[name].bind(inner);
        },
      });
      return attempt(() => claimTable({ fileSystem, host: table.host }));
    });
  }
}

/** What was granted; undefined if the table was held. */
function attempt(claim: () => Claim): Claim | undefined {
  try {
    return claim();
  } catch (error) {
    expect(error).toEqual(LOCKED);
    return undefined;
  }
}

const LOCKED = expect.objectContaining({ code: "STORE_LOCKED" });

function makeDirectory(name: string): (table: ContendedTable) => void {
  return ({ fileSystem }) => fileSystem.makeDirectory(`${TABLE}/${name}`);
}

describe("claimEpoch", () => {
  test("of a new table makes the first epoch, with its owner and its heartbeat in it", () => {
    const table = new ContendedTable();
    const claim = table.claim();
    expect(claim.epoch).toBe(1);
    expect(claim.directory).toBe(table.directoryOf(1));
    expect(claim.owner).toMatchObject({ ...table.host.process, since: "2025-01-01T00:00:00.000Z" });
    expect(readOwner(table.fileSystem, claim.directory)).toEqual(claim.owner);
    expect(table.names).toEqual(["E000001", "E000001/OWNER", "E000001/lock"]);
    expect(() => claim.lease.check()).not.toThrow();
  });

  test("of a table that was given back takes the next number, and leaves the last epoch alone", () => {
    const table = new ContendedTable();
    table.claim().lease.release();
    const claim = table.claim(table.host.spawn());
    expect(claim.epoch).toBe(2);
    expect(table.names).toEqual([
      "E000001",
      "E000001/RELEASED",
      "E000002",
      "E000002/OWNER",
      "E000002/lock",
    ]);
  });

  test("of a table that is open is refused, and says by whom, where and since when", () => {
    const table = new ContendedTable();
    table.host.advance(1000);
    table.claim();
    table.host.advance(3_600_000);
    const refusal = table.refusal(table.host.spawn());
    expect(refusal).toMatchObject({
      code: "STORE_LOCKED",
      message: "the table is open in process 1 on host host since 2025-01-01T00:00:01.000Z",
      cause: { pid: 1, host: "host", since: "2025-01-01T00:00:01.000Z" },
    });
    expect(table.names).toEqual(["E000001", "E000001/OWNER", "E000001/lock"]);
  });

  test.each([
    ["the same thread", { thread: 0 }],
    ["another thread", { thread: 7 }],
  ])("by a second store of the same process, in %s, is refused", (_, { thread }) => {
    const table = new ContendedTable();
    table.claim();
    table.host.advance(60_000);
    expect(table.refusal(table.host.spawn({ ...table.host.process, thread }))).toEqual(LOCKED);
  });

  test.each([
    ["is gone", {}],
    ["belongs to another process by now", { pid: 1 }],
  ])("after the owner crashed takes the table at once, also if its pid %s", (_, identity) => {
    const table = new ContendedTable();
    const { lease } = table.claim();
    table.host.kill(table.host.process);
    expect(table.claim(table.host.spawn(identity)).epoch).toBe(2);
    expect(() => lease.verify()).toThrow();
  });

  test.each([
    ["on another host", { host: "other" }],
    ["in another pid namespace", { namespace: "container" }],
    ["of another boot", { boot: "before" }],
    ["in a worker thread that may have ended", { thread: 5 }],
    ["that is stopped", {}],
  ])("after an owner %s fell silent waits for its heartbeat to grow old", (_, identity) => {
    const table = new ContendedTable();
    const owner = table.host.spawn(identity);
    table.claim(owner);
    owner.stop();
    table.host.advance(STALE_AFTER);
    expect(table.refusal()).toEqual(LOCKED);
    table.host.advance(1);
    expect(table.claim().epoch).toBe(2);
  });

  test("goes by the time of the epoch's directory where there is no heartbeat yet, or no more", () => {
    const table = new ContendedTable();
    const owner = table.host.spawn({ host: "other" });
    const { directory } = table.claim(owner);
    owner.stop();
    table.host.advance(STALE_AFTER + 1);
    table.fileSystem.removeDirectory(`${directory}/lock`);
    table.host.advance(STALE_AFTER);
    expect(table.refusal()).toEqual(LOCKED);
    table.host.advance(1);
    expect(table.claim().epoch).toBe(2);
  });

  test("with an OWNER that is garbage goes by the heartbeat, and can't say whose it is", () => {
    const table = new ContendedTable();
    const { directory } = table.claim();
    table.fileSystem.remove(`${directory}/OWNER`);
    table.write(`${directory}/OWNER`, "{");
    expect(table.refusal(table.host.spawn())).toMatchObject({
      code: "STORE_LOCKED",
      message: "the table is open in a process that can't be told",
    });
    table.host.kill(table.host.process);
    const next = table.host.spawn();
    table.host.advance(STALE_AFTER + 1);
    expect(table.claim(next).epoch).toBe(2);
  });

  test("takes a heartbeat in the future for a fresh one, unless its owner is dead", () => {
    const table = new ContendedTable();
    const owner = table.host.spawn();
    const other = table.host.spawn();
    table.claim(owner);
    table.host.shiftWallTime(-3_600_000);
    expect(table.refusal(other)).toEqual(LOCKED);
    table.host.kill(owner.process);
    expect(table.claim(other).epoch).toBe(2);
  });

  test("looks at earlier epochs, too: the last may be that of one who died while it made sure of them", () => {
    const table = new ContendedTable();
    const first = table.claim(table.host.spawn());
    table.fileSystem.makeDirectory(table.directoryOf(2));
    const half = { ...first.owner, pid: 99, start: "0" };
    table.write(`${table.directoryOf(2)}/OWNER`, JSON.stringify(half));
    expect(table.refusal()).toMatchObject({
      code: "STORE_LOCKED",
      cause: { pid: first.owner.pid },
    });
  });

  test("withdraws when the owner wakes up meanwhile, and leaves nothing behind, not even a heartbeat", () => {
    const table = new ContendedTable();
    const owner = table.host.spawn();
    const { lease } = table.claim(owner);
    owner.stop();
    table.host.advance(60_000);
    const fileSystem = new FailingFileSystem(table.fileSystem);
    const { rename } = table.fileSystem;
    table.fileSystem.rename = (from, to) => {
      table.fileSystem.rename = rename;
      lease.check();
      rename.call(table.fileSystem, from, to);
    };
    expect(() => claimTable({ fileSystem, host: table.host })).toThrow(LOCKED);
    expect(table.names).toEqual(["E000001", "E000001/OWNER", "E000001/lock"]);
    expect(() => lease.verify()).not.toThrow();
    const calls = fileSystem.count();
    table.host.advance(60_000);
    expect(fileSystem.count()).toBe(calls);
  });

  test("withdraws when another gets the table between any two calls, by a number that comes back", () => {
    eachCall((table, claimWith) => {
      table.claim().lease.release();
      let winner: Claim | undefined;
      const claim = claimWith(() => {
        removeEpoch(table, TABLE, 1);
        winner = attempt(() => table.claim(table.host.spawn()));
      });
      expect([claim, winner]).toContain(undefined);
      expect(() => (claim ?? winner)?.lease.verify()).not.toThrow();
    });
  });

  test("goes on with the next number when others come and go between any two calls", () => {
    eachCall((table, claimWith) => {
      const claim = claimWith(() => {
        const first = attempt(() => table.claim(table.host.spawn()));
        first?.lease.release();
        const second = attempt(() => table.claim(table.host.spawn()));
        if (first !== undefined) removeEpoch(table, TABLE, first.epoch);
        second?.lease.release();
      });
      expect(() => claim?.lease.verify()).not.toThrow();
      expect(table.epochs.at(-1)).toBe(claim?.epoch);
    });
  });

  test("in vain, time and again, is refused in the end", () => {
    const table = new ContendedTable();
    const failing = new FailingFileSystem(table.fileSystem);
    failing.fail({ nth: 1, code: "ENOTEMPTY", calls: ["rename"], lasting: true });
    expect(() => claimTable({ fileSystem: failing, host: table.host })).toThrow(LOCKED);
    expect(table.epochs).toEqual([]);
  });

  test("whose rename was done, but reported as failed, is granted", () => {
    const table = new ContendedTable();
    const { rename } = table.fileSystem;
    table.fileSystem.rename = (from, to) => {
      rename.call(table.fileSystem, from, to);
      throw Object.assign(new Error("done already"), { code: "ENOENT" });
    };
    expect(table.claim().epoch).toBe(1);
  });

  test("whose rename fails as on Windows, where the name is taken, is refused as any other", () => {
    const table = new ContendedTable();
    const { rename } = table.fileSystem;
    table.fileSystem.rename = () => {
      table.fileSystem.rename = rename;
      table.claim(table.host.spawn({ pid: 4711 }));
      throw Object.assign(new Error("access denied"), { code: "EPERM" });
    };
    expect(table.refusal()).toMatchObject({ code: "STORE_LOCKED", cause: { pid: 4711 } });
  });

  test("that fails for any other reason throws that, and leaves no epoch behind", () => {
    const clean = new ContendedTable();
    const counting = new FailingFileSystem(clean.fileSystem);
    claimTable({ fileSystem: counting, host: clean.host });
    for (let nth = 1; nth <= counting.count(); nth++) {
      const table = new ContendedTable();
      const fileSystem = new FailingFileSystem(table.fileSystem);
      fileSystem.fail({ nth, code: "EIO" });
      const claim = () => claimTable({ fileSystem, host: table.host });
      expect(claim, `call ${nth}`).toThrow(expect.objectContaining({ code: "EIO" }));
      expect(table.names, `call ${nth}`).toEqual([]);
      expect(table.claim(table.host.spawn()).epoch).toBe(1);
    }
  });

  test("whose epoch someone removes as that of a dead owner makes a higher one", () => {
    const { fileSystem, host } = new ContendedTable();
    let removals = 0;
    const createHeartbeat: CreateHeartbeat = (...given) => {
      if (removals++ === 0) removeEpoch({ fileSystem, host }, TABLE, 1);
      return createTimerHeartbeat(...given);
    };
    const { epoch, lease } = claimTable({ fileSystem, host, createHeartbeat });
    expect([epoch, removals]).toEqual([2, 2]);
    lease.verify();
  });

  test.each([
    [
      "of a file in place of an epoch",
      (table: ContendedTable) => table.write(`${TABLE}/E000007`, ""),
    ],
    ["of a number above which there is none", makeDirectory("E999999999999999")],
    ["of a number that is too long", makeDirectory("E9999999999999999999")],
    ["of a number with needless zeros", makeDirectory("E0000007")],
  ])("%s is STORE_CORRUPT, names it, and leaves all as it is", (_, make) => {
    const table = new ContendedTable();
    make(table);
    const { names } = table;
    expect(table.refusal()).toMatchObject({
      code: "STORE_CORRUPT",
      message: expect.stringMatching(/^.table.E\d+ .*Nothing was changed/),
    });
    expect(table.names).toEqual(names);
  });

  test("in a directory that isn't there throws ENOENT", () => {
    const table = new ContendedTable();
    table.fileSystem.removeDirectory(TABLE);
    expect(table.refusal()).toMatchObject({ code: "ENOENT" });
  });
});

describe("a table that could not be given back", () => {
  test("may be claimed again at once by the same process, but not by another", () => {
    const table = new ContendedTable();
    const failing = new FailingFileSystem(table.fileSystem);
    const { lease } = claimTable({ fileSystem: failing, host: table.host });
    failing.fail({ nth: 1, code: "EIO", lasting: true });
    lease.release();
    expect(table.refusal(table.host.spawn())).toEqual(LOCKED);
    expect(table.claim().epoch).toBe(2);
  });

  test("may be, too, when the claim itself had failed, whichever call it was", () => {
    for (let nth = 1, hasFailed = true; hasFailed; nth++) {
      const table = new ContendedTable();
      const failing = new FailingFileSystem(table.fileSystem);
      failing.fail({ nth, code: "EIO", lasting: true });
      try {
        claimTable({ fileSystem: failing, host: table.host });
      } catch {
        expect(() => table.claim()).not.toThrow();
      }
      hasFailed = failing.hasFailed;
    }
  });
});

describe("an owner that lives", () => {
  test("keeps its table however long it is silent; a stopped one does for as long as a heartbeat counts", () => {
    const table = new ContendedTable();
    const owner = table.host.spawn();
    table.claim(owner);
    table.fileSystem.removeDirectory(`${table.directoryOf(1)}/lock`);
    table.host.advance(3_600_000);
    expect(table.refusal()).toEqual(LOCKED);
    owner.stop();
    expect(table.claim().epoch).toBe(2);
  });

  test("in a thread is told by what it has open, also where its process runs on", () => {
    const table = new ContendedTable();
    const worker = table.host.spawn({ ...table.host.process, thread: 1 });
    table.claim(worker);
    table.host.seesOpen = true;
    worker.stop();
    table.host.advance(60_000);
    expect(table.refusal()).toMatchObject({
      message: expect.stringMatching(
        /^the table is open in thread 1 of this process, 1 on host host since/,
      ),
    });
    table.host.seesOpen = false;
    expect(table.claim().epoch).toBe(2);
  });

  test("has its OWNER open until it gives back, or is found to have lost it", () => {
    const table = new ContendedTable();
    const memory = table.fileSystem as MemoryFileSystem;
    const first = table.claim();
    expect(memory.openCount).toBe(1);
    first.lease.release();
    expect(memory.openCount).toBe(0);
    const second = table.claim();
    memory.rename(second.directory, `${TABLE}/elsewhere`);
    expect(() => second.lease.verify()).toThrow();
    expect(memory.openCount).toBe(0);
    table.claim(table.host.spawn({ start: undefined }));
    expect(memory.openCount).toBe(0);
  });

  test("is not robbed, and doesn't rob, when its clock is an hour off", () => {
    for (const clockError of [-3_600_000, 3_600_000]) {
      const table = new ContendedTable();
      const wrong = table.host.spawn({ host: "other" });
      wrong.clockError = clockError;
      const { lease } = table.claim(wrong);
      table.host.advance(60_000);
      expect(table.refusal()).toEqual(LOCKED);
      lease.release();
      table.claim();
      table.host.advance(60_000);
      expect(table.refusal(wrong)).toEqual(LOCKED);
    }
  });

  test("whose system isn't known on either side is only known by its heartbeat", () => {
    const table = new ContendedTable();
    const unknown = { boot: undefined, namespace: undefined };
    const owner = table.host.spawn(unknown);
    table.claim(owner);
    const other = table.host.spawn({ ...unknown, pid: 99 });
    owner.kill(owner.process);
    expect(table.refusal(other)).toEqual(LOCKED);
    table.host.advance(STALE_AFTER + 1);
    expect(table.claim(other).epoch).toBe(2);
  });

  test("and has a heartbeat in the future: the refusal says what to do", () => {
    const table = new ContendedTable();
    table.claim(table.host.spawn({ host: "other" })).directory;
    table.host.shiftWallTime(-3_600_000);
    expect(table.refusal()).toMatchObject({
      code: "STORE_LOCKED",
      message: expect.stringMatching(
        /since .*; its heartbeat is 3600 s in the future: .* remove .table.E000001.lock, and open it again 10 s later$/,
      ),
    });
  });
});

describe("a copy of a directory that is open", () => {
  function copied(machine: string): { table: ContendedTable; owner: ManualHost } {
    const table = new ContendedTable();
    const owner = table.host.spawn({ host: machine });
    const { directory } = table.claim(owner);
    const { fileSystem } = table;
    fileSystem.rename(TABLE, "/original");
    fileSystem.makeDirectory(TABLE);
    fileSystem.makeDirectory(directory);
    fileSystem.makeDirectory(`${directory}/lock`);
    const text = readWhole(fileSystem, "/original/E000001/OWNER").toString();
    table.write(`${directory}/OWNER`, text.replace(TABLE, "/original"));
    return { table, owner };
  }

  test("opens at once on the same system", () => {
    const { table, owner } = copied("host");
    expect(table.claim().epoch).toBe(2);
    expect(copied("host").table.claim(owner).epoch).toBe(2);
  });

  test("opens at once on the same system where it can't be told whether its file is open", () => {
    const { table } = copied("host");
    const path = `${table.directoryOf(1)}/OWNER`;
    const text = readWhole(table.fileSystem, path).toString();
    expect(text).toContain('"keepsOpen":true');
    table.fileSystem.remove(path);
    table.write(path, text.replace('"keepsOpen":true', '"keepsOpen":false'));
    expect(table.claim().epoch).toBe(2);
  });

  test("opens in the thread that has the original", () => {
    const table = new ContendedTable();
    const { directory } = table.claim();
    table.fileSystem.rename(TABLE, "/original");
    table.fileSystem.makeDirectory(TABLE);
    table.fileSystem.makeDirectory(directory);
    const text = readWhole(table.fileSystem, "/original/E000001/OWNER").toString();
    table.write(`${directory}/OWNER`, text.replace(TABLE, "/original"));
    expect(table.claim().epoch).toBe(2);
  });

  test("elsewhere opens when the heartbeat that was copied is old, and says that it may be one", () => {
    const { table, owner } = copied("other");
    owner.stop();
    expect(table.refusal()).toMatchObject({
      message: expect.stringMatching(
        /; if this is a copy of \/original, it opens 10 s after it was made$/,
      ),
    });
    table.host.advance(STALE_AFTER + 1);
    expect(table.claim().epoch).toBe(2);
  });

  test("is none when the directory was renamed under its owner", () => {
    const table = new ContendedTable();
    table.claim();
    table.fileSystem.rename(TABLE, "/renamed");
    const environment = { fileSystem: table.fileSystem, host: table.host.spawn() };
    expect(() => claimEpoch(environment, "/renamed", { error: codedError })).toThrow(LOCKED);
  });
});

describe("lockTimeout", () => {
  test("waits until the other owner has gone", () => {
    const table = new ContendedTable();
    const owner = table.host.spawn();
    const { lease } = table.claim(owner);
    owner.startTimer(3_000, () => lease.release());
    const from = table.host.monotonicTime();
    expect(table.claim(table.host, { lockTimeout: 60_000 }).epoch).toBe(2);
    const waited = table.host.monotonicTime() - from;
    expect(waited).toBeGreaterThanOrEqual(3_000);
    expect(waited).toBeLessThan(3_300);
  });

  test("waits no longer, and says who has it, and how long it has waited", () => {
    const table = new ContendedTable();
    table.claim(table.host.spawn({ pid: 4711 }));
    const from = table.host.monotonicTime();
    expect(table.refusal(table.host, { lockTimeout: 1_000 })).toMatchObject({
      code: "STORE_LOCKED",
      message: expect.stringMatching(/^the table is open in process 4711 .*, also after 1000 ms$/),
      cause: { pid: 4711 },
    });
    expect(table.host.monotonicTime() - from).toBe(1_000);
  });

  test("doesn't wait for an owner of this very thread, which can't go meanwhile", () => {
    const table = new ContendedTable();
    table.claim();
    expect(
      table.refusal(table.host, { lockTimeout: 1_000, subject: "the data directory" }),
    ).toMatchObject({
      message: expect.stringMatching(/^the data directory is open in this very process, 1 on .*Z$/),
    });
    expect(table.host.monotonicTime()).toBe(0);
  });

  test("waits while others open it at the same time", () => {
    const table = new ContendedTable();
    const failing = new FailingFileSystem(table.fileSystem);
    failing.fail({ nth: 1, code: "ENOTEMPTY", calls: ["rename"], lasting: true });
    table.host.startTimer(10, () => failing.heal());
    const claim = claimTable({ fileSystem: failing, host: table.host }, { lockTimeout: 100 });
    expect(claim.epoch).toBe(1);
    expect(table.host.monotonicTime()).toBeGreaterThanOrEqual(10);
  });
});

describe("a claim that is withdrawn", () => {
  test("leaves the directory to the owner that somebody has put in its place", () => {
    const table = new ContendedTable();
    const { lease, directory, owner } = table.claim();
    replaceEpoch(table, directory);
    const { names } = table;
    withdrawClaim({ fileSystem: table.fileSystem, host: table.host }, TABLE, {
      lease,
      directory,
      owner,
    });
    expect(table.names).toEqual(names);
  });
});
