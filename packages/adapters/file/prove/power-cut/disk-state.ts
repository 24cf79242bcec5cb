import { type Inode, MemoryDirectory, type MemoryFile } from "../../simulation/memory-inode.js";
import type { Chooser } from "./chooser.js";
import { type Image, ImageBuilder } from "./image.js";
import { PendingDirectory } from "./pending-directory.js";
import { PendingFile } from "./pending-file.js";
import type { Happening } from "./trace.js";

/**
 * What is on a disk, and what may be: what was written and not synced since, sector by sector, and names that were
 * given or taken in directories that were not synced since. Of both any part may have got there, in any order; a rename
 * is there or not.
 */
export class DiskState {
  readonly #root: MemoryDirectory;
  readonly #files = new Map<MemoryFile, PendingFile>();
  readonly #directories = new Map<MemoryDirectory, PendingDirectory>();
  #happened = 0;

  /** A disk that has what `image` has, under these inodes. */
  constructor(root: MemoryDirectory, image: Image) {
    this.#root = root;
    this.#take(root, image);
  }

  happen(happening: Happening): void {
    const at = this.#happened++;
    switch (happening.kind) {
      case "wrote":
        this.#file(happening.file).write(at, happening.bytes, happening.position);
        break;
      case "renamed":
        this.#directory(happening.directory).rename(at, happening.names);
        break;
      case "synced":
        this.#of(happening.inode).sync(happening.before);
        break;
      case "forgot":
        this.#file(happening.file).forget();
        break;
      case "moment":
    }
  }

  /** What a machine that stops now may leave. */
  image(chooser: Chooser): Image {
    const builder = new ImageBuilder();
    // A file that has two names has one content.
    const contents = new Map<MemoryFile, Uint8Array>();
    const contentOf = (file: MemoryFile): Uint8Array => {
      const content = contents.get(file) ?? this.contentOf(file, chooser);
      contents.set(file, content);
      return content;
    };
    this.#visit(this.#root, "", chooser, { builder, contentOf });
    return builder.finish();
  }

  /** What a file may have then. */
  contentOf(file: MemoryFile, chooser: Chooser): Uint8Array {
    const pending = this.#file(file);
    return pending.content ?? pending.choose(chooser);
  }

  #visit(directory: MemoryDirectory, path: string, chooser: Chooser, image: ImageParts): void {
    const names = this.#directory(directory).choose(chooser);
    for (const [name, inode] of [...names].sort(byName)) {
      const inner = `${path}/${name}`;
      if (inode instanceof MemoryDirectory) {
        image.builder.addDirectory(inner);
        this.#visit(inode, inner, chooser, image);
      } else {
        image.builder.addFile(inner, image.contentOf(inode));
      }
    }
  }

  #take(directory: MemoryDirectory, image: Image, path = ""): void {
    this.#directories.set(directory, new PendingDirectory(directory.entries));
    for (const [name, inode] of directory.entries) {
      const inner = `${path}/${name}`;
      if (inode instanceof MemoryDirectory) this.#take(inode, image, inner);
      else this.#files.set(inode, new PendingFile(image.files.get(inner) ?? NOTHING));
    }
  }

  #of(inode: Inode): PendingFile | PendingDirectory {
    return inode instanceof MemoryDirectory ? this.#directory(inode) : this.#file(inode);
  }

  #file(inode: MemoryFile): PendingFile {
    const known = this.#files.get(inode);
    if (known !== undefined) return known;
    const file = new PendingFile(NOTHING);
    this.#files.set(inode, file);
    return file;
  }

  #directory(inode: MemoryDirectory): PendingDirectory {
    const known = this.#directories.get(inode);
    if (known !== undefined) return known;
    const directory = new PendingDirectory(new Map());
    this.#directories.set(inode, directory);
    return directory;
  }
}

interface ImageParts {
  readonly builder: ImageBuilder;
  contentOf(this: void, file: MemoryFile): Uint8Array;
}

const NOTHING = new Uint8Array(0);

function byName([a]: readonly [string, Inode], [b]: readonly [string, Inode]): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
