import { join } from "node:path";
import type { AdapterBackend, AdapterTable, TableEntry, TableType, Toolkit } from "@store/core";
import { domainDirectory, dropTableIn, tablesIn } from "./catalogue.js";
import type { Directory } from "./directory.js";
import { DiskLog, type Recovered } from "./disk-log.js";
import { directoryName } from "./file-name.js";
import type { NormalizedFileOptions } from "./options.js";
import { type Claim, claimEpoch, withdrawClaim } from "./ownership/claim.js";
import { epochsIn } from "./ownership/epoch.js";
import { removeEpoch, removeObsoleteFiles } from "./ownership/obsolete-files.js";
import { bestEffort } from "./platform/best-effort.js";
import type { Environment } from "./platform/environment.js";
import { makeDirectories } from "./platform/make-directories.js";
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
    bestEffort(() =>
      claim.lease.guard(() => {
        for (const epoch of epochsIn(environment.fileSystem, tableDirectory)) {
          if (epoch < claim.epoch) removeEpoch(environment, tableDirectory, epoch);
        }
        removeObsoleteFiles(environment, tableDirectory);
      }),
    );
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
    const { lockTimeout } = this.#options;
    let withdrawn = 0;
    for (let round = 1; ; round++) {
      const options = { error, lockTimeout, withdrawn };
      const claim = claimEpoch(environment, tableDirectory, options);
      try {
        return { claim, recovered: this.#recover(tableDirectory, claim, table) };
      } catch (failure) {
        withdrawClaim(environment, tableDirectory, claim, true);
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
    const { lockTimeout } = this.#options;
    const options = { error: this.#toolkit.error, lockTimeout };
    return dropTableIn(this.#environment, this.#directoryOf(domain), name, options);
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
