import {
  claimingSlowly,
  countingBlindly,
  delayingBatches,
  forgettingATable,
  forgettingMoments,
  halving,
  movingWhenOpened,
  planningCarelessly,
  reordering,
  right,
  rightLazy,
  rightShared,
  seeingNobody,
  tearingBatches,
  trustingTheDead,
  unclosed,
  unowned,
  unsynced,
} from "../adapters/ledgers.js";
import { inProcesses } from "../processes/process-options.js";
import type { Fault } from "./broken.js";

const KILLED = "durable: after the process was killed";
const KILLED_BATCHES = "durable: batches and moments after the process was killed";
const SEVERAL = "several processes";

/** Faults that show only in other processes. */
export const PROCESS_FAULTS: readonly Fault[] = [
  {
    name: "declares that what returned survives a kill, and keeps it in memory until sync",
    suite: KILLED,
    test: "writes that had returned survive",
    options: inProcesses({ rightLazy }, { survivesKill: "returned", exclusive: true }),
  },
  {
    name: "keeps it in memory after sync, too",
    suite: KILLED,
    test: "writes that had returned survive",
    options: inProcesses({ unsynced }),
  },
  {
    name: "keeps it in memory after close, too",
    suite: KILLED,
    test: "tables that a process has closed survive",
    options: inProcesses({ unclosed }),
  },
  {
    name: "halves a batch when its process is killed",
    suite: KILLED,
    test: "a kill during insertMany and matchDelete",
    options: inProcesses({ halving }, { survivesKill: "returned" }),
  },
  {
    name: "keeps a write when its process is killed, and loses an earlier one",
    suite: KILLED,
    test: "writes that had returned survive",
    options: inProcesses({ reordering }),
  },
  {
    name: "loses all when its process is killed while it opens a table",
    suite: KILLED,
    test: "a kill while a process opens the table",
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
  {
    name: "has done the part of a batch that is of one table when its process is killed",
    suite: KILLED_BATCHES,
    test: "a kill during batches leaves each of them in all of its tables or in none",
    options: inProcesses({ tearingBatches }, { survivesKill: "returned" }),
  },
  {
    name: "returns from a batch before it survives a kill",
    suite: KILLED_BATCHES,
    test: "batches that had returned survive a kill",
    options: inProcesses({ delayingBatches }, { survivesKill: "returned" }),
  },
  {
    name: "finds one table's part of a batch after a kill",
    suite: KILLED_BATCHES,
    test: "batches that had returned survive a kill",
    options: inProcesses({ forgettingATable }, { survivesKill: "returned" }),
  },
  {
    name: "finds records after a kill, and not their moments",
    suite: KILLED_BATCHES,
    test: "moments survive a kill",
    options: inProcesses({ forgettingMoments }, { survivesKill: "returned" }),
  },
  {
    name: "finds one table's part of a batch after it was closed and opened",
    suite: "batches at once, and after reopening",
    test: "what batches did is there after the store was closed and opened",
    options: inProcesses({ forgettingATable }),
  },
  {
    name: "finds records after it was closed and opened, and not their moments",
    suite: "setting and keeping moments",
    test: "moments are there after the store was closed and opened",
    options: inProcesses({ forgettingMoments }),
  },
  {
    name: "declares shared, and plans batches on what another process changes meanwhile",
    suite: SEVERAL,
    test: "shared: of batches with one condition by two processes",
    options: inProcesses({ planningCarelessly }),
  },
];
