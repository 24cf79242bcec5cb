import type { Descriptor, FileSystem } from "./file-system.js";

/** Writes `buffer` from `start` to `end` at `position`, however many calls it takes. */
export function writeFully(
  fileSystem: FileSystem,
  file: Descriptor,
  buffer: Uint8Array,
  start: number,
  end: number,
  position: number,
): void {
  for (let at = start; at < end; ) {
    const written = fileSystem.write(file, buffer, at, end - at, position + at - start);
    if (written === 0) throw Object.assign(new Error("nothing was written"), { code: "EIO" });
    at += written;
  }
}

/** Reads up to `length` bytes at `position`; returns how many: fewer only at the end of the file. */
export function readFully(
  fileSystem: FileSystem,
  file: Descriptor,
  buffer: Uint8Array,
  start: number,
  length: number,
  position: number,
): number {
  let read = 0;
  while (read < length) {
    const count = fileSystem.read(file, buffer, start + read, length - read, position + read);
    if (count === 0) break;
    read += count;
  }
  return read;
}

/** The size of a file in bytes; 0 if there is none. */
export function sizeAt(fileSystem: FileSystem, path: string): number {
  return fileSystem.status(path)?.size ?? 0;
}

/** The content of a file. */
export function readWhole(fileSystem: FileSystem, path: string): Buffer {
  const file = fileSystem.open(path);
  try {
    const content = Buffer.alloc(fileSystem.size(file));
    return content.subarray(0, readFully(fileSystem, file, content, 0, content.length, 0));
  } finally {
    fileSystem.close(file);
  }
}
