import type { Campaign, CaseReport } from "../campaign.js";
import { blockFaults } from "./block-faults.js";
import { cuts, flips } from "./byte-faults.js";
import { checkFault, type Outcome } from "./check.js";
import { type FaultFamily, joined } from "./fault.js";
import { fileFaults } from "./file-faults.js";
import type { Repair } from "./machine.js";
import { allSpecimens, type Specimen } from "./specimen.js";

/** A prime number, so that each case has something of everything. */
const CASES = 1_009;
const REPAIRS: readonly Repair[] = [false, true, "force"];

interface Trial {
  readonly specimen: Specimen;
  readonly faults: FaultFamily;
}

/** All there is to try. Made once a process, as it takes a moment. */
let trials: readonly Trial[] | undefined;

async function allTrials(): Promise<readonly Trial[]> {
  trials ??= (await allSpecimens()).map((specimen) => ({
    specimen,
    faults: joined([flips(specimen), cuts(specimen), blockFaults(specimen), fileFaults(specimen)]),
  }));
  return trials;
}

export const bytes: Campaign = {
  name: "bytes",
  claim: "a wrong byte, block or file gives a right value, a reported loss or a typed error",
  unit: "damaged directories",
  cases: CASES,

  goal: 150_000,

  async run(_random, first): Promise<CaseReport> {
    const counts: Record<Outcome, number> = { right: 0, "loss reported": 0, refused: 0 };
    const failures: string[] = [];
    let tried = 0;
    let begin = 0;
    for (const { specimen, faults } of await allTrials()) {
      const end = begin + faults.count;
      // The numbers go on from one table to the next.
      const skipped = Math.ceil((begin - first) / CASES) * CASES;
      for (let number = first + skipped; number < end; number += CASES) {
        const fault = faults.at(number - begin);
        const repair = REPAIRS[number % REPAIRS.length] as Repair;
        tried++;
        try {
          counts[checkFault(specimen, fault, repair, number)]++;
        } catch (error) {
          const text = error instanceof Error ? (error.stack ?? error.message) : String(error);
          failures.push(`${specimen.name}; ${fault.name}; repair: ${repair}; ${text}`);
        }
      }
      begin = end;
    }
    return { tried, counts, failures };
  },
};
