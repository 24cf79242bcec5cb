import { dirname, join } from "node:path";
import type { AdapterBackend, AdapterTable, TableEntry, TableType, Toolkit } from "@store/core";
import { domainDirectory, dropTableIn, tablesIn } from "./catalogue.js";
import type { Directory } from "./directory.js";
import { DiskLog, type Recovered } from "./disk-log.js";
import { directoryName } from "./file-name.js";
import type { NormalizedFileOptions } from "./options.js";
import { type Claim, claimEpoch } from "./ownership/claim.js";
import { epochsIn } from "./ownership/epoch.js";
import { discard, removeEpoch, removeLeftovers } from "./ownership/leftover.js";
import { bestEffort } from "./platform/best-effort.js";
import type { Environment } from "./platform/environment.js";
import { errorCode } from "./platform/error-code.js";
import type { FileSystem } from "./platform/file-system.js";
import { RamLog } from "./ram-log.js";
import type { RecordLog } from "./record-log.js";
import { Disturbance, recoverLog } from "./recovery.js";
import { createDirectory, createTable } from "./table.js";

/** An owner that was taken for dead goes on until it looks at its lease: not for long. */
const ROUNDS = 8;

/** The tables of a data directory, each in a directory of its own in that of its domain. */
export class FileBackend implements AdapterBackend<"sync"> {
  readonly #environment: Environment;
  readonly #options: NormalizedFileOptions;
  readonly #toolkit: Toolkit;

  constructor(environment: Environment, options: NormalizedFileOptions, toolkit: Toolkit) {
    this.#environment = environment;
    this.#options = options;
    this.#toolkit = toolkit;
  }

  openTable(domain: string, name: string, type: TableType = "set"): AdapterTable<"sync"> {
    const environment = this.#environment;
    const tableDirectory = join(this.#directoryOf(domain), directoryName(name));
    makeDirectories(environment.fileSystem, tableDirectory);
    const { claim, recovered } = this.#takeOver(tableDirectory, { domain, name, type });
    bestEffort(() => {
      for (const epoch of epochsIn(environment.fileSystem, tableDirectory)) {
        if (epoch < claim.epoch) removeEpoch(environment, tableDirectory, epoch);
      }
    });
    removeLeftovers(environment, tableDirectory);
    const { report } = recovered;
    const { onRepair } = this.#options;
    if (report !== undefined && onRepair !== undefined) bestEffort(() => onRepair(report));
    return this.#createTable(recovered, claim);
  }

  /** Claims the table and recovers it, anew while another owner, who seemed to be dead, goes on. */
  #takeOver(
    tableDirectory: string,
    table: { readonly domain: string; readonly name: string; readonly type: TableType },
  ): { claim: Claim; recovered: Recovered } {
    const environment = this.#environment;
    const { error } = this.#toolkit;
    let withdrawn = 0;
    for (let round = 1; ; round++) {
      const { createHeartbeat } = environment;
      const claim = claimEpoch(environment, tableDirectory, error, createHeartbeat, withdrawn);
      try {
        return { claim, recovered: this.#recover(tableDirectory, claim, table) };
      } catch (failure) {
        claim.lease.release();
        discard(environment, tableDirectory, claim.directory, true);
        if (!(failure instanceof Disturbance) || round === ROUNDS) throw failure;
        withdrawn = claim.epoch;
      }
    }
  }

  #createTable(recovered: Recovered, claim: Claim): AdapterTable<"sync"> {
    const { type } = recovered.files.table;
    const { ramFile, atomicCounters, autoSave, cacheBytes } = this.#options;
    let table: AdapterTable<"sync"> | undefined;
    const disk = new DiskLog(recovered, claim.lease, {
      autoSave,
      worksInBackground: !ramFile,
      cacheBytes: ramFile ? 0 : cacheBytes,
      beforeAutoSave: () => table?.flushCounters?.(),
    });
    let log: RecordLog = disk;
    let { directory } = recovered;
    if (ramFile) {
      directory = createDirectory(type, ANYWHERE, this.#toolkit);
      log = openRamLog(disk, type, directory, this.#toolkit);
    }
    table = createTable(type, directory, log, { atomicCounters, autoSave }, this.#toolkit);
    return table;
  }

  tables(domain: string): TableEntry[] {
    return tablesIn(this.#environment, this.#directoryOf(domain), this.#toolkit.error);
  }

  dropTable(domain: string, name: string): boolean {
    return dropTableIn(this.#environment, this.#directoryOf(domain), name, this.#toolkit.error);
  }

  #directoryOf(domain: string): string {
    return domainDirectory(this.#options.dataDir, domain);
  }

  /** All that was open is closed by now. */
  close(): void {}

  #recover(
    tableDirectory: string,
    claim: Claim,
    table: { readonly domain: string; readonly name: string; readonly type: TableType },
  ): Recovered {
    const toolkit = this.#toolkit;
    const options = {
      ...table,
      repair: this.#options.repair,
      createDirectory: (actual: TableType, comparePositions: (a: number, b: number) => number) =>
        createDirectory(actual, comparePositions, toolkit),
    };
    return recoverLog(this.#environment, tableDirectory, claim, options, toolkit);
  }
}

/** In memory records stand anywhere, and nothing is looked for by position. */
/* v8 ignore next -- @preserve: so it is never called */
const ANYWHERE = (): number => 0;

function openRamLog(
  disk: DiskLog,
  type: TableType,
  directory: Directory,
  toolkit: Toolkit,
): RamLog {
  try {
    return new RamLog(disk, type, directory, toolkit);
  } catch (error) {
    bestEffort(() => disk.close());
    throw error;
  }
}

/**
 * Makes a directory and those above it that are missing, on disk. The name of one that is there may not be, if who made
 * it died right then: so its name is synced, too, when the first thing comes into it.
 */
function makeDirectories(fileSystem: FileSystem, path: string): void {
  const parent = dirname(path);
  if (fileSystem.status(path) !== undefined || parent === path) {
    fileSystem.syncDirectory(parent);
    return;
  }
  makeDirectories(fileSystem, parent);
  try {
    fileSystem.makeDirectory(path);
  } catch (error) {
    if (errorCode(error) !== "EEXIST") throw error;
  }
  fileSystem.syncDirectory(parent);
}
