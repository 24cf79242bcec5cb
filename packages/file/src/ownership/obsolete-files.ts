import { join } from "node:path";
import { bestEffort } from "../platform/best-effort.js";
import type { Environment } from "../platform/environment.js";
import type { FileSystem } from "../platform/file-system.js";
import { epochDirectory } from "./epoch.js";
import { readEpochStatus } from "./epoch-status.js";

const CLAIM = "claim-";
const GONE = "gone-";

/** Where a claim is prepared, before it becomes an epoch. */
export function claimDirectory(tableDirectory: string, uuid: string): string {
  return join(tableDirectory, CLAIM + uuid);
}

/**
 * Removes the directory of a claim that came to nothing. As all here it never fails: what can't be removed is left over,
 * which does no harm.
 *
 * It goes under another name first, at once, so that nobody meets half of it: least of all one who made it, stopped for
 * a while, and now makes an epoch of it.
 * @param mayCount whether a manifest may be in it, as in an epoch that came to nothing late: should the machine stop, it
 * must not be found under its old name without the files that the manifest names
 */
export function discard(
  environment: Environment,
  tableDirectory: string,
  directory: string,
  mayCount = false,
): void {
  const { fileSystem, host } = environment;
  const gone = join(tableDirectory, GONE + host.uuid());
  bestEffort(() => {
    fileSystem.rename(directory, gone);
    if (mayCount) fileSystem.syncDirectory(tableDirectory);
    removeTree(fileSystem, gone);
  });
}

/** Removes an epoch and all its files. For the owner of a later one, when nothing is needed of it any more. */
export function removeEpoch(environment: Environment, tableDirectory: string, epoch: number): void {
  discard(environment, tableDirectory, epochDirectory(tableDirectory, epoch));
}

/** Removes what others began to claim, or to remove, before they died. For the owner of the table. */
export function removeObsoleteFiles(environment: Environment, tableDirectory: string): void {
  const { fileSystem } = environment;
  bestEffort(() => {
    for (const name of fileSystem.list(tableDirectory)) {
      const path = join(tableDirectory, name);
      if (name.startsWith(GONE)) removeTree(fileSystem, path);
      if (name.startsWith(CLAIM) && !readEpochStatus(environment, path).isHeld) {
        discard(environment, tableDirectory, path);
      }
    }
  });
}

/** Removes a directory and all that is in it; never fails. */
export function removeTree(fileSystem: FileSystem, directory: string): void {
  bestEffort(() => {
    for (const name of fileSystem.list(directory)) {
      const path = join(directory, name);
      if (fileSystem.status(path)?.isDirectory) removeTree(fileSystem, path);
      else bestEffort(() => fileSystem.remove(path));
    }
    fileSystem.removeDirectory(directory);
  });
}
