import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { onTestFinished } from "vitest";
import type { Descriptor, FileSystem } from "../../src/platform/file-system.js";

/** An empty directory of the system, which is removed when the test ends. */
export function temporaryDirectory(): string {
  const directory = mkdtempSync(join(tmpdir(), "store-file-"));
  onTestFinished(() => rmSync(directory, { recursive: true }));
  return directory;
}

/** A file system and an empty directory of it, for one test. What is open at the end of the test gets closed. */
export class Playground {
  readonly fileSystem: FileSystem;
  readonly #directory: string;
  readonly #open = new Set<Descriptor>();

  constructor(fileSystem: FileSystem, directory: string) {
    this.fileSystem = fileSystem;
    this.#directory = directory;
    onTestFinished(() => {
      for (const file of this.#open) fileSystem.close(file);
    });
  }

  /** The path of a name in the directory. */
  at(...names: readonly string[]): string {
    return join(this.#directory, ...names);
  }

  create(name: string, text = ""): Descriptor {
    const file = this.fileSystem.create(this.at(name));
    this.#open.add(file);
    this.write(file, text);
    return file;
  }

  open(name: string): Descriptor {
    const file = this.fileSystem.open(this.at(name));
    this.#open.add(file);
    return file;
  }

  close(file: Descriptor): void {
    this.#open.delete(file);
    this.fileSystem.close(file);
  }

  closeInBackground(file: Descriptor): void {
    this.#open.delete(file);
    this.fileSystem.closeInBackground(file);
  }

  write(file: Descriptor, text: string, position = 0): number {
    const bytes = Buffer.from(text);
    return this.fileSystem.write(file, bytes, 0, bytes.length, position);
  }

  /** Up to 100 bytes. */
  read(file: Descriptor, position = 0): string {
    const bytes = Buffer.alloc(100, 0xff);
    return bytes.toString("utf8", 0, this.fileSystem.read(file, bytes, 0, 100, position));
  }

  /** The content of a file, without a descriptor that stays. */
  textAt(name: string): string {
    const file = this.open(name);
    const text = this.read(file);
    this.close(file);
    return text;
  }
}
