import { createHash } from "node:crypto";
import { MemoryDirectory, MemoryFile } from "../../simulation/memory-inode.js";
import { SparseBytes } from "../../simulation/sparse-bytes.js";
import type { Random } from "../random.js";

/** All that is on a disk. */
export interface Image {
  readonly directories: readonly string[];
  /** By path. */
  readonly files: ReadonlyMap<string, Uint8Array>;
  /** 64 bits, the same for the same files with the same content. */
  readonly hash: bigint;
}

/** Content that stays as it is, under the same object, is looked at once. */
const known = new WeakMap<Uint8Array, Uint8Array>();
/** A shorter one is hashed as it is. */
const LONG = 4096;

export class ImageBuilder {
  readonly #directories: string[] = [];
  readonly #files = new Map<string, Uint8Array>();
  /** What is hashed: names and lengths apart from contents. */
  #names = "";
  readonly #contents: Uint8Array[] = [];

  /** After the directory that it is in. */
  addDirectory(path: string): void {
    this.#directories.push(path);
    this.#names += `${path}/\n`;
  }

  addFile(path: string, content: Uint8Array): void {
    this.#files.set(path, content);
    this.#names += `${path} ${content.length}\n`;
    this.#contents.push(content.length < LONG ? content : digestOf(content));
  }

  finish(): Image {
    const all = Buffer.concat([Buffer.from(this.#names), ...this.#contents]);
    const hash = createHash("sha1").update(all).digest().readBigUInt64LE();
    return { directories: this.#directories, files: this.#files, hash };
  }
}

/** What a new disk has. */
export const EMPTY_IMAGE: Image = new ImageBuilder().finish();

/** Puts the files of an image under a directory in which there is nothing. */
export function mount({ directories, files }: Image, root: MemoryDirectory): void {
  const made = new Map([["", root]]);
  const enter = (path: string, inode: MemoryDirectory | MemoryFile) => {
    const slash = path.lastIndexOf("/");
    made.get(path.slice(0, slash))?.entries.set(path.slice(slash + 1), inode);
  };
  for (const path of directories) {
    const directory = new MemoryDirectory(root.modifiedAt);
    made.set(path, directory);
    enter(path, directory);
  }
  for (const [path, content] of files) {
    enter(path, new MemoryFile(root.modifiedAt, SparseBytes.over(content)));
  }
}

/** An image with one byte of a file of the last epoch changed. */
export function damaged({ directories, files }: Image, random: Random): Image {
  const epoch = directories.filter((path) => /\/E\d+$/.test(path)).at(-1) ?? "";
  const paths = [...files.keys()].filter(
    (path) => path.startsWith(`${epoch}/`) && /\.(log|base)$|MANIFEST$/.test(path),
  );
  const builder = new ImageBuilder();
  for (const path of directories) builder.addDirectory(path);
  const path = random.pick(paths);
  for (const [other, content] of files) {
    const copy = Uint8Array.from(content);
    if (other === path) {
      const at = random.below(copy.length);
      copy[at] = (copy[at] ?? 0) ^ (1 + random.below(255));
    }
    builder.addFile(other, copy);
  }
  return builder.finish();
}

function digestOf(content: Uint8Array): Uint8Array {
  const found = known.get(content);
  if (found !== undefined) return found;
  const digest = createHash("sha1").update(content).digest();
  known.set(content, digest);
  return digest;
}
