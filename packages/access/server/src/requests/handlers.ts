import { BATCHING } from "./batching.js";
import { CATALOGUING } from "./cataloguing.js";
import type { Handlers } from "./handler.js";
import { READING } from "./reading.js";
import { SNAPSHOTS } from "./snapshots.js";
import { WRITING } from "./writing.js";

/** How each kind of request is done, but for scans. */
export const HANDLERS: Handlers = new Map([
  ...CATALOGUING,
  ...READING,
  ...SNAPSHOTS,
  ...WRITING,
  ...BATCHING,
]);
