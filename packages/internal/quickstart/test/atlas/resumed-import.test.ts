import { isDeepStrictEqual } from "node:util";
import type { Store } from "@store/core";
import { describe, expect, test } from "vitest";
import { importCities } from "../../src/atlas/import-cities.js";
import { Run } from "../../src/atlas/run.js";
import { openTables } from "../../src/atlas/tables.js";
import { MortalDisk } from "../support/mortal-disk.js";
import { slice } from "../support/slice.js";

const BATCH_SIZE = 7;
/** A batch and a part of one, with namesakes in one country and in several, in one batch and in several. */
const few = slice
  .filter(({ name }) => ["Richmond", "Newport", "Hamilton", "Milton", "Cambridge"].includes(name))
  .slice(0, 13);

const RECORDS_OF_RUNS = ["runs", "steps", "claims", "events"];
const TABLES = [...RECORDS_OF_RUNS, "cities", "ranking", "names", "countries"];

/** What a process does: all that is left of the import. */
function work(store: Store): void {
  const tables = openTables(store);
  const run = Run.resume(tables, "few") ?? Run.start(tables, "import", "few");
  if (run === undefined) return;
  for (const { records } of importCities(tables, run, few, BATCH_SIZE)) {
    expect(records).toBeGreaterThan(0);
  }
  run.finish();
}

/** What must be the same however many processes it took. */
function outcome(disk: MortalDisk) {
  let found: object | undefined;
  disk.live(0, (store) => {
    const { cities, ranking, names, countries, runs, steps, events } = openTables(store);
    const ofSteps = [...events.records()].filter(([, , step]) => step > 0);
    found = {
      cities: [...cities.records()],
      ranking: [...ranking.records()],
      names: few.map(({ name }) => names.lookup(name)),
      sizes: [cities.size, ranking.size, names.size, countries.size],
      countries: few.map(({ country }) => countries.lookup(country)),
      status: runs.lookup("import")[0]?.[1],
      steps: [...steps.records()].map((step) => step.slice(0, 4)),
      events: ofSteps.map(([, , step, what, records]) => [step, what, records]),
    };
  });
  return found;
}

function uninterrupted() {
  const disk = new MortalDisk();
  let writes = 0;
  while (!new MortalDisk().live(writes, work)) writes++;
  disk.live(writes, work);
  return { writes, outcome: outcome(disk) };
}

const whole = uninterrupted();

/** The lengths of life, in writes, after which an import that is resumed comes to something else. */
function differing(interruptions: (disk: MortalDisk, writes: number) => void): number[] {
  return Array.from({ length: whole.writes }, (_, writes) => writes).filter((writes) => {
    const disk = new MortalDisk();
    interruptions(disk, writes);
    return !(
      disk.live(Number.POSITIVE_INFINITY, work) && isDeepStrictEqual(outcome(disk), whole.outcome)
    );
  });
}

describe("an import whose process dies comes to the same as one that doesn't, when it is resumed", () => {
  test("after any of its writes", () => {
    expect(whole.writes).toBeGreaterThan(4 * 2 * 4);
    const found = differing((disk, writes) => {
      expect(disk.live(writes, work)).toBe(false);
    });
    expect(found).toEqual([]);
  });

  test.each([1, 4, 6])("after any, and again after %i more", (more) => {
    const found = differing((disk, writes) => {
      disk.live(writes, work);
      disk.live(more, work);
      disk.live(more + 3, work);
    });
    expect(found).toEqual([]);
  });

  test.each<[which: string, names: readonly string[]]>([
    ["every table", TABLES],
    ...TABLES.map((name): [string, string[]] => [name, [name]]),
    ...RECORDS_OF_RUNS.map((name): [string, string[]] => [
      `all but ${name}`,
      TABLES.filter((other) => other !== name),
    ]),
  ])("after any, with the machine, so that what isn't synced is lost in %s", (_which, names) => {
    const found = differing((disk, writes) => {
      disk.live(writes, work);
      disk.losePower(names);
    });
    expect(found).toEqual([]);
  });
});
