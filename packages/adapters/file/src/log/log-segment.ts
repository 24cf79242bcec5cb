import { join } from "node:path";
import {
  LOG_HEADER_BYTES,
  type LogIdentity,
  logHeader,
  logName,
  logSalt,
} from "../format/log/log-header.js";
import { bestEffort } from "../platform/best-effort.js";
import type { Descriptor, FileSystem } from "../platform/file-system.js";
import { writeFully } from "../platform/whole-file.js";

/** A file of frames that is being written, or was. Bytes that were acknowledged never change (I1). */
export class LogSegment {
  readonly id: number;
  readonly path: string;
  readonly salt: number;
  /** Frames end here. */
  size: number;
  /** On disk up to here. */
  durable: number;
  /** Changes end here; behind it there are only sync frames, which nobody misses. */
  dataEnd: number;
  /** An earlier owner wrote it: what is on disk of it nobody knows for certain. */
  isAdopted = false;
  readonly #fileSystem: FileSystem;
  #file: Descriptor | undefined;

  constructor(
    fileSystem: FileSystem,
    directory: string,
    identity: LogIdentity,
    file: Descriptor,
    size: number,
  ) {
    this.#fileSystem = fileSystem;
    this.#file = file;
    this.id = identity.id;
    this.path = join(directory, logName(identity.id));
    this.salt = logSalt(identity);
    this.size = size;
    this.durable = size;
    this.dataEnd = size;
  }

  /** Creates one with nothing in it but its header. Nothing of it is on disk. */
  static create(fileSystem: FileSystem, directory: string, identity: LogIdentity): LogSegment {
    const path = join(directory, logName(identity.id));
    const file = fileSystem.create(path);
    try {
      const header = logHeader(identity);
      writeFully(fileSystem, file, header, 0, header.length, 0);
    } catch (error) {
      bestEffort(() => fileSystem.close(file));
      bestEffort(() => fileSystem.remove(path));
      throw error;
    }
    return new LogSegment(fileSystem, directory, identity, file, LOG_HEADER_BYTES);
  }

  /** Whether there is a change in it that isn't known to be on disk. */
  get isDirty(): boolean {
    return this.dataEnd > this.durable;
  }

  get file(): Descriptor {
    if (this.#file === undefined) throw new Error(`${this.path} is closed`);
    return this.#file;
  }

  /** Writes at the end. What was written counts only when {@link size} says so. */
  write(buffer: Buffer, start: number, end: number, offset: number): void {
    writeFully(this.#fileSystem, this.file, buffer, start, end, offset);
  }

  /** Closes it for good, and never fails. */
  close(): void {
    const file = this.#file;
    this.#file = undefined;
    if (file !== undefined) bestEffort(() => this.#fileSystem.close(file));
  }

  /** Removes the file, which no manifest names, and never fails. */
  discard(): void {
    this.close();
    bestEffort(() => this.#fileSystem.remove(this.path));
  }
}
