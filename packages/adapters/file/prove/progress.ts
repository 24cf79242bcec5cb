import type { CampaignReport } from "./campaign.js";

const INTERVAL = 200;
let shownAt = 0;

/** On a terminal: how far a campaign has come, on a line that the next one replaces. */
export function showProgress(
  { campaign, tried, failures, cases }: CampaignReport,
  goal: number,
): void {
  if (!process.stderr.isTTY || performance.now() - shownAt < INTERVAL) return;
  shownAt = performance.now();
  const of = Number.isFinite(goal) ? ` of ${goal.toLocaleString("en")}` : "";
  const bad = failures.length === 0 ? "" : `, ${failures.length} bad`;
  const line = `${campaign.name}: ${tried.toLocaleString("en")}${of} ${campaign.unit}, ${cases} cases${bad}`;
  process.stderr.write(`\r\x1b[K${line}`);
}

/** Takes the line away. */
export function endProgress(): void {
  if (process.stderr.isTTY) process.stderr.write("\r\x1b[K");
}
