import { dirname } from "node:path";
import { errorCode } from "./error-code.js";
import type { FileSystem } from "./file-system.js";

/**
 * Makes a directory and those above it that are missing, on disk. The name of one that is there may not be, if who made
 * it died right then: so its name is synced, too, when the first thing comes into it. Fails with `ENOTDIR` where a file
 * stands in its way.
 */
export function makeDirectories(fileSystem: FileSystem, path: string): void {
  const parent = dirname(path);
  if (isDirectory(fileSystem, path) || parent === path) {
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

/** Whether there is a directory; an error if there is something else. */
export function isDirectory(fileSystem: FileSystem, path: string): boolean {
  const kind = fileSystem.status(path)?.kind;
  if (kind !== undefined && kind !== "directory") throw notDirectory(path);
  return kind !== undefined;
}

function notDirectory(path: string): Error {
  const message = `${path} is not a directory`;
  return Object.assign(new Error(`ENOTDIR: ${message}`), { code: "ENOTDIR" });
}
