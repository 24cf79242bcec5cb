import { type ChildProcess, fork } from "node:child_process";
import { availableParallelism } from "node:os";
import { type Campaign, CampaignReport, type CaseReport } from "./campaign.js";
import { campaignNamed } from "./campaigns.js";
import { runCase } from "./run-campaign.js";

/** A case that takes so long hangs. Milliseconds. */
const CASE_LIMIT = 300_000;
/** A campaign that fails so often isn't gone on with. */
const MANY_FAILURES = 20;

/** How the program is told to be a worker. */
export const WORKER = "--worker";

interface Order {
  readonly campaign: string;
  readonly seed: number;
  readonly number: number;
}

/** Runs the cases of campaigns in processes of their own, as many at a time as there are processors. */
export class WorkerPool {
  readonly #program: string;
  readonly #workers = new Set<ChildProcess>();

  /** @param program the file of the program that calls {@link work} when it is told {@link WORKER} */
  constructor(program: string) {
    this.#program = program;
  }

  /** @param onProgress called after each case */
  async run(
    campaign: Campaign,
    seed: number,
    goal: number,
    onProgress: (report: CampaignReport) => void,
  ): Promise<CampaignReport> {
    const report = new CampaignReport(campaign, seed);
    let begun = 0;
    const goOn = async () => {
      while (!report.isDone(goal, begun) && report.failures.length < MANY_FAILURES) {
        const number = begun++;
        report.add(number, await this.#order({ campaign: campaign.name, seed, number }));
        onProgress(report);
      }
    };
    await Promise.all(Array.from({ length: availableParallelism() }, goOn));
    return report;
  }

  close(): void {
    for (const worker of this.#workers) worker.kill("SIGKILL");
  }

  #order(order: Order): Promise<CaseReport> {
    const worker = this.#idle.pop() ?? this.#start();
    return new Promise((resolve) => {
      const settle = (report: CaseReport) => {
        clearTimeout(limit);
        worker.removeAllListeners();
        resolve(report);
      };
      const fail = (failure: string) => {
        this.#workers.delete(worker);
        worker.kill("SIGKILL");
        settle({ tried: 0, failures: [failure] });
      };
      const limit = setTimeout(() => fail("it hangs"), CASE_LIMIT);
      worker.once("message", (report: CaseReport) => {
        settle(report);
        this.#idle.push(worker);
      });
      worker.once("exit", (code, signal) => fail(`its process ended: ${signal ?? code}`));
      worker.once("error", (error) => fail(String(error)));
      worker.send(order);
    });
  }

  readonly #idle: ChildProcess[] = [];

  #start(): ChildProcess {
    const worker = fork(this.#program, [WORKER], { serialization: "advanced" });
    this.#workers.add(worker);
    return worker;
  }
}

/** What a worker does: runs the cases that it is told. */
export function work(): void {
  process.on("message", async ({ campaign, seed, number }: Order) => {
    process.send?.(await runCase(campaignNamed(campaign), seed, number));
  });
}
