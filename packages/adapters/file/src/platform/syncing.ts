import type { Descriptor, FileSystem } from "./file-system.js";

/**
 * A course of file operations that is written once, and goes through at once or in the background: a generator that
 * yields where it waits for the disk (a promise in the background, nothing otherwise), and where others may have a turn.
 */
export type DiskSteps<T> = Generator<void | Promise<void>, T, void>;

/** How a course waits for the disk. */
export interface Syncing {
  file(file: Descriptor): void | Promise<void>;
  directory(path: string): void | Promise<void>;
}

/** Waits on the main thread. */
export function blocking(fileSystem: FileSystem): Syncing {
  return {
    file: (file) => fileSystem.sync(file),
    directory: (path) => fileSystem.syncDirectory(path),
  };
}

/** Waits off the main thread. */
export function inBackground(fileSystem: FileSystem): Syncing {
  return {
    file: (file) => fileSystem.syncInBackground(file),
    directory: (path) => fileSystem.syncDirectoryInBackground(path),
  };
}

/** Goes through a course that waits on the main thread. */
export function runBlocking<T>(steps: DiskSteps<T>): T {
  let turn = steps.next();
  while (!turn.done) turn = steps.next();
  return turn.value;
}
