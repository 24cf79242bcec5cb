import { rmSync } from "node:fs";
import { parseArgs } from "node:util";
import type { Task } from "./benchmark.js";
import { BENCHMARKS } from "./benchmarks/benchmarks.js";
import { buildCommit } from "./commit-workspace.js";
import { erlangRelease } from "./engines/erlang.js";
import { installPeers } from "./install-peers.js";
import { scratchDirectory, workspaceDirectory } from "./paths.js";
import { writeDocuments } from "./report/documents.js";
import { type Report, reportText } from "./report/report.js";
import { standings } from "./report/target.js";
import { fill } from "./run/fill.js";
import { FILL, type Filling } from "./run/filler.js";
import {
  type Comparison,
  type Extent,
  FULL,
  peersPlan,
  QUICK,
  workspacesPlan,
} from "./run/plan.js";
import { CASE } from "./run/run-case.js";
import { type RunSetup, runSetup } from "./run/run-setup.js";
import { runRounds } from "./run/schedule.js";
import { setupTitled } from "./setups.js";

const USAGE = `npm run bench -- [options]

  --quick               few records and peers, one round: a minute. Writes no files
  --only TEXT           only benchmarks that have it in their name. Writes no files
  --rounds N            instead of ${FULL.rounds}
  --compare A [--with B]  ours of commit A, beside that of commit B, or of what is here

Benchmarks: ${BENCHMARKS.map(({ name }) => name).join("; ")}`;

const [, , role, ...args] = process.argv;
if (role === CASE) await measureCase();
else if (role === FILL) await fill(args[0] ?? "", JSON.parse(args[1] ?? "") as Filling);
else process.exitCode = await main();

/** In the process of one case. */
async function measureCase(): Promise<void> {
  const [benchmarkName, title = "", task = ""] = args;
  const benchmark = BENCHMARKS.find(({ name }) => name === benchmarkName);
  if (benchmark === undefined) throw new RangeError(`there is no benchmark ${benchmarkName}`);
  process.send?.(await benchmark.measure(setupTitled(title), JSON.parse(task) as Task));
}

interface Order {
  readonly extent: Extent;
  readonly only: string | undefined;
  readonly commits: readonly string[];
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
  const { extent, only, commits } = order;
  rmSync(scratchDirectory, { recursive: true, force: true });
  if (commits.length > 0) return compareCommits(order);
  installPeers();
  const erlang = erlangRelease();
  const plan = chosen(peersPlan(extent, erlang !== undefined), only);
  const report = await measure(plan, runSetup(extent, erlang));
  console.log(reportText(report));
  if (extent.others.length > 0 && only === undefined) writeDocuments(report);
  return 0;
}

async function compareCommits({ extent, only, commits }: Order): Promise<number> {
  const built = commits.map((commit) => ({ commit, ...buildCommit(commit) }));
  try {
    const workspaces = new Map(built.map(({ commit, directory }) => [commit, directory]));
    if (commits.length === 1) workspaces.set("here", workspaceDirectory);
    const plan = chosen(workspacesPlan(extent, workspaces), only);
    const setup = { ...runSetup(extent, undefined), peers: {}, notes: [] };
    console.log(reportText(await measure(plan, setup)));
  } finally {
    for (const { remove } of built) remove();
  }
  return 0;
}

function chosen(plan: readonly Comparison[], only: string | undefined): readonly Comparison[] {
  const found = plan.filter(({ benchmark }) => only === undefined || benchmark.name.includes(only));
  if (found.length === 0) throw new RangeError(`no benchmark has "${only}" in its name`);
  return found;
}

async function measure(plan: readonly Comparison[], setup: RunSetup): Promise<Report> {
  const results = await runRounds(plan);
  const outcomes = plan.map((comparison) => results.of(comparison));
  return { setup, outcomes, standings: standings(outcomes) };
}

function parse(): Order | "help" {
  const { values } = parseArgs({
    options: {
      help: { type: "boolean", default: false },
      quick: { type: "boolean", default: false },
      only: { type: "string" },
      rounds: { type: "string" },
      compare: { type: "string" },
      with: { type: "string" },
    },
  });
  if (values.help) return "help";
  if (values.with !== undefined && values.compare === undefined) {
    throw new RangeError("--with takes --compare");
  }
  const extent = values.quick ? QUICK : FULL;
  const commits = [values.compare, values.with].flatMap((commit) => commit ?? []);
  return { extent: withRounds(extent, values.rounds), only: values.only, commits };
}

function withRounds(extent: Extent, text: string | undefined): Extent {
  if (text === undefined) return extent;
  const rounds = Number(text);
  if (Number.isSafeInteger(rounds) && rounds > 0) return { ...extent, rounds, fewRounds: rounds };
  throw new RangeError(`--rounds takes a number from 1; got "${text}"`);
}
