import { join } from "node:path";
import type { FileSystem } from "../platform/file-system.js";

const DIGITS = 6;
/** What a number takes safely. */
const EPOCH_NAME = /^E\d{6,15}$/;

/** The directory of an epoch: `E`, and at least six digits. */
export function epochDirectory(tableDirectory: string, epoch: number): string {
  return join(tableDirectory, epochName(epoch));
}

/** The epochs that are there, ascending. Other names, and numbers with needless zeros, are none of them. */
export function epochsIn(fileSystem: FileSystem, tableDirectory: string): number[] {
  const epochs: number[] = [];
  for (const name of fileSystem.list(tableDirectory)) {
    const epoch = EPOCH_NAME.test(name) ? Number(name.slice(1)) : Number.NaN;
    if (epochName(epoch) === name) epochs.push(epoch);
  }
  return epochs.sort((a, b) => a - b);
}

function epochName(epoch: number): string {
  return `E${String(epoch).padStart(DIGITS, "0")}`;
}
