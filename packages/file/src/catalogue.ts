import { dirname, join } from "node:path";
import type { TableEntry, Toolkit } from "@store/core";
import { directoryName } from "./file-name.js";
import { MANIFEST, newerFormat, readManifest } from "./manifest.js";
import { type ClaimOptions, claimEpoch } from "./ownership/claim.js";
import { checkedEpochsIn, epochDirectory } from "./ownership/epoch.js";
import { removeTree } from "./ownership/obsolete-files.js";
import { bestEffort } from "./platform/best-effort.js";
import type { Environment } from "./platform/environment.js";
import { isDirectory } from "./platform/make-directories.js";

/** Begins the name of a table's directory that is being removed. No table has it: a dot at the start is escaped. */
const DROPPED = ".dropped-";

/** The directory of a domain, with a directory for each of its tables. */
export function domainDirectory(dataDir: string, domain: string): string {
  return join(dataDir, directoryName(domain));
}

/** The tables in the directory of a domain, read without claiming any. One whose manifest can't be read is an error. */
export function tablesIn(
  environment: Environment,
  directory: string,
  error: Toolkit["error"],
): TableEntry[] {
  const { fileSystem } = environment;
  if (!isDirectory(fileSystem, dirname(directory)) || !isDirectory(fileSystem, directory))
    return [];
  const entries: TableEntry[] = [];
  for (const name of fileSystem.list(directory)) {
    if (name.startsWith(DROPPED)) continue;
    const entry = entryAt(environment, join(directory, name), error);
    if (entry !== undefined) entries.push(entry);
  }
  return entries;
}

/** The table of a directory; undefined for one whose owner came no further than to make it. */
function entryAt(
  { fileSystem }: Environment,
  directory: string,
  error: Toolkit["error"],
): TableEntry | undefined {
  if (fileSystem.status(directory)?.kind !== "directory") return undefined;
  const path = checkedEpochsIn(fileSystem, directory, error)
    .map((epoch) => join(epochDirectory(directory, epoch), MANIFEST))
    .findLast((candidate) => fileSystem.status(candidate) !== undefined);
  if (path === undefined) return undefined;
  const manifest = readManifest(fileSystem, path);
  if (manifest === "damaged") throw error("STORE_CORRUPT", `${path} is damaged`);
  if ("newerFormat" in manifest) throw newerFormat(error, path, manifest.newerFormat);
  return { name: manifest.name, type: manifest.type };
}

/**
 * Removes a table that nobody has open, and says whether it was there. It goes under another name first, at once, with
 * the claim on it: from then on it isn't there, also after a crash.
 */
export function dropTableIn(
  environment: Environment,
  directory: string,
  name: string,
  { error, lockTimeout }: Pick<ClaimOptions, "error" | "lockTimeout">,
): boolean {
  const { fileSystem, host } = environment;
  const tableDirectory = join(directory, directoryName(name));
  const isThere = entryExists(environment, tableDirectory, error);
  if (isThere) {
    const { lease } = claimEpoch(environment, tableDirectory, { error, lockTimeout });
    try {
      const dropped = join(directory, DROPPED + host.uuid());
      lease.guard(() => fileSystem.rename(tableDirectory, dropped));
      fileSystem.syncDirectory(directory);
    } finally {
      lease.release();
    }
  }
  removeDropped(environment, directory);
  return isThere;
}

function entryExists(
  environment: Environment,
  tableDirectory: string,
  error: Toolkit["error"],
): boolean {
  try {
    return entryAt(environment, tableDirectory, error) !== undefined;
  } catch {
    // Damaged, or of a later version: it is there.
    return true;
  }
}

/** Removes what is left of tables that were dropped. What can't be removed is left over, which does no harm. */
function removeDropped({ fileSystem }: Environment, directory: string): void {
  bestEffort(() => {
    for (const name of fileSystem.list(directory)) {
      if (name.startsWith(DROPPED)) removeTree(fileSystem, join(directory, name));
    }
  });
}
