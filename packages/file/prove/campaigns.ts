import type { Campaign } from "./campaign.js";

/** In the order in which they are run. */
export const CAMPAIGNS: readonly Campaign[] = [];

export function campaignNamed(name: string): Campaign {
  const campaign = CAMPAIGNS.find((other) => other.name === name);
  if (campaign !== undefined) return campaign;
  const names = CAMPAIGNS.map((other) => other.name).join(", ");
  throw new RangeError(`there is no campaign ${name}; there are ${names}`);
}
