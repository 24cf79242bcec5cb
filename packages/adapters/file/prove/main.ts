import { existsSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";
import type { Campaign } from "./campaign.js";
import { CAMPAIGNS, campaignNamed } from "./campaigns.js";
import { type Result, rowOf, TABLE_HEAD, tableFoot, writeFigures } from "./figures.js";
import { endProgress, showProgress } from "./progress.js";
import { runCase } from "./run-campaign.js";
import { WORKER, WorkerPool, work } from "./worker-pool.js";

/** A file system in memory, where there is one. */
const MEMORY = "/dev/shm";

const USAGE = `npm run prove -- [campaign ...] [options]

  --seed N    the seed; without it another one each time
  --part P    only this part of what a whole run tries: 0.01 for a look
  --case N    only case N of one campaign, in this process
  --write     writes the table into docs/durability.md, if all held

Campaigns: ${CAMPAIGNS.map(({ name }) => name).join(", ")}`;

// Of a killed process nothing is lost that is in memory only, and there it goes ten times as fast.
if (process.env.TMPDIR === undefined && existsSync(MEMORY)) process.env.TMPDIR = MEMORY;

if (process.argv[2] === WORKER) work();
else process.exitCode = await main();

interface Order {
  readonly campaigns: readonly Campaign[];
  readonly seed: number;
  readonly part: number;
  /** Only this one. */
  readonly number: number | undefined;
  readonly write: boolean;
}

async function main(): Promise<number> {
  let order: Order | "help";
  try {
    order = parse();
  } catch (error) {
    console.error(`${error instanceof Error ? error.message : error}\n\n${USAGE}`);
    return 2;
  }
  if (order === "help") {
    console.log(USAGE);
    return 0;
  }
  const { campaigns, seed, part, number, write } = order;
  if (number !== undefined) return replay(campaigns[0] as Campaign, seed, number);
  console.log(TABLE_HEAD);
  const results = await runAll(campaigns, seed, part);
  console.log(tableFoot(seed));
  if (results.some(({ report }) => report.failures.length > 0)) return 1;
  if (write) writeFigures(results, seed);
  return 0;
}

function parse(): Order | "help" {
  const { values, positionals } = parseArgs({
    allowPositionals: true,
    options: {
      help: { type: "boolean", default: false },
      seed: { type: "string", default: String(Date.now() % 1e9) },
      part: { type: "string", default: "1" },
      case: { type: "string" },
      write: { type: "boolean", default: false },
    },
  });
  if (values.help) return "help";
  const campaigns = positionals.length === 0 ? CAMPAIGNS : positionals.map(campaignNamed);
  const number = values.case === undefined ? undefined : numberOf("case", values.case);
  if (number !== undefined && campaigns.length > 1) {
    throw new RangeError("--case takes one campaign: name it");
  }
  const seed = numberOf("seed", values.seed);
  return { campaigns, seed, part: numberOf("part", values.part), number, write: values.write };
}

function numberOf(option: string, text: string): number {
  const number = Number(text);
  if (text !== "" && Number.isFinite(number) && number >= 0) return number;
  throw new RangeError(`--${option} takes a number; got "${text}"`);
}

async function runAll(
  campaigns: readonly Campaign[],
  seed: number,
  part: number,
): Promise<readonly Result[]> {
  const pool = new WorkerPool(fileURLToPath(import.meta.url));
  const results: Result[] = [];
  try {
    for (const campaign of campaigns) {
      const begun = performance.now();
      const goal = Math.ceil(campaign.goal * part);
      let told = 0;
      const report = await pool.run(campaign, seed, goal, (soFar) => {
        showProgress(soFar, goal);
        // At once: the rest may take half an hour.
        for (const failure of soFar.failures.slice(told)) tell(failure);
        told = soFar.failures.length;
      });
      endProgress();
      const result = { report, seconds: (performance.now() - begun) / 1000 };
      console.log(rowOf(result));
      results.push(result);
    }
  } finally {
    pool.close();
  }
  return results;
}

function tell(failure: string): void {
  endProgress();
  console.error(`\n${failure}\n`);
}

async function replay(campaign: Campaign, seed: number, number: number): Promise<number> {
  const { failures } = await runCase(campaign, seed, number);
  console.log(failures.length === 0 ? "All held." : failures.join("\n\n"));
  return failures.length === 0 ? 0 : 1;
}
