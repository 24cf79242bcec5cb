import {
  closeSync,
  fsyncSync,
  mkdirSync,
  openSync,
  readFileSync,
  renameSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import { dirname } from "node:path";

/** Replaces the content of a file. After a crash at any point it has the old content or the new one, whole. */
export function writeWhole(file: string, content: Uint8Array): void {
  const temporary = `${file}.tmp`;
  try {
    // With `flush`, the content is on disk (fsync) before the file gets its name.
    writeFileSync(temporary, content, { flush: true, mode: 0o600 });
    renameSync(temporary, file);
  } catch (error) {
    rmSync(temporary, { force: true });
    throw error;
  }
  syncDirectory(dirname(file));
}

/** The content of a file, undefined if there is none. One that can't be read is an error, not a missing one. */
export function readWhole(file: string): Uint8Array | undefined {
  try {
    return readFileSync(file);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "ENOENT") return undefined;
    throw error;
  }
}

/** Makes a directory and those above it, on disk. */
export function makeDirectory(directory: string): void {
  const first = mkdirSync(directory, { recursive: true });
  if (first === undefined) return;
  for (let made = directory; made.length >= first.length; made = dirname(made)) {
    syncDirectory(dirname(made));
  }
}

/** Brings new names in a directory to disk: a file's own fsync doesn't. Windows can't, and does it by itself. */
function syncDirectory(directory: string): void {
  if (process.platform === "win32") return;
  const descriptor = openSync(directory, "r");
  try {
    fsyncSync(descriptor);
  } finally {
    closeSync(descriptor);
  }
}
