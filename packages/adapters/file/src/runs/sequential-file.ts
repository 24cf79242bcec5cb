import type { Descriptor, FileSystem } from "../platform/file-system.js";
import type { DiskSteps, Syncing } from "../platform/syncing.js";
import { writeFully } from "../platform/whole-file.js";

const BUFFER_BYTES = 2 ** 18;
/** So much is synced at a time: one large sync at the end would hold up the writes of others. */
const SYNC_BYTES = 2 ** 23;

/** A new file that is written from its begin to its end, through a buffer. */
export class SequentialFile {
  /** Bytes so far, those in the buffer too. */
  length = 0;
  readonly #fileSystem: FileSystem;
  readonly #file: Descriptor;
  readonly #buffer = Buffer.allocUnsafeSlow(BUFFER_BYTES);
  #filled = 0;
  #unsynced = 0;

  constructor(fileSystem: FileSystem, path: string) {
    this.#fileSystem = fileSystem;
    this.#file = fileSystem.create(path);
  }

  /** So much is written that {@link sync} should be called. */
  get wantsSync(): boolean {
    return this.#unsynced >= SYNC_BYTES;
  }

  append(bytes: Buffer, end: number): void {
    if (this.#filled + end > BUFFER_BYTES) this.#flush();
    if (end > BUFFER_BYTES) {
      this.#write(bytes, end);
    } else {
      bytes.copy(this.#buffer, this.#filled, 0, end);
      this.#filled += end;
    }
    this.length += end;
  }

  /** Returns when all that was appended is on disk. */
  *sync(syncing: Syncing): DiskSteps<void> {
    this.#flush();
    this.#unsynced = 0;
    yield syncing.file(this.#file);
  }

  close(): void {
    this.#fileSystem.close(this.#file);
  }

  #flush(): void {
    const filled = this.#filled;
    this.#filled = 0;
    this.#write(this.#buffer, filled, filled);
  }

  /** @param pending how many of the bytes are counted in {@link length} already */
  #write(bytes: Buffer, end: number, pending = 0): void {
    writeFully(this.#fileSystem, this.#file, bytes, 0, end, this.length - pending);
    this.#unsynced += end;
  }
}
