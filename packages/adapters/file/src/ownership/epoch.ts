import { join } from "node:path";
import type { Toolkit } from "@store/core";
import { errorCode } from "../platform/error-code.js";
import type { FileSystem } from "../platform/file-system.js";

const DIGITS = 6;
/** What a number takes safely. */
const EPOCH_NAME = /^E\d{6,15}$/;
const HIGHEST_EPOCH = 10 ** 15 - 1;

/** Begins the name of a directory that may become an epoch. */
export const CLAIM = "claim-";

/** Where a claim is prepared, before it becomes an epoch. */
export function claimDirectory(directory: string, uuid: string): string {
  return join(directory, CLAIM + uuid);
}

/** The directory of an epoch: `E`, and at least six digits. */
export function epochDirectory(directory: string, epoch: number): string {
  return join(directory, epochName(epoch));
}

/** The epochs that are there, ascending. Other names, and numbers with needless zeros, are none of them. */
export function epochsIn(fileSystem: FileSystem, directory: string): number[] {
  return epochsAmong(namesIn(fileSystem, directory));
}

function namesIn(fileSystem: FileSystem, directory: string): string[] {
  try {
    return fileSystem.list(directory);
  } catch (cause) {
    if (errorCode(cause) !== "ENOTDIR") throw cause;
    throw new Error(`${directory} is not a directory`, { cause });
  }
}

function epochsAmong(names: readonly string[]): number[] {
  const epochs = names.flatMap((name) => epochNamed(name) ?? []);
  return epochs.sort((a, b) => a - b);
}

/**
 * {@link epochsIn}. Throws `STORE_CORRUPT` for what looks like an epoch, and isn't one that an owner has made: the data may
 * be in it, and without it the directory would look as if it was empty.
 */
export function checkedEpochsIn(
  fileSystem: FileSystem,
  directory: string,
  error: Toolkit["error"],
): number[] {
  const names = namesIn(fileSystem, directory);
  for (const name of names) {
    if (!/^E\d+$/.test(name)) continue;
    const path = join(directory, name);
    const epoch = epochNamed(name);
    if (epoch === undefined || epoch >= HIGHEST_EPOCH) {
      throw notAnEpoch(error, path, "has a number that no epoch has");
    }
    const kind = fileSystem.linkStatus(path)?.kind;
    if (kind !== undefined && kind !== "directory") {
      throw notAnEpoch(
        error,
        path,
        `is ${NOT_A_DIRECTORY[kind]}, and not the directory of an epoch`,
      );
    }
  }
  return epochsAmong(names);
}

const NOT_A_DIRECTORY = {
  file: "a file",
  link: "a symbolic link",
  other: "no file",
} as const;

function notAnEpoch(error: Toolkit["error"], path: string, what: string): Error {
  return error(
    "STORE_CORRUPT",
    `${path} ${what}. Nothing was changed: put back what was there, or move it away`,
  );
}

function epochNamed(name: string): number | undefined {
  const epoch = EPOCH_NAME.test(name) ? Number(name.slice(1)) : Number.NaN;
  return epochName(epoch) === name ? epoch : undefined;
}

function epochName(epoch: number): string {
  return `E${String(epoch).padStart(DIGITS, "0")}`;
}
