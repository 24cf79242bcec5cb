import { join } from "node:path";
import { bestEffort } from "../platform/best-effort.js";
import type { Environment } from "../platform/environment.js";
import type { FileSystem } from "../platform/file-system.js";
import { CLAIM, epochDirectory } from "./epoch.js";
import { readEpochStatus } from "./epoch-status.js";
import { FileSystemTime } from "./file-system-time.js";

const GONE = "gone-";

/**
 * Removes the directory of a claim that came to nothing. As all here it never fails: what can't be removed is left over,
 * which does no harm.
 *
 * It gets another name first, at once, so that nobody meets half of it: least of all one who made it, stopped for
 * a while, and now makes an epoch of it.
 * @param mayCount whether a manifest may be in it, as in an epoch that came to nothing late: should the machine stop, it
 * must not be found under its old name without the files that the manifest names
 */
export function discard(
  environment: Environment,
  directory: string,
  obsolete: string,
  mayCount = false,
): void {
  const { fileSystem, host } = environment;
  const gone = join(directory, GONE + host.uuid());
  bestEffort(() => {
    fileSystem.rename(obsolete, gone);
    if (mayCount) fileSystem.syncDirectory(directory);
    removeTree(fileSystem, gone);
  });
}

/** Removes an epoch and all its files. For the owner of a later one, when nothing is needed of it any more. */
export function removeEpoch(environment: Environment, directory: string, epoch: number): void {
  discard(environment, directory, epochDirectory(directory, epoch));
}

/** Removes what others began to claim, or to remove, before they died. For the owner. */
export function removeObsoleteFiles(environment: Environment, directory: string): void {
  const { fileSystem, host } = environment;
  bestEffort(() => {
    const time = new FileSystemTime(environment, directory, host.uuid());
    for (const name of fileSystem.list(directory)) {
      const path = join(directory, name);
      if (name.startsWith(GONE)) removeTree(fileSystem, path);
      if (name.startsWith(CLAIM) && !readEpochStatus(environment, path, time, false).isHeld) {
        discard(environment, directory, path);
      }
    }
  });
}

/** Removes a directory and all that is in it, a link but never what it leads to. Never fails. */
export function removeTree(fileSystem: FileSystem, path: string): void {
  bestEffort(() => {
    if (fileSystem.linkStatus(path)?.kind !== "directory") {
      fileSystem.remove(path);
      return;
    }
    for (const name of fileSystem.list(path)) removeTree(fileSystem, join(path, name));
    fileSystem.removeDirectory(path);
  });
}
