import { expect, test } from "vitest";
import type { Campaign } from "../../prove/campaign.js";
import { runCampaign } from "../../prove/run-campaign.js";

/** The same each time, so that the suite says the same each time: `npm run prove` is for new ones. */
const SEED = Number(process.env.STORE_SEED ?? 1);
const LIMIT = 600_000;

/**
 * Defines a test that runs a part of a campaign: as many cases as `goal` takes.
 * @param counted what must have come up, of what the campaign counts
 */
export function provePart(campaign: Campaign, goal: number, counted: readonly string[] = []): void {
  test(
    `${campaign.name}: ${campaign.claim}`,
    async () => {
      const report = await runCampaign(campaign, SEED, goal);
      expect(report.failures).toEqual([]);
      expect(report.tried).toBeGreaterThanOrEqual(goal);
      for (const name of counted) expect(report.counts[name], name).toBeGreaterThan(0);
    },
    LIMIT,
  );
}
