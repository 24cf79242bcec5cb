import { describe, expect, test } from "vitest";
import type { ManualHost } from "../../simulation/manual-host.js";
import type { Claim } from "../../src/ownership/claim.js";
import { STALE_AFTER } from "../../src/ownership/heartbeat.js";
import { removeEpoch } from "../../src/ownership/obsolete-files.js";
import { newOwner, writeOwner } from "../../src/ownership/owner.js";
import type { Environment } from "../../src/platform/environment.js";
import type { FileSystem } from "../../src/platform/file-system.js";
import { ContendedTable, claimTable, TABLE } from "../support/contended-table.js";
import { explore } from "../support/interleaving.js";
import type { Scene } from "../support/stage.js";

/** How a scene can end, over all orders of its steps. */
function endsOf(scene: Omit<Scene, "isPrivate">): string[] {
  const isPrivate = (path: string) => /(claim|gone)-[^/\\]*/.test(path);
  return [...explore({ ...scene, isPrivate }).keys()].sort();
}

function claim(environment: Environment): string {
  claimTable(environment);
  return "owner";
}

/** Leaves a claim of a process that is dead, but for its last call: the rename. */
function leaveClaim({ fileSystem, host }: ContendedTable): ManualHost {
  const dead = host.spawn();
  fileSystem.makeDirectory(`${TABLE}/claim-dead`);
  writeOwner(fileSystem, `${TABLE}/claim-dead`, newOwner(dead));
  host.kill(dead.process);
  return dead;
}

function makeLeftClaim({ fileSystem }: Environment): string {
  fileSystem.rename(`${TABLE}/claim-dead`, `${TABLE}/E000002`);
  return "dead";
}

/** A table whose owner slept for a minute. */
class SleepersTable extends ContendedTable {
  readonly sleeper = this.host.spawn();
  readonly #claim: Claim;
  #calls = this.fileSystem;

  constructor() {
    super();
    const fileSystem = new Proxy(this.fileSystem, {
      get: (_, name) => Reflect.get(this.#calls, name).bind(this.#calls),
    });
    this.#claim = claimTable({ fileSystem, host: this.sleeper });
    this.sleeper.stop();
    this.host.advance(60_000);
  }

  /** Lets the owner go on, by these calls. */
  wake(calls: FileSystem): void {
    this.#calls = calls;
    this.#claim.lease.check();
  }
}

function wake({ fileSystem }: Environment): string {
  new SleepersTable().wake(fileSystem);
  return "owner";
}

const beginnings: readonly (readonly [string, (table: ContendedTable) => void])[] = [
  ["that is new", () => {}],
  ["that was given back", (table) => table.claim(table.host.spawn()).lease.release()],
  [
    "whose owner is dead",
    (table) => {
      const owner = table.host.spawn();
      table.claim(owner);
      table.host.kill(owner.process);
    },
  ],
  [
    "whose owner, on another host, fell silent",
    (table) => {
      const owner = table.host.spawn({ host: "other" });
      table.claim(owner);
      owner.stop();
      table.host.advance(STALE_AFTER + 1);
    },
  ],
];

describe("in every order of their calls", () => {
  test.each(beginnings)(
    "of two contenders for a table %s one gets it, also when the other dies",
    (_, begin) => {
      const build = () => {
        const table = new ContendedTable();
        begin(table);
        return { fileSystem: table.fileSystem, hosts: [table.host, table.host.spawn()] };
      };
      expect(endsOf({ build, courses: [claim, claim], mortal: [0] })).toEqual([
        "STORE_LOCKED + owner",
        // It had the table, or the other one got it already.
        "dead + STORE_LOCKED",
        "dead + owner",
        "owner + STORE_LOCKED",
      ]);
    },
  );

  test("an owner that wakes up keeps its table, or loses it to the contender, or both give up", () => {
    const build = () => {
      const { fileSystem, sleeper, host } = new SleepersTable();
      return { fileSystem, hosts: [sleeper, host] };
    };
    expect(endsOf({ build, courses: [wake, claim] })).toEqual([
      "STORE_FENCED + STORE_LOCKED",
      "STORE_FENCED + owner",
      "owner + STORE_LOCKED",
    ]);
  });

  test("an owner that wakes up isn't overlooked when one contender dies, and another comes", () => {
    const build = () => {
      const table = new SleepersTable();
      const hosts = [table.sleeper, leaveClaim(table), table.host];
      return { fileSystem: table.fileSystem, hosts };
    };
    expect(endsOf({ build, courses: [wake, makeLeftClaim, claim] })).toEqual([
      "STORE_FENCED + ENOTEMPTY + STORE_LOCKED",
      "STORE_FENCED + ENOTEMPTY + owner",
      "STORE_FENCED + dead + STORE_LOCKED",
      "STORE_FENCED + dead + owner",
      "owner + ENOTEMPTY + STORE_LOCKED",
      "owner + dead + STORE_LOCKED",
    ]);
  });

  test("a contender that comes late with a number that was used and removed doesn't get in", () => {
    const build = () => {
      const table = new ContendedTable();
      table.claim().lease.release();
      leaveClaim(table);
      return { fileSystem: table.fileSystem, hosts: [table.host, table.host.spawn()] };
    };
    const useNumbers = (environment: Environment) => {
      makeLeftClaim(environment);
      claimTable(environment);
      removeEpoch(environment, TABLE, 2);
      return "owner";
    };
    expect(endsOf({ build, courses: [useNumbers, claim] })).toEqual([
      "ENOTEMPTY + owner",
      "STORE_LOCKED + owner",
      "owner + STORE_LOCKED",
    ]);
  });
});
