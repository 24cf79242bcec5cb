import fc from "fast-check";
import { expect, test } from "vitest";
import type { ManualHost } from "../../simulation/manual-host.js";
import type { Claim } from "../../src/ownership/claim.js";
import { STALE_AFTER } from "../../src/ownership/heartbeat.js";
import type { ProcessIdentity } from "../../src/platform/host.js";
import { ContendedTable } from "../support/contended-table.js";

const MACHINES = [{}, {}, { host: "other" }, { namespace: "container" }] as const;

/** A process that wants a table. When it crashed another begins on the same machine. */
class Contender {
  host: ManualHost;
  claims: Claim[] = [];
  isStopped = false;
  readonly #spawn: () => ManualHost;

  constructor(table: ContendedTable, machine: Partial<ProcessIdentity>) {
    this.#spawn = () => table.host.spawn(machine);
    this.host = this.#spawn();
  }

  stop(): void {
    this.isStopped = true;
    this.host.stop();
  }

  resume(): void {
    this.isStopped = false;
    this.host.resume();
  }

  crash(): void {
    this.host.kill(this.host.process);
    this.host = this.#spawn();
    this.claims = [];
    this.isStopped = false;
  }
}

/** A table, its contenders, and how far it was granted. */
class Model extends ContendedTable {
  readonly contenders = MACHINES.map((machine) => new Contender(this, machine));
  #lastGranted = 0;

  claimFor(contender: Contender): void {
    try {
      const claim = this.claim(contender.host);
      expect(claim.epoch).toBeGreaterThan(this.#lastGranted);
      this.#lastGranted = claim.epoch;
      contender.claims.push(claim);
    } catch (error) {
      expect(error).toMatchObject({ code: "STORE_LOCKED" });
    }
  }

  pass({ epoch }: Claim, check: () => void): void {
    try {
      check();
    } catch (error) {
      expect(error).toMatchObject({ code: "STORE_FENCED" });
      expect(epoch).toBeLessThan(this.#lastGranted);
      return;
    }
    expect(epoch).toBe(this.#lastGranted);
  }

  release(contender: Contender, claim: Claim): void {
    claim.lease.release();
    contender.claims = contender.claims.filter((other) => other !== claim);
  }

  /** Somebody removes the heartbeat. */
  unlock({ directory }: Claim): void {
    const lock = `${directory}/lock`;
    if (this.fileSystem.status(lock) !== undefined) this.fileSystem.removeDirectory(lock);
  }
}

type Act = (model: Model, contender: Contender, claim: Claim | undefined) => void;

const ACTS = {
  stop: (_, contender) => contender.stop(),
  resume: (_, contender) => contender.resume(),
  crash: (_, contender) => contender.crash(),
  claim: (model, contender) => {
    if (!contender.isStopped) model.claimFor(contender);
  },
  release: (model, contender, claim) => {
    if (claim !== undefined && !contender.isStopped) model.release(contender, claim);
  },
  check: (model, contender, claim) => {
    if (claim !== undefined && !contender.isStopped) model.pass(claim, () => claim.lease.check());
  },
  verify: (model, contender, claim) => {
    if (claim !== undefined && !contender.isStopped) model.pass(claim, () => claim.lease.verify());
  },
  unlock: (model, _, claim) => {
    if (claim !== undefined) model.unlock(claim);
  },
} satisfies Record<string, Act>;

const act = fc.record({
  act: fc.constantFrom<Act[]>(...Object.values(ACTS), ACTS.claim, ACTS.check, ACTS.check),
  contender: fc.nat(MACHINES.length - 1),
  claim: fc.nat(2),
});
const wait = fc.record({ advance: fc.integer({ min: 1, max: 15_000 }) });
const shift = fc.record({ shift: fc.integer({ min: 1, max: 15_000 }) });
const course = fc.array(fc.oneof(act, act, wait, shift), { maxLength: 80 });

// What two clocks can't tell is one that is set forward, and within seconds back again.
test.each([
  ["forward", 1],
  ["back", -1],
])("only who was granted the table last passes a check, though the clock is set %s", (_, sign) => {
  fc.assert(
    fc.property(course, (course) => {
      const model = new Model();
      for (const event of course) {
        if ("advance" in event) model.host.advance(event.advance);
        else if ("shift" in event) model.host.shiftWallTime(sign * event.shift);
        else {
          const contender = model.contenders[event.contender] as Contender;
          event.act(model, contender, contender.claims[event.claim]);
        }
      }
    }),
    { numRuns: 500 },
  );
});

test("a table is free again, whatever happened, when all are dead and a heartbeat is old", () => {
  fc.assert(
    fc.property(fc.array(fc.oneof(act, wait), { maxLength: 40 }), (course) => {
      const model = new Model();
      for (const event of course) {
        if ("advance" in event) model.host.advance(event.advance);
        else {
          const contender = model.contenders[event.contender] as Contender;
          event.act(model, contender, contender.claims[event.claim]);
        }
      }
      for (const contender of model.contenders) contender.crash();
      model.host.advance(STALE_AFTER + 1);
      expect(() => model.claim()).not.toThrow();
    }),
  );
});
