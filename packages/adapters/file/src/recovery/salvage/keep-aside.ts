import { join } from "node:path";
import type { Environment } from "../../platform/environment.js";
import { linkOrCopy } from "../../platform/link-or-copy.js";
import { writeFully } from "../../platform/whole-file.js";
import type { RepairReport } from "../../repair-report.js";

/** Among the files that a repair has kept: its reports, as JSON. */
const REPAIR = "REPAIR";

/** Where the files of a damaged source are kept. */
export function asideDirectory({ host }: Environment, dataDir: string): string {
  return join(dataDir, `damaged-${host.uuid()}`);
}

/** Keeps the files of an epoch as they are in another directory; and what was found, should nobody come to hear of it. */
export function keepAside(
  { fileSystem }: Environment,
  source: string,
  aside: string,
  reports: readonly RepairReport[],
): void {
  fileSystem.makeDirectory(aside);
  for (const name of fileSystem.list(source)) {
    const from = join(source, name);
    const status = fileSystem.status(from);
    if (status?.kind !== "file") continue;
    linkOrCopy(fileSystem, from, join(aside, name), status.size);
  }
  const file = fileSystem.create(join(aside, REPAIR));
  try {
    const content = Buffer.from(`${JSON.stringify(reports)}\n`);
    writeFully(fileSystem, file, content, 0, content.length, 0);
    fileSystem.sync(file);
  } finally {
    fileSystem.close(file);
  }
  fileSystem.syncDirectory(aside);
  fileSystem.syncDirectory(join(aside, ".."));
}
