import { errorCode } from "./error-code.js";
import type { FileSystem } from "./file-system.js";
import { readFully, writeFully } from "./whole-file.js";

const COPY_BYTES = 2 ** 20;

/**
 * Gives a file a second name; where the file system has no links, a copy of its first `length` bytes, which is on disk
 * then. The name is, when its directory was synced.
 */
export function linkOrCopy(fileSystem: FileSystem, from: string, to: string, length: number): void {
  try {
    fileSystem.link(from, to);
  } catch (failure) {
    if (errorCode(failure) === "EEXIST" || errorCode(failure) === "ENOENT") throw failure;
    copyFile(fileSystem, from, to, length);
  }
}

function copyFile(fileSystem: FileSystem, from: string, to: string, length: number): void {
  const source = fileSystem.open(from);
  try {
    const target = fileSystem.create(to);
    try {
      const buffer = Buffer.allocUnsafe(Math.min(length, COPY_BYTES));
      for (let at = 0; at < length; ) {
        const wanted = Math.min(buffer.length, length - at);
        const read = readFully(fileSystem, source, buffer, 0, wanted, at);
        if (read === 0) break;
        writeFully(fileSystem, target, buffer, 0, read, at);
        at += read;
      }
      fileSystem.sync(target);
    } finally {
      fileSystem.close(target);
    }
  } finally {
    fileSystem.close(source);
  }
}
