import {
  claimingSlowly,
  countingBlindly,
  halving,
  movingWhenOpened,
  reordering,
  right,
  rightLazy,
  rightShared,
  seeingNobody,
  trustingTheDead,
  unclosed,
  unowned,
  unsynced,
} from "../adapters/ledgers.js";
import { inProcesses } from "../processes/process-options.js";
import type { Fault } from "./broken.js";

const KILLED = "durable: after the process was killed";
const SEVERAL = "several processes";

/** Faults that show only in other processes. */
export const PROCESS_FAULTS: readonly Fault[] = [
  {
    name: "declares that what returned survives a kill, and keeps it in memory until sync",
    suite: KILLED,
    options: inProcesses({ rightLazy }, { survivesKill: "returned", exclusive: true }),
  },
  {
    name: "keeps it in memory after sync, too",
    suite: KILLED,
    options: inProcesses({ unsynced }),
  },
  {
    name: "keeps it in memory after close, too",
    suite: KILLED,
    options: inProcesses({ unclosed }),
  },
  {
    name: "halves a batch when its process is killed",
    suite: KILLED,
    options: inProcesses({ halving }, { survivesKill: "returned" }),
  },
  {
    name: "keeps a write when its process is killed, and loses an earlier one",
    suite: KILLED,
    options: inProcesses({ reordering }),
  },
  {
    name: "loses all when its process is killed while it opens a table",
    suite: KILLED,
    options: inProcesses({ movingWhenOpened }, { survivesKill: "returned" }),
  },
  {
    name: "declares exclusive, and lets a second process in",
    suite: SEVERAL,
    options: inProcesses({ unowned }, { exclusive: true }),
  },
  {
    name: "declares exclusive, and lets in all that come at once",
    suite: SEVERAL,
    options: inProcesses({ claimingSlowly }, { exclusive: true }),
  },
  {
    name: "refuses every process after its owner was killed",
    suite: SEVERAL,
    options: inProcesses({ trustingTheDead }, { exclusive: true, timeoutMs: 3_000 }),
  },
  {
    name: "doesn't declare exclusive, and refuses a second process",
    suite: SEVERAL,
    options: inProcesses({ right }),
  },
  {
    name: "declares shared and exclusive",
    suite: SEVERAL,
    options: inProcesses({ rightShared }, { exclusive: true }),
  },
  {
    name: "declares shared, and doesn't see what another process writes",
    suite: SEVERAL,
    options: inProcesses({ seeingNobody }),
  },
  {
    name: "declares shared, and loses counts of two processes",
    suite: SEVERAL,
    options: inProcesses({ countingBlindly }),
  },
];
