import type { Observer } from "../../simulation/memory-file-system.js";
import type { Inode, MemoryDirectory, MemoryFile } from "../../simulation/memory-inode.js";
import type { Bounds } from "../workload/oracle.js";

/** Something that happened to a disk, or a moment in between. */
export type Happening =
  | {
      readonly kind: "wrote";
      readonly file: MemoryFile;
      readonly bytes: Uint8Array;
      readonly position: number;
    }
  /** Names lead elsewhere from now on, all at once. */
  | { readonly kind: "renamed"; readonly directory: MemoryDirectory; readonly names: Names }
  /** What happened to it before the event with that number is on disk. */
  | { readonly kind: "synced"; readonly inode: Inode; readonly before: number }
  /** A sync has failed: what happened before may be on disk or not, and no later sync brings it there. */
  | { readonly kind: "forgot"; readonly file: MemoryFile }
  | { readonly kind: "moment" };

/** What names of a directory lead to; undefined: nowhere. */
export type Names = readonly (readonly [name: string, inode: Inode | undefined])[];

/** What happened, and which states were right then. */
export interface Event {
  readonly happening: Happening;
  readonly bounds: Bounds;
}

/** Writes down all that happens to a file system in memory. */
export class Trace implements Observer {
  readonly events: Event[] = [];
  readonly #bounds: () => Bounds;

  constructor(bounds: () => Bounds) {
    this.#bounds = bounds;
  }

  get now(): number {
    return this.events.length;
  }

  entered(directory: MemoryDirectory, name: string, inode: Inode): void {
    this.#add({ kind: "renamed", directory, names: [[name, inode]] });
  }

  left(directory: MemoryDirectory, name: string): void {
    this.#add({ kind: "renamed", directory, names: [[name, undefined]] });
  }

  renamed(
    from: MemoryDirectory,
    name: string,
    to: MemoryDirectory,
    newName: string,
    inode: Inode,
  ): void {
    if (from !== to) throw new Error("a rename from one directory to another is not simulated");
    const names: Names = [
      [name, undefined],
      [newName, inode],
    ];
    this.#add({ kind: "renamed", directory: from, names });
  }

  wrote(file: MemoryFile, bytes: Uint8Array, position: number): void {
    this.#add({ kind: "wrote", file, bytes: Uint8Array.from(bytes), position });
  }

  synced(inode: Inode, before: number): void {
    this.#add({ kind: "synced", inode, before });
  }

  forgot(file: MemoryFile): void {
    this.#add({ kind: "forgot", file });
  }

  /** Nothing happened to the disk, but other states may be right from now on. */
  moment(): void {
    this.#add({ kind: "moment" });
  }

  #add(happening: Happening): void {
    this.events.push({ happening, bounds: this.#bounds() });
  }
}
