import { ManualHost } from "../../simulation/manual-host.js";
import { MemoryFileSystem } from "../../simulation/memory-file-system.js";
import { createTimerHeartbeat } from "../../simulation/timer-heartbeat.js";
import { type Claim, type ClaimOptions, claimEpoch } from "../../src/ownership/claim.js";
import { epochDirectory, epochsIn } from "../../src/ownership/epoch.js";
import { newOwner, writeOwner } from "../../src/ownership/owner.js";
import type { Environment } from "../../src/platform/environment.js";
import type { FileSystem } from "../../src/platform/file-system.js";
import type { Host } from "../../src/platform/host.js";
import { codedError } from "./coded-error.js";

export const TABLE = "/table";

/** {@link claimEpoch}, with a heartbeat in the time of the test. */
export function claimTable(environment: Environment, options: Partial<ClaimOptions> = {}): Claim {
  const createHeartbeat = createTimerHeartbeat;
  return claimEpoch({ createHeartbeat, ...environment }, TABLE, { error: codedError, ...options });
}

/** A table in memory whose directory is empty, and one process of several that want it. */
export class ContendedTable {
  readonly host = new ManualHost({ pid: 1 });
  readonly fileSystem: FileSystem = new MemoryFileSystem({ now: () => this.host.wallTime() });

  constructor() {
    this.fileSystem.makeDirectory(TABLE);
  }

  claim(host: Host = this.host, options: Partial<ClaimOptions> = {}): Claim {
    return claimTable({ fileSystem: this.fileSystem, host }, options);
  }

  /** What the claim fails with. */
  refusal(host: Host = this.host, options: Partial<ClaimOptions> = {}): unknown {
    try {
      this.claim(host, options);
    } catch (error) {
      return error;
    }
    throw new Error("the claim was granted");
  }

  get epochs(): number[] {
    return epochsIn(this.fileSystem, TABLE);
  }

  directoryOf(epoch: number): string {
    return epochDirectory(TABLE, epoch);
  }

  write(path: string, text: string): void {
    const file = this.fileSystem.create(path);
    this.fileSystem.write(file, Buffer.from(text), 0, Buffer.byteLength(text), 0);
    this.fileSystem.close(file);
  }

  /** All names below the table's directory. */
  get names(): string[] {
    const below = (path: string): string[] =>
      this.fileSystem.list(path).flatMap((name) => {
        const inner = `${path}/${name}`;
        const isDirectory = this.fileSystem.status(inner)?.kind === "directory";
        return [inner, ...(isDirectory ? below(inner) : [])];
      });
    return below(TABLE)
      .map((path) => path.slice(TABLE.length + 1))
      .sort();
  }
}

/** Puts an older backup in place of an epoch, with another owner in it. Returns its uuid. */
export function replaceEpoch(table: ContendedTable, directory: string): string {
  const { fileSystem } = table;
  fileSystem.rename(directory, "/moved away");
  fileSystem.makeDirectory(directory);
  fileSystem.makeDirectory(`${directory}/lock`);
  const owner = newOwner(table.host.spawn());
  const file = writeOwner(fileSystem, directory, owner);
  if (file !== undefined) fileSystem.close(file);
  return owner.uuid;
}
