import { SparseBytes } from "./sparse-bytes.js";

export class MemoryFile {
  readonly content: SparseBytes;
  modifiedAt: number;

  constructor(modifiedAt: number, content = new SparseBytes()) {
    this.modifiedAt = modifiedAt;
    this.content = content;
  }
}

export class MemoryDirectory {
  readonly entries = new Map<string, Inode>();
  modifiedAt: number;

  constructor(modifiedAt: number) {
    this.modifiedAt = modifiedAt;
  }
}

/** What has no name of its own: names and descriptors lead to it, and without either it is gone. */
export type Inode = MemoryFile | MemoryDirectory;

/** Bytes; a directory has none. */
export function sizeOf(inode: Inode): number {
  return inode instanceof MemoryFile ? inode.content.size : 0;
}

/** The code with which a rename fails that would replace `inode`. */
export function whyNotReplaced(by: Inode, inode: Inode): string | undefined {
  if (inode instanceof MemoryFile) return by instanceof MemoryDirectory ? "ENOTDIR" : undefined;
  if (by instanceof MemoryFile) return "EISDIR";
  return inode.entries.size > 0 ? "ENOTEMPTY" : undefined;
}
