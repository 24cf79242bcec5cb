import {
  indexSalt,
  isPieceIntact,
  type RunIdentity,
  runSalt,
} from "../../format/run/run-identity.js";
import type { Descriptor, FileSystem } from "../../platform/file-system.js";
import { readFully } from "../../platform/whole-file.js";

/** Reads pieces of a run of which nobody knows what is good. */
export class PieceReader {
  /** Has the piece that was read last, from its begin on. */
  buffer: Buffer = Buffer.alloc(0);
  readonly salt: number;
  readonly #fileSystem: FileSystem;
  readonly #file: Descriptor;

  constructor(fileSystem: FileSystem, file: Descriptor, identity: RunIdentity) {
    this.#fileSystem = fileSystem;
    this.#file = file;
    this.salt = runSalt(identity);
  }

  /** Whether the bytes there are a piece as it was written. */
  read(offset: number, length: number, isData: boolean): boolean {
    if (this.buffer.length < length) this.buffer = Buffer.allocUnsafeSlow(length);
    if (this.readInto(this.buffer, offset, length) < length) return false;
    const salt = isData ? this.salt : indexSalt(this.salt);
    return isPieceIntact(this.buffer, 0, length, salt, offset);
  }

  /** Reads as many bytes, or fewer at the end of the file; returns how many. */
  readInto(buffer: Buffer, offset: number, length: number): number {
    return readFully(this.#fileSystem, this.#file, buffer, 0, length, offset);
  }
}
