import type { Inode } from "../../simulation/memory-inode.js";
import type { Chooser } from "./chooser.js";
import type { Names } from "./trace.js";

interface Rename {
  readonly at: number;
  readonly names: Names;
}

/** A directory as a machine that stops now leaves it: the names that are on disk, and the changes that may be. */
export class PendingDirectory {
  readonly #names: Map<string, Inode>;
  #renames: Rename[] = [];

  constructor(names: ReadonlyMap<string, Inode>) {
    this.#names = new Map(names);
  }

  rename(at: number, names: Names): void {
    this.#renames.push({ at, names });
  }

  sync(before: number): void {
    for (const { at, names } of this.#renames) {
      if (at < before) apply(this.#names, names);
    }
    this.#renames = this.#renames.filter(({ at }) => at >= before);
  }

  /** The names that may be there after the machine has stopped. */
  choose(chooser: Chooser): ReadonlyMap<string, Inode> {
    if (this.#renames.length === 0) return this.#names;
    const names = new Map(this.#names);
    for (const rename of this.#renames) {
      if (chooser.choose("name", 2) === 1) apply(names, rename.names);
    }
    return names;
  }
}

function apply(names: Map<string, Inode>, changes: Names): void {
  for (const [name, inode] of changes) {
    if (inode === undefined) names.delete(name);
    else names.set(name, inode);
  }
}
