import { bytes } from "./bytes/bytes.js";
import type { Campaign } from "./campaign.js";
import { contests } from "./contests/contests.js";
import { failingCall } from "./failing-call/failing-call.js";
import { interleavings } from "./interleavings/interleavings.js";
import { kills } from "./kills/kills.js";
import { model } from "./model/model.js";
import { overlap } from "./model/overlap.js";
import { mutants } from "./mutants/mutants.js";
import { failedSync, powerCut } from "./power-cut/power-cut.js";
import { steals } from "./steals/steals.js";

/** In the order in which they are run. */
export const CAMPAIGNS: readonly Campaign[] = [
  powerCut,
  failedSync,
  failingCall,
  bytes,
  model,
  overlap,
  contests,
  steals,
  interleavings,
  kills,
  mutants,
];

export function campaignNamed(name: string): Campaign {
  const campaign = CAMPAIGNS.find((other) => other.name === name);
  if (campaign !== undefined) return campaign;
  const names = CAMPAIGNS.map((other) => other.name).join(", ");
  throw new RangeError(`there is no campaign ${name}; there are ${names}`);
}
