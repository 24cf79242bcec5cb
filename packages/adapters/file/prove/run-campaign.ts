import { type Campaign, CampaignReport, type CaseReport } from "./campaign.js";
import { Random } from "./random.js";

/** Runs one case. What it throws is a failure. */
export async function runCase(
  campaign: Campaign,
  seed: number,
  number: number,
): Promise<CaseReport> {
  try {
    return await campaign.run(Random.of(seed, number), number);
  } catch (error) {
    const text = error instanceof Error ? (error.stack ?? error.message) : String(error);
    return { tried: 0, failures: [`it threw ${text}`] };
  }
}

/** Runs cases in this process, one after another, until `goal` is reached, or something doesn't hold. */
export async function runCampaign(
  campaign: Campaign,
  seed: number,
  goal: number,
): Promise<CampaignReport> {
  const report = new CampaignReport(campaign, seed);
  for (let number = 0; !report.isDone(goal, number); number++) {
    report.add(number, await runCase(campaign, seed, number));
    if (report.failures.length > 0) break;
  }
  return report;
}
