import { SystemTable } from "../../format/system-tables.js";
import type { DamagedRange, RepairReport } from "../../repair-report.js";
import type { LogResult } from "../log-recovery.js";
import type { FoundTable } from "./table-census.js";

/** Changes that are lost, of some storage ids. */
export interface Loss {
  /** How many, as far as that can be told; never 0. */
  readonly changes: number;
  readonly ranges: readonly StorageRange[];
}

/** The storage ids from the first to the last of these. */
export interface StorageRange {
  readonly firstStorageId: number;
  readonly lastStorageId: number;
}

/** What a recovery has found out about what is damaged, and lost. */
export interface Damage {
  readonly damaged: readonly DamagedRange[];
  readonly log: LogResult;
  readonly losses: readonly Loss[];
}

/** Where the files are, and why they were looked at. */
export interface Circumstances {
  readonly isForced: boolean;
  readonly keptAside: string | undefined;
}

/**
 * A report for each table that may have lost something, or was written anew because that was asked for. A report without
 * a name is about what belongs to no table that is known: tables may have been lost with their names.
 */
export function reportsOf(
  { damaged, log, losses }: Damage,
  tables: readonly FoundTable[],
  { isForced, keptAside }: Circumstances,
): RepairReport[] {
  const isDamaged = damaged.length > 0;
  const { tornBytes, lostFrames } = log;
  const reason = isDamaged ? "damage" : isForced ? "forced" : "torn tail";
  const common = { reason, tornBytes, damaged, keptAside } as const;
  const reports: RepairReport[] = [];
  for (const { storageId, domain, name, records, isNameless } of tables) {
    const mayConcern = (loss: Loss) => isWithin(loss, storageId) || concernsCatalogue(loss);
    const lost = losses.filter(mayConcern).reduce(sumOfChanges, lostFrames);
    if (lost === 0 && !isNameless && (isDamaged || !isForced)) continue;
    reports.push({ domain, table: name, ...common, lostChanges: lost, records });
  }
  const lostChanges = losses.filter(concernsCatalogue).reduce(sumOfChanges, lostFrames);
  if (lostChanges > 0 || (reports.length === 0 && (isDamaged || tornBytes > 0))) {
    reports.push({ ...NOBODY, ...common, lostChanges, records: 0 });
  }
  return reports;
}

/** What of the log never reached the disk: no table is known to have lost anything. */
export function reportOfTornTail({ tornBytes }: LogResult): RepairReport[] {
  if (tornBytes === 0) return [];
  const rest = { damaged: [], lostChanges: 0, records: 0, keptAside: undefined };
  return [{ ...NOBODY, reason: "torn tail", tornBytes, ...rest }];
}

/** Whether the index of moments may have lost something. */
export function mayLackMoments({ losses }: Damage): boolean {
  return losses.some((loss) => isWithin(loss, SystemTable.moments));
}

const NOBODY = { domain: "", table: "" } as const;

/** Tables may be gone with their names then, and each that is there may be one that was dropped, or cleared. */
function concernsCatalogue(loss: Loss): boolean {
  return CATALOGUE.some((table) => isWithin(loss, table));
}

const CATALOGUE = [SystemTable.names, SystemTable.tables, SystemTable.dropped];

function sumOfChanges(sum: number, { changes }: Loss): number {
  return sum + changes;
}

function isWithin({ ranges }: Loss, storageId: number): boolean {
  return ranges.some(
    ({ firstStorageId, lastStorageId }) =>
      firstStorageId <= storageId && storageId <= lastStorageId,
  );
}
