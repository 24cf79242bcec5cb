import { FailingFileSystem } from "../../simulation/failing-file-system.js";
import type { MemoryFileSystem } from "../../simulation/memory-file-system.js";
import { MemoryFile } from "../../simulation/memory-inode.js";
import { SystemError } from "../../simulation/system-error.js";
import type { Descriptor } from "../../src/platform/file-system.js";
import type { Faults } from "../workload/workload.js";

/** What fails in a life. */
export interface Fault {
  /** `write`: half of it is written. `sync`: what should have been synced is forgotten. */
  readonly call: "write" | "sync";
  /** Which of these calls: 1 is the first. */
  readonly nth: number;
  /** Also every later one. */
  readonly isLasting: boolean;
}

/**
 * A file system whose disk gets full, or whose syncs fail as those of Linux do: what was to be synced is taken for clean
 * from then on, wherever it is. Names aren't forgotten: they go through the journal of the file system, which stops when
 * that fails.
 */
export class FaultyFileSystem extends FailingFileSystem implements Faults {
  readonly #memory: MemoryFileSystem;
  readonly #fault: Fault;
  readonly #forget: (file: MemoryFile) => void;
  #left: number;

  /** @param forget called with the file of a failed sync */
  constructor(memory: MemoryFileSystem, fault: Fault, forget: (file: MemoryFile) => void) {
    super(memory);
    this.#memory = memory;
    this.#fault = fault;
    this.#forget = forget;
    this.#left = fault.nth;
  }

  override heal(): void {
    super.heal();
    this.#left = Number.POSITIVE_INFINITY;
  }

  override write(
    file: Descriptor,
    buffer: Uint8Array,
    start: number,
    length: number,
    position: number,
  ): number {
    if (!this.#isDue("write")) return super.write(file, buffer, start, length, position);
    this.hasFailed = true;
    super.write(file, buffer, start, Math.floor(length / 2), position);
    throw new SystemError("ENOSPC", "write", file);
  }

  override sync(file: Descriptor): void {
    if (this.#isDue("sync")) this.#failSync(file);
    super.sync(file);
  }

  override syncDirectory(path: string): void {
    if (this.#isDue("sync")) this.#failSync(path);
    super.syncDirectory(path);
  }

  override syncInBackground(file: Descriptor): Promise<void> {
    if (!this.#isDue("sync")) return super.syncInBackground(file);
    return this.#memory.background.make(() => this.#failSync(file));
  }

  override syncDirectoryInBackground(path: string): Promise<void> {
    if (!this.#isDue("sync")) return super.syncDirectoryInBackground(path);
    return this.#memory.background.make(() => this.#failSync(path));
  }

  #isDue(call: Fault["call"]): boolean {
    const { isLasting } = this.#fault;
    if (call !== this.#fault.call) return false;
    this.#left--;
    return this.#left === 0 || (this.#left < 0 && isLasting);
  }

  #failSync(subject: Descriptor | string): never {
    this.hasFailed = true;
    const inode = this.#memory.inodeOf(subject);
    if (inode instanceof MemoryFile) this.#forget(inode);
    throw new SystemError("EIO", "fdatasync", subject);
  }
}
