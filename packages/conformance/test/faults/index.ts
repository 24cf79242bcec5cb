import { BATCH_FAULTS } from "./batches.js";
import type { Fault } from "./broken.js";
import { CHANGE_FAULTS } from "./changes.js";
import { DECLARATION_FAULTS } from "./declarations.js";
import { EXPIRY_FAULTS } from "./expiry.js";
import { ISOLATION_FAULTS, RACE_FAULTS } from "./isolation.js";
import { KEY_FAULTS } from "./keys.js";
import { LIFECYCLE_FAULTS } from "./lifecycle.js";
import { PAGE_FAULTS } from "./pages.js";
import { PROCESS_FAULTS } from "./processes.js";
import { RECORD_FAULTS } from "./records.js";
import { UPDATE_FAULTS } from "./updates.js";
import { VALUE_FAULTS } from "./values.js";
import { SCAN_FAULTS, WALK_FAULTS } from "./walks.js";

/** All faults, each of which the kit must find. */
export const FAULTS: readonly Fault[] = [
  ...VALUE_FAULTS,
  ...KEY_FAULTS,
  ...RECORD_FAULTS,
  ...UPDATE_FAULTS,
  ...CHANGE_FAULTS,
  ...WALK_FAULTS,
  ...SCAN_FAULTS,
  ...PAGE_FAULTS,
  ...ISOLATION_FAULTS,
  ...RACE_FAULTS,
  ...DECLARATION_FAULTS,
  ...LIFECYCLE_FAULTS,
  ...BATCH_FAULTS,
  ...EXPIRY_FAULTS,
  // Whether a kill, or another process, comes at the wrong moment is chance.
  ...PROCESS_FAULTS.map((fault) => ({ ...fault, attempts: 8 })),
];
